//! Until when the certificate of https holds, and whether its renewal works.

use super::Finding;
use crate::device::tls::{RENEWED_BEFORE_DAYS, Signer, Span, Standing, TlsError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const CHECK: &str = "https";
/// Programs that renew certificates do it when a third of their time is left. At a sixth, or so many days, it has failed.
const OWN_LATE_DAYS: u64 = 21;
/// The last second that has a date of four digits: `99991231235959Z` stands for "never" (RFC 5280).
const LAST: u64 = 253_402_300_799;

/// Judges how https stands at `now`.
#[must_use]
pub fn judged(standing: &Standing, now: SystemTime) -> Finding {
    match (&standing.trouble, &standing.signed_by) {
        (Some(trouble), _) => troubled(trouble, standing.shown, now),
        (None, Some(signer)) => made(signer, standing.shown, now),
        (None, None) => own(standing.shown, now),
    }
}

/// The last renewal failed. What was shown before is shown on, as long as it holds.
fn troubled(trouble: &TlsError, shown: Option<Span>, now: SystemTime) -> Finding {
    let advice = match trouble {
        TlsError::Own { .. } => "mend that; changed files are read again within seconds, without a restart",
        TlsError::Kept { .. } => "mend the disk, then sudo systemctl restart hearken",
        TlsError::Make(_) => "it is tried again every few seconds; journalctl -u hearken | grep https",
    };
    match shown {
        Some(span) if span.is_over(now) => Finding::fail(CHECK, format!("{trouble}; {}", ended(span)), advice),
        Some(span) => {
            let meanwhile = format!("meanwhile a certificate is shown that holds {}", until(span, now));
            Finding::warn(CHECK, format!("{trouble}; {meanwhile}"), advice)
        }
        None => Finding::warn(CHECK, trouble.to_string(), advice),
    }
}

/// By the household's own authority: the certificate renews itself, the authority does not.
fn made(signer: &Signer, shown: Option<Span>, now: SystemTime) -> Finding {
    let authority = signer.span;
    let who = format!("by this household's authority, SHA-256 {}", signer.fingerprint);
    if authority.is_over(now) {
        let advice = "sudo systemctl restart hearken makes a new one; then trust it on each device: /trust";
        return Finding::fail(CHECK, format!("{who}: it {}", ended(authority)), advice);
    }
    if authority.days_left(now).is_some_and(|days| days < RENEWED_BEFORE_DAYS) {
        let advice = format!(
            "a new one is made at the first start after that day; at once by: sudo rm {} && sudo systemctl restart hearken. \
             Then trust it on each device: /trust",
            signer.file.display()
        );
        return Finding::warn(CHECK, format!("{who}: it holds only {}", until(authority, now)), advice);
    }
    let renewal = format!("the next one comes by itself {RENEWED_BEFORE_DAYS} days before");
    let shown = shown.map(|span| format!("; the certificate holds {}, {renewal}", until(span, now)));
    Finding::ok(CHECK, format!("{who}, until {}{}", date(authority.until), shown.unwrap_or_default()))
}

/// The household's own: somebody else renews it, and its end is nobody's business until it is near.
fn own(shown: Option<Span>, now: SystemTime) -> Finding {
    let renew = "renew it (sudo certbot renew, say); changed files are read again within seconds, without a restart";
    let Some(span) = shown else {
        return Finding::ok(CHECK, "with the certificate of tls_cert; until when it holds could not be read");
    };
    let about = format!("the certificate of tls_cert holds {}", until(span, now));
    if span.is_over(now) {
        return Finding::fail(CHECK, format!("the certificate of tls_cert {}: browsers refuse it", ended(span)), renew);
    }
    if span.is_to_come(now) {
        let advice = "wait for that day, or look at the clock: timedatectl";
        return Finding::warn(
            CHECK,
            format!("the certificate of tls_cert holds from {} only", date(span.from)),
            advice,
        );
    }
    let late = OWN_LATE_DAYS.min(span.days() / 6);
    if span.days_left(now).is_some_and(|days| days <= late) {
        return Finding::warn(CHECK, format!("{about}: its renewal should have come"), renew);
    }
    Finding::ok(CHECK, format!("{about}; a renewed one is noticed by itself"))
}

fn ended(span: Span) -> String {
    format!("ended on {}", date(span.until))
}

/// `until 20 Nov 2027 (364 days)`.
fn until(span: Span, now: SystemTime) -> String {
    let left = match span.days_left(now) {
        Some(1) => " (1 day)".to_owned(),
        Some(days) => format!(" ({days} days)"),
        None => String::new(),
    };
    format!("until {}{left}", date(span.until))
}

/// `20 Nov 2027`, in UTC.
fn date(seconds: u64) -> String {
    let moment = UNIX_EPOCH + Duration::from_secs(seconds.min(LAST));
    httpdate::fmt_http_date(moment).chars().skip(5).take(11).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    const DAY: u64 = 24 * 3600;
    /// 2027-01-01.
    const NOW: u64 = 1_798_761_600;

    fn at(days: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW + days * DAY)
    }

    fn span(from: u64, until: u64) -> Span {
        Span { from: NOW + from * DAY, until: NOW + until * DAY }
    }

    fn standing(shown: Span, authority: Option<Span>, trouble: Option<TlsError>) -> Standing {
        let signed_by = authority.map(|span| {
            let file = "/var/lib/hearken/tls/authority.pem".into();
            Signer { fingerprint: "AB:CD".into(), span, file }
        });
        Standing { shown: Some(shown), signed_by, trouble }
    }

    #[test]
    fn what_is_made_here_tells_its_days_and_that_it_renews_itself() {
        let found = judged(&standing(span(0, 365), Some(span(0, 3650)), None), at(1));
        let told = "by this household's authority, SHA-256 AB:CD, until 29 Dec 2036; \
                    the certificate holds until 01 Jan 2028 (364 days), the next one comes by itself 60 days before";
        assert_eq!((found.grade, found.detail.as_str()), (Grade::Ok, told));
        let never_set = judged(&standing(span(0, 365), Some(span(0, 3650)), None), UNIX_EPOCH);
        assert!(never_set.grade == Grade::Ok && never_set.detail.contains("holds until 01 Jan 2028, the next"));
    }

    #[test]
    fn an_authority_near_its_end_is_told_with_what_to_do() {
        for (day, grade, word) in [(3580, Grade::Ok, "60 days before"), (3600, Grade::Warn, "(50 days)")] {
            let found = judged(&standing(span(3500, 3650), Some(span(0, 3650)), None), at(day));
            assert!(found.grade == grade && found.detail.contains(word), "{found:?}");
        }
        let over = judged(&standing(span(3500, 3650), Some(span(0, 3650)), None), at(3650));
        assert!(over.grade == Grade::Fail && over.detail.contains("ended on 29 Dec 2036"), "{over:?}");
        let near = judged(&standing(span(3500, 3650), Some(span(0, 3650)), None), at(3600));
        assert!(near.advice.unwrap().contains("sudo rm /var/lib/hearken/tls/authority.pem && sudo systemctl restart"));
    }

    #[test]
    fn the_household_s_own_is_a_warning_when_its_renewal_is_late_by_its_own_measure() {
        for (length, day, grade) in [
            (90, 70, Grade::Ok),
            (90, 75, Grade::Warn),
            (365, 340, Grade::Ok),
            (365, 344, Grade::Warn),
            (6, 3, Grade::Ok),
            (6, 5, Grade::Warn),
            (90, 90, Grade::Fail),
        ] {
            let found = judged(&standing(span(0, length), None, None), at(day));
            assert_eq!(found.grade, grade, "{length} days, on day {day}: {found:?}");
        }
        let never = Span { from: NOW, until: u64::MAX };
        assert!(judged(&standing(never, None, None), at(0)).detail.contains("until 31 Dec 9999"));
        assert_eq!(judged(&standing(span(2, 90), None, None), at(0)).grade, Grade::Warn, "it has not begun");
        assert_eq!(judged(&standing(span(0, 90), None, None), UNIX_EPOCH).grade, Grade::Ok, "nobody knows");
    }

    #[test]
    fn a_failed_renewal_is_told_with_what_is_shown_meanwhile() {
        let trouble = || TlsError::Own { setting: "tls_key", path: "/k.pem".into(), problem: "cannot be read".into() };
        let found = judged(&standing(span(0, 90), None, Some(trouble())), at(70));
        let told =
            "tls_key = /k.pem: cannot be read; meanwhile a certificate is shown that holds until 01 Apr 2027 (20 days)";
        assert_eq!((found.grade, found.detail.as_str()), (Grade::Warn, told));
        let over = judged(&standing(span(0, 90), None, Some(trouble())), at(91));
        assert!(over.grade == Grade::Fail && over.detail.ends_with("; ended on 01 Apr 2027"), "{over:?}");
    }
}
