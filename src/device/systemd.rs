//! The service manager's notification socket: `sd_notify` in a few lines of std.
//!
//! Without `NOTIFY_SOCKET` (a terminal, a test) every message is silently dropped. A message that cannot be sent
//! is dropped too: music must not stop because the service manager does not listen.

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// The way to the service manager, if there is one.
#[derive(Debug, Default)]
pub struct Notifier {
    socket: Option<UnixDatagram>,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// As the environment says. The variables stay in it: a program with threads cannot remove them safely.
    #[must_use]
    pub fn from_env() -> Self {
        let variable = |name| std::env::var(name).ok();
        Self {
            socket: variable("NOTIFY_SOCKET").and_then(|path| connect(&path).ok()),
            watchdog: watchdog(variable("WATCHDOG_USEC"), variable("WATCHDOG_PID"), std::process::id()),
        }
    }

    /// How often to call [`Notifier::alive`]: half of what the unit allows.
    #[must_use]
    pub fn watchdog_every(&self) -> Option<Duration> {
        self.watchdog.map(|span| span / 2)
    }

    /// The service answers.
    pub fn ready(&self) {
        self.send("READY=1");
    }

    /// One line for `systemctl status`.
    pub fn status(&self, line: &str) {
        self.send(&format!("STATUS={}", line.replace('\n', " ")));
    }

    /// The configuration is read again; [`Notifier::ready`] ends it. The monotonic time goes with it, so that a unit of
    /// `Type=notify-reload` knows which reload this is.
    pub fn reloading(&self) {
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={}", crate::clock::monotonic_usec()));
    }

    /// The service is about to end.
    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    /// Feeds the watchdog.
    pub fn alive(&self) {
        self.send("WATCHDOG=1");
    }

    fn send(&self, message: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(message.as_bytes())
        {
            log::debug!("systemd did not take {message:?}: {error}");
        }
    }
}

/// A path, or a name in the abstract namespace when it begins with `@`.
fn connect(path: &str) -> io::Result<UnixDatagram> {
    let address = match path.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(path)?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.connect_addr(&address)?;
    Ok(socket)
}

fn watchdog(usec: Option<String>, pid: Option<String>, own_pid: u32) -> Option<Duration> {
    let for_us = pid.is_none_or(|pid| pid.parse() == Ok(own_pid));
    let usec: u64 = usec?.parse().ok()?;
    (for_us && usec > 0).then(|| Duration::from_micros(usec))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(from: &UnixDatagram) -> String {
        let mut bytes = [0; 256];
        let length = from.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    #[test]
    fn messages_arrive_at_a_path_and_at_an_abstract_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let abstract_name = format!("hearken-test-{}", std::process::id());
        let manager = [
            (UnixDatagram::bind(&path).unwrap(), path.display().to_string()),
            (
                UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&abstract_name).unwrap()).unwrap(),
                format!("@{abstract_name}"),
            ),
        ];
        for (manager, address) in manager {
            let notifier = Notifier { socket: Some(connect(&address).unwrap()), watchdog: None };
            notifier.ready();
            notifier.status("3 listeners\nin the kitchen");
            notifier.reloading();
            notifier.alive();
            notifier.stopping();
            for message in ["READY=1", "STATUS=3 listeners in the kitchen"] {
                assert_eq!(received(&manager), message);
            }
            let reloading = received(&manager);
            let since_boot = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
            assert!(since_boot.parse::<u64>().unwrap() > 0);
            for message in ["WATCHDOG=1", "STOPPING=1"] {
                assert_eq!(received(&manager), message);
            }
        }
    }

    #[test]
    fn without_a_manager_nothing_happens() {
        Notifier::default().ready();
        assert!(connect("/nonexistent/notify").is_err());
    }

    #[test]
    fn the_watchdog_is_ours_or_none() {
        let text = |text: &str| Some(text.to_owned());
        let span = Some(Duration::from_secs(30));
        assert_eq!(watchdog(text("30000000"), None, 7), span);
        assert_eq!(watchdog(text("30000000"), text("7"), 7), span);
        assert_eq!(watchdog(text("30000000"), text("8"), 7), None);
        assert_eq!(watchdog(text("0"), None, 7), None);
        assert_eq!(watchdog(text("soon"), None, 7), None);
        assert_eq!(watchdog(None, None, 7), None);
        let notifier = Notifier { socket: None, watchdog: span };
        assert_eq!(notifier.watchdog_every(), Some(Duration::from_secs(15)));
    }
}
