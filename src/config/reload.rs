//! Settings that change while the appliance runs, and those that wait for its next start.
//!
//! A listening socket, a directory that is in use and who is trusted are not changed under people's feet: the new
//! values of these are left out, and named.

use super::Config;

/// Settings that are taken at a start only.
pub const AT_START: [&str; 10] = [
    "listen",
    "audio_dir",
    "state_dir",
    "runtime_dir",
    "tls",
    "tls_cert",
    "tls_key",
    "trust_loopback",
    "follow_links",
    "static_dir",
];

impl Config {
    /// `self`, read anew, as it can take the place of `running`, and the keys whose new values wait for a start.
    #[must_use]
    pub fn in_place_of(mut self, running: &Self) -> (Self, Vec<&'static str>) {
        let [listen, audio_dir, state_dir, runtime_dir, tls, tls_cert, tls_key, ..] = AT_START;
        let [.., trust_loopback, follow_links, static_dir] = AT_START;
        let mut waiting = Vec::new();
        keep(&mut self.listen, &running.listen, listen, &mut waiting);
        keep(&mut self.audio_dir, &running.audio_dir, audio_dir, &mut waiting);
        keep(&mut self.state_dir, &running.state_dir, state_dir, &mut waiting);
        keep(&mut self.runtime_dir, &running.runtime_dir, runtime_dir, &mut waiting);
        keep(&mut self.tls, &running.tls, tls, &mut waiting);
        keep(&mut self.tls_cert, &running.tls_cert, tls_cert, &mut waiting);
        keep(&mut self.tls_key, &running.tls_key, tls_key, &mut waiting);
        keep(&mut self.trust_loopback, &running.trust_loopback, trust_loopback, &mut waiting);
        keep(&mut self.follow_links, &running.follow_links, follow_links, &mut waiting);
        keep(&mut self.static_dir, &running.static_dir, static_dir, &mut waiting);
        (self, waiting)
    }

    /// The keys whose values differ, in the order of the file.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (ours, theirs) = (super::keys::of(self), super::keys::of(other));
        let all = super::keys::all().into_iter().map(|(key, _)| key);
        all.filter(|key| ours.get(key) != theirs.get(key)).collect()
    }
}

fn keep<T: PartialEq + Clone>(new: &mut T, running: &T, key: &'static str, waiting: &mut Vec<&'static str>) {
    if new != running {
        waiting.push(key);
        running.clone_into(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LogLevel;

    #[test]
    fn what_needs_a_start_waits_and_is_named_and_the_rest_is_taken() {
        let running = Config::default();
        let mut new = Config { log_level: LogLevel::Debug, name: "attic".into(), ..Config::default() };
        new.listen.set_port(80);
        new.static_dir = Some("elsewhere".into());
        new.backup.hour = 5;
        assert_eq!(new.differences(&running), ["backup.hour", "listen", "log_level", "name", "static_dir"]);
        let (taken, waiting) = new.in_place_of(&running);
        assert_eq!(waiting, ["listen", "static_dir"]);
        assert_eq!(taken.differences(&running), ["backup.hour", "log_level", "name"]);
        assert_eq!(running.clone().in_place_of(&running), (running, Vec::new()));
    }

    #[test]
    fn the_settings_that_wait_are_settings() {
        let known: Vec<String> = crate::config::keys::all().into_iter().map(|(key, _)| key).collect();
        assert!(AT_START.iter().all(|key| known.iter().any(|known| known == key)));
    }
}
