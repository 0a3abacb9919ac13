//! Which appliance is meant: `--host`, else `remote_server`, else this machine's, else the one on the LAN.

use super::Failure;
use crate::client::Target;
use crate::config::Config;
use crate::device::mdns::Found;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// Where the installed service has its socket.
const SERVICE_SOCKET: &str = "/run/hearken/local.sock";

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// An appliance by name or address, with its id if mDNS told it.
    Remote { target: Target, id: Option<String> },
    /// The hearken on this machine, by its private socket.
    Local(PathBuf),
}

/// What a socket's path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// Somebody answers.
    Open,
    /// Somebody may be there, but not for us.
    Forbidden,
    /// Nobody.
    Nobody,
}

/// Chooses. `probe` and `browse` are asked only when what stands before them says nothing.
pub(super) fn choose(
    host: Option<&str>,
    config: &Config,
    socket: Option<PathBuf>,
    probe: impl Fn(&Path) -> Probe,
    browse: impl FnOnce() -> Result<Vec<Found>, Failure>,
) -> Result<Choice, Failure> {
    if let Some(name) = host.or(config.web.remote_server.as_deref()) {
        let target = name.parse::<Target>().map_err(|bad| Failure::usage(bad.to_string()))?;
        return Ok(Choice::Remote { target, id: None });
    }
    match local(config, socket, probe)? {
        Some(path) => Ok(Choice::Local(path)),
        None => the_only_one(browse()?),
    }
}

/// The socket of this machine's hearken, if it runs; the one that was named if one was.
pub(super) fn local(
    config: &Config,
    named: Option<PathBuf>,
    probe: impl Fn(&Path) -> Probe,
) -> Result<Option<PathBuf>, Failure> {
    let own = config.state_dir.join("local.sock");
    let places = match (named, &config.runtime_dir) {
        (Some(named), _) => vec![named],
        (None, Some(dir)) => vec![dir.join("local.sock")],
        (None, None) => vec![SERVICE_SOCKET.into(), own.clone()],
    };
    for place in places {
        match probe(&place) {
            Probe::Open => return Ok(Some(place)),
            // The service's state directory is closed to others whether or not it runs: that tells nothing.
            Probe::Forbidden if place != own => {
                return Err(crate::client::ClientError::SocketForbidden(place).into());
            }
            Probe::Forbidden | Probe::Nobody => {}
        }
    }
    Ok(None)
}

/// Tries the socket.
pub(super) fn probe(path: &Path) -> Probe {
    match UnixStream::connect(path) {
        Ok(_) => Probe::Open,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Probe::Forbidden,
        Err(_) => Probe::Nobody,
    }
}

fn the_only_one(mut found: Vec<Found>) -> Result<Choice, Failure> {
    match (found.pop(), found.as_slice()) {
        (Some(one), []) => {
            let text = format!("{}:{}", one.host, one.port);
            let by_name = text.parse().ok().or_else(|| Some(Target::at(*one.addrs.first()?, one.port)));
            let target = by_name.ok_or_else(|| Failure::unreachable(format!("{} has no address", one.name)))?;
            Ok(Choice::Remote { target, id: Some(one.id).filter(|id| !id.is_empty()) })
        }
        (None, _) => {
            let line = "no hearken runs on this machine (it should? hearken doctor), and none was found on the LAN: name one with --host";
            Err(Failure::unreachable(line.into()))
        }
        (Some(last), others) => {
            let lines = others
                .iter()
                .chain([&last])
                .map(|found| format!("  --host {}:{}  {}", found.host, found.port, found.name));
            Err(Failure::usage(format!(
                "several appliances answer, choose one:\n{}",
                lines.collect::<Vec<_>>().join("\n")
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Found {
        Found {
            name: name.into(),
            host: format!("{name}.local"),
            addrs: vec!["192.168.1.20".parse().unwrap()],
            port: 8642,
            id: "0a1b2c3d".into(),
        }
    }

    fn chosen(host: Option<&str>, remote: Option<&str>, open: &[&str], lan: &[&str]) -> Result<Choice, Failure> {
        let mut config = Config::default();
        config.web.remote_server = remote.map(Into::into);
        let probe = |path: &Path| if open.iter().any(|o| path == Path::new(o)) { Probe::Open } else { Probe::Nobody };
        choose(host, &config, None, probe, || Ok(lan.iter().map(|name| found(name)).collect()))
    }

    fn remote(text: &str, id: Option<&str>) -> Choice {
        Choice::Remote { target: text.parse().unwrap(), id: id.map(Into::into) }
    }

    #[test]
    fn the_first_that_says_something_wins() {
        let (service, own) = ("/run/hearken/local.sock", "/var/lib/hearken/local.sock");
        let choice = |host, remote, open: &[&str], lan: &[&str]| chosen(host, remote, open, lan).unwrap();
        assert_eq!(choice(Some("pi"), Some("attic"), &[service], &["x"]), remote("pi:8642", None));
        assert_eq!(choice(None, Some("attic:80"), &[service], &["x"]), remote("attic:80", None));
        assert_eq!(choice(None, None, &[own, service], &["x"]), Choice::Local(service.into()));
        assert_eq!(choice(None, None, &[own], &["x"]), Choice::Local(own.into()));
        assert_eq!(choice(None, None, &[], &["attic"]), remote("attic.local:8642", Some("0a1b2c3d")));
    }

    #[test]
    fn none_is_unreachable_and_several_are_a_choice() {
        assert_eq!(chosen(None, None, &[], &[]).unwrap_err().exit(), 3);
        let several = chosen(None, None, &[], &["attic", "cellar"]).unwrap_err();
        assert_eq!(several.exit(), 2);
        assert!(several.line().unwrap().contains("\n  --host attic.local:8642  attic\n  --host cellar.local:8642"));
        assert_eq!(chosen(Some("a b"), None, &[], &[]).unwrap_err().exit(), 2);
    }

    #[test]
    fn a_named_socket_is_the_only_place_looked_at() {
        let config = Config::default();
        let place = local(&config, Some("/tmp/x.sock".into()), |path| {
            assert_eq!(path, Path::new("/tmp/x.sock"));
            Probe::Open
        });
        assert_eq!(place.unwrap(), Some("/tmp/x.sock".into()));
    }

    #[test]
    fn a_socket_that_is_not_for_us_says_what_to_do() {
        let refused = local(&Config::default(), None, |_| Probe::Forbidden).unwrap_err();
        assert_eq!(refused.exit(), 1);
        assert!(refused.line().unwrap().contains("usermod -aG hearken"), "{refused:?}");
        let closed = |path: &Path| if path.starts_with("/var/lib") { Probe::Forbidden } else { Probe::Nobody };
        assert_eq!(local(&Config::default(), None, closed).unwrap(), None);
    }
}
