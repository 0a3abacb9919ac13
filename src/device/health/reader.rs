//! Whether somebody may read a file: this process, or the service's user as others see it.
//!
//! The doctor often runs as root, who may read everything; what counts is what the user of the service may. Permission
//! bits are then held against that user's groups. (An access control list beyond the bits is seen only by the service
//! itself: its own doctor asks the kernel.)

use rustix::fs::{Access, access};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The user that the service runs as.
pub const SERVICE_USER: &str = "hearken";

/// Who wants to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// This process: the kernel is asked.
    Me,
    /// A user by number, with all groups.
    User {
        /// The user.
        uid: u32,
        /// The groups.
        gids: Vec<u32>,
    },
}

impl Reader {
    /// The service's user if this machine has one and we are another; else this process.
    #[must_use]
    pub fn of_service() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        match user(SERVICE_USER, &read("/etc/passwd"), &read("/etc/group")) {
            Some(user @ Self::User { uid, .. }) if uid != rustix::process::geteuid().as_raw() => user,
            _ => Self::Me,
        }
    }

    /// Whether it may read this; of a folder: list it and go in.
    #[must_use]
    pub fn may(&self, path: &Path, about: &Metadata) -> bool {
        let wanted: u32 = if about.is_dir() { 0o5 } else { 0o4 };
        match self {
            Self::Me => {
                access(path, if about.is_dir() { Access::READ_OK | Access::EXEC_OK } else { Access::READ_OK }).is_ok()
            }
            Self::User { .. } => self.has(about, wanted),
        }
    }

    /// Whether it may pass through this folder on the way to others.
    #[must_use]
    pub fn may_pass(&self, path: &Path, about: &Metadata) -> bool {
        match self {
            Self::Me => access(path, Access::EXEC_OK).is_ok(),
            Self::User { .. } => self.has(about, 0o1),
        }
    }

    fn has(&self, about: &Metadata, wanted: u32) -> bool {
        let Self::User { uid, gids } = self else { return false };
        bits_for(*uid, gids, about.uid(), about.gid(), about.mode()) & wanted == wanted
    }
}

/// The three bits that count for a user: the owner's, the group's, or everybody's; never a mixture.
fn bits_for(uid: u32, gids: &[u32], owner: u32, group: u32, mode: u32) -> u32 {
    match () {
        () if uid == 0 => 0o7,
        () if uid == owner => mode >> 6 & 0o7,
        () if gids.contains(&group) => mode >> 3 & 0o7,
        () => mode & 0o7,
    }
}

/// A user of `/etc/passwd` with its groups of `/etc/group`.
fn user(name: &str, passwd: &str, group: &str) -> Option<Reader> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2);
    let (uid, gid) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    let member = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        let members = fields.get(3)?;
        members.split(',').any(|member| member == name).then(|| fields[2].parse().ok())?
    };
    Some(Reader::User { uid, gids: std::iter::once(gid).chain(group.lines().filter_map(member)).collect() })
}

/// The name of a group, to be typed.
#[must_use]
pub fn group_name(gid: u32) -> Option<String> {
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    let line = groups.lines().find(|line| line.split(':').nth(2) == Some(gid.to_string().as_str()))?;
    line.split(':').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_triple_of_bits_counts() {
        for (uid, gids, mode, expected) in [
            (7, &[][..], 0o640, 0o6),
            (8, &[50], 0o640, 0o4),
            (8, &[50], 0o604, 0o0),
            (8, &[51], 0o604, 0o4),
            (0, &[], 0o000, 0o7),
        ] {
            assert_eq!(bits_for(uid, gids, 7, 50, mode), expected, "{uid} {gids:?} {mode:o}");
        }
    }

    #[test]
    fn a_user_has_its_own_group_and_those_it_is_a_member_of() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nhearken:x:998:997::/var/lib/hearken:/usr/sbin/nologin\n";
        let group = "audio:x:29:pi,hearken\nmusic:x:1002:pi\nhearken:x:997:pi\nbroken\n";
        assert_eq!(user("hearken", passwd, group), Some(Reader::User { uid: 998, gids: vec![997, 29] }));
        assert_eq!(user("nobody", passwd, group), None);
        assert_eq!(group_name(0).as_deref(), Some("root"));
    }
}
