//! Counters and histograms that threads raise without waiting for each other, and the text that Prometheus reads.
//!
//! A figure is raised with relaxed atomics on the hot path and read when somebody asks; what one reading shows may be one
//! command apart between two figures. What is counted is decided where it happens; this file only knows numbers. The text
//! format is <https://prometheus.io/docs/instrumenting/exposition_formats/>, version 0.0.4.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Something that only ever becomes more.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn raise(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }

    /// How many since the start.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Upper bounds of the buckets, microseconds: from a command in memory to a disk that hangs.
const BOUNDS_US: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000,
];

/// How long something took, each time: counts in buckets whose bounds grow by 2 to 2.5.
#[derive(Debug, Default)]
pub struct Histogram {
    /// Not cumulative; the last is for what lies above all bounds.
    buckets: [AtomicU64; BOUNDS_US.len() + 1],
    sum_us: AtomicU64,
}

impl Histogram {
    /// It took so long.
    pub fn record(&self, span: Duration) {
        let us = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        self.buckets[BOUNDS_US.partition_point(|bound| *bound < us)].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
    }

    /// The span below which the share `q` (0 to 1) of all lies, in milliseconds, taken as evenly spread within its bucket,
    /// as Prometheus's `histogram_quantile` does. `None` while there is nothing.
    #[must_use]
    pub fn quantile_ms(&self, q: f64) -> Option<f64> {
        let counts: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect();
        let total: u64 = counts.iter().sum();
        let wanted = q.clamp(0.0, 1.0) * total as f64;
        let mut below = 0.0;
        for (nth, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let lower = nth.checked_sub(1).map_or(0, |before| BOUNDS_US[before]) as f64;
            // What lies above all bounds is told as the last of them.
            let upper = BOUNDS_US.get(nth).map_or(lower, |bound| *bound as f64);
            if below + *count as f64 >= wanted {
                return Some((lower + (upper - lower) * (wanted - below) / *count as f64) / 1000.0);
            }
            below += *count as f64;
        }
        None
    }
}

/// Figures as Prometheus reads them.
#[derive(Debug, Default)]
pub struct Page(String);

impl Page {
    /// Something that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "gauge", help, &[("", value)]);
    }

    /// Something that only goes up.
    pub fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "counter", help, &[("", value)]);
    }

    /// One figure for each set of labels, such as `{result="accepted"}`.
    pub fn family(&mut self, name: &str, kind: &str, help: &str, figures: &[(&str, u64)]) {
        self.head(name, kind, help);
        for (labels, value) in figures {
            self.line(format_args!("{name}{labels} {value}"));
        }
    }

    /// A figure with a fraction.
    pub fn fraction(&mut self, name: &str, kind: &str, help: &str, value: f64) {
        self.head(name, kind, help);
        self.line(format_args!("{name} {value}"));
    }

    /// Spans, in seconds.
    pub fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.head(name, "histogram", help);
        let mut below = 0;
        for (nth, bucket) in histogram.buckets.iter().enumerate() {
            below += bucket.load(Relaxed);
            match BOUNDS_US.get(nth) {
                Some(bound) => self.line(format_args!("{name}_bucket{{le=\"{}\"}} {below}", *bound as f64 / 1e6)),
                None => self.line(format_args!("{name}_bucket{{le=\"+Inf\"}} {below}")),
            }
        }
        self.line(format_args!("{name}_sum {}", histogram.sum_us.load(Relaxed) as f64 / 1e6));
        // Of the same reading as the buckets: raised in between, they would contradict each other.
        self.line(format_args!("{name}_count {below}"));
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{line}");
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ms: &[u64]) -> Histogram {
        let histogram = Histogram::default();
        ms.iter().for_each(|ms| histogram.record(Duration::from_millis(*ms)));
        histogram
    }

    #[test]
    fn a_span_counts_in_its_bucket_and_in_all_above() {
        let mut page = Page::default();
        page.histogram("h_seconds", "Spans.", &of(&[1, 2, 30, 60_000]));
        let text = page.into_text();
        assert!(text.starts_with("# HELP h_seconds Spans.\n# TYPE h_seconds histogram\n"), "{text}");
        for line in [
            "h_seconds_bucket{le=\"0.0005\"} 0",
            "h_seconds_bucket{le=\"0.001\"} 1",
            "h_seconds_bucket{le=\"0.0025\"} 2",
            "h_seconds_bucket{le=\"0.05\"} 3",
            "h_seconds_bucket{le=\"10\"} 3",
            "h_seconds_bucket{le=\"+Inf\"} 4",
            "h_seconds_sum 60.033",
            "h_seconds_count 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }

    #[test]
    fn quantiles_lie_within_their_bucket() {
        assert_eq!(Histogram::default().quantile_ms(0.5), None);
        let histogram = of(&[2; 100]);
        let median = histogram.quantile_ms(0.5).unwrap();
        assert!((1.0..=2.5).contains(&median), "{median}");
        assert_eq!(of(&[1, 1, 60_000]).quantile_ms(1.0), Some(10_000.0));
        assert_eq!(histogram.quantile_ms(2.0), Some(2.5));
    }

    #[test]
    fn labels_share_one_head() {
        let mut page = Page::default();
        page.family("c_total", "counter", "Things.", &[("{kind=\"a\"}", 1), ("{kind=\"b\"}", 2)]);
        page.fraction("s", "gauge", "Seconds.", 0.5);
        let expected = "# HELP c_total Things.\n# TYPE c_total counter\nc_total{kind=\"a\"} 1\nc_total{kind=\"b\"} 2\n\
                        # HELP s Seconds.\n# TYPE s gauge\ns 0.5\n";
        assert_eq!(page.into_text(), expected);
    }
}
