//! Who listens on a port, from the kernel's own tables.

use super::Finding;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The state LISTEN in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// Looks whether hearken, which is not running, could have its port.
#[must_use]
pub fn free(listen: SocketAddr) -> Finding {
    const CHECK: &str = "port";
    let port = listen.port();
    if port == 0 {
        return Finding::ok(CHECK, "any free one");
    }
    match std::net::TcpListener::bind(listen) {
        Ok(_) => Finding::ok(CHECK, format!("{port} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let by = holder(port).map(|by| format!(" by {by}")).unwrap_or_default();
            let advice = "stop that program, or choose another port: listen in config.toml";
            Finding::fail(CHECK, format!("{port} is in use{by}"), advice)
        }
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            let advice = "systemctl cat hearken names the capability that a port below 1024 needs";
            Finding::warn(CHECK, format!("{port} is not for this user: {error}"), advice)
        }
        Err(error) => Finding::fail(CHECK, format!("{listen}: {error}"), "check listen in config.toml"),
    }
}

/// The program that listens on `port`, as `name, process 123`; other users' programs are seen by root only.
#[must_use]
pub fn holder(port: u16) -> Option<String> {
    let table = |path| std::fs::read_to_string(path).unwrap_or_default();
    let tables = table("/proc/net/tcp") + &table("/proc/net/tcp6");
    let wanted = format!("socket:[{}]", listening_inode(&tables, port)?);
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let pids = processes.filter(|entry| entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit));
    let mut holders = pids.filter(|entry| has_open(&entry.path().join("fd"), &wanted));
    let holder = holders.next()?;
    let name = std::fs::read_to_string(holder.path().join("comm")).unwrap_or_default();
    Some(format!("{}, process {}", name.trim(), holder.file_name().display()))
}

fn has_open(descriptors: &PathBuf, wanted: &str) -> bool {
    let open = std::fs::read_dir(descriptors).into_iter().flatten().flatten();
    open.filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|target| target.as_os_str() == wanted)
}

/// The inode of the socket that listens on `port`.
fn listening_inode(tables: &str, port: u16) -> Option<&str> {
    let wanted = format!("{port:04X}");
    tables.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        (*state == LISTEN && local.rsplit(':').next() == Some(&wanted)).then_some(*inode)
    })
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    #[test]
    fn the_listening_socket_is_found_in_the_table() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
             0: 0100007F:21C2 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 11 1\n   \
             1: 00000000:21C2 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1\n";
        assert_eq!(listening_inode(table, 8642), Some("4711"));
        assert_eq!(listening_inode(table, 8643), None);
    }

    #[test]
    fn a_port_in_use_names_its_holder() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let found = free(taken.local_addr().unwrap());
        assert_eq!(found.grade, Grade::Fail);
        assert!(found.detail.contains(&format!("process {}", std::process::id())), "{found:?}");
        assert_eq!(free("127.0.0.1:0".parse().unwrap()).grade, Grade::Ok);
    }
}
