//! The music folder: there, readable all the way down by the user of the service, and small enough to be watched.

use super::Finding;
use super::reader::{Reader, SERVICE_USER, group_name};
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Entries that the doctor looks at: a large library. Beyond, the rest is taken for as good as these.
const LOOKED_AT_MAX: usize = 300_000;
/// Other programs watch folders too: below this many free ones it gets tight.
const WATCHES_LEFT_MIN: usize = 500;

/// What a walk saw.
#[derive(Debug, Default)]
struct Walk {
    folders: usize,
    files: usize,
    /// The first that cannot be read, and what it is.
    closed: Option<(PathBuf, Metadata)>,
}

/// Looks at the music as `reader`. The second finding is about watching, if there is anything to watch.
#[must_use]
pub fn look(audio_dir: &Path, reader: &Reader) -> Vec<Finding> {
    const CHECK: &str = "music";
    let shown = audio_dir.display();
    if let Some((path, about)) = closed_on_the_way(audio_dir, reader) {
        return vec![closed(CHECK, &path, &about, reader)];
    }
    let walk = match walk(audio_dir, reader) {
        Ok(walk) => walk,
        Err(error) => {
            let advice = format!("check audio_dir in config.toml; to make it: sudo mkdir -p {shown}");
            return vec![Finding::fail(CHECK, format!("{shown}: {error}"), advice)];
        }
    };
    let music = match &walk.closed {
        Some((path, about)) => closed(CHECK, path, about, reader),
        None if walk.files == 0 => Finding::warn(
            CHECK,
            format!("{shown} is empty"),
            format!("put music into {shown}, or set audio_dir in config.toml"),
        ),
        None => {
            Finding::ok(CHECK, format!("{} files in {} folders of {shown}, all readable", walk.files, walk.folders))
        }
    };
    let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok();
    let limit = limit.and_then(|text| text.trim().parse::<usize>().ok());
    std::iter::once(music).chain(limit.map(|limit| watches(walk.folders, limit))).collect()
}

/// The first folder above the music that `reader` may not pass.
fn closed_on_the_way(audio_dir: &Path, reader: &Reader) -> Option<(PathBuf, Metadata)> {
    let mut above: Vec<&Path> = audio_dir.ancestors().skip(1).filter(|path| !path.as_os_str().is_empty()).collect();
    above.reverse();
    let about = above.into_iter().filter_map(|path| Some((path, std::fs::metadata(path).ok()?)));
    let mut closed = about.filter(|(path, about)| !reader.may_pass(path, about));
    closed.next().map(|(path, about)| (path.to_owned(), about))
}

/// Reads all folders, until something cannot be read.
fn walk(audio_dir: &Path, reader: &Reader) -> io::Result<Walk> {
    let mut walk = Walk::default();
    let mut waiting = vec![(audio_dir.to_owned(), std::fs::metadata(audio_dir)?)];
    while let Some((path, about)) = waiting.pop() {
        if !reader.may(&path, &about) {
            walk.closed = Some((path, about));
            return Ok(walk);
        }
        if !about.is_dir() {
            walk.files += 1;
            continue;
        }
        walk.folders += 1;
        if walk.files + waiting.len() > LOOKED_AT_MAX {
            break;
        }
        let inside = std::fs::read_dir(&path)?.flatten().filter(|entry| !is_hidden(entry));
        // Links are the library's business: what is behind them is met where it is.
        let known = inside.filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)));
        waiting.extend(known.filter(|(_, about)| !about.is_symlink()));
    }
    Ok(walk)
}

fn is_hidden(entry: &std::fs::DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Names what cannot be read, and the command that opens it.
fn closed(check: &str, path: &Path, about: &Metadata, reader: &Reader) -> Finding {
    let who = if *reader == Reader::Me { "hearken".to_owned() } else { format!("the user {SERVICE_USER}") };
    let (shown, bits) = (path.display(), if about.is_dir() { "rx" } else { "r" });
    let wanted = if about.is_dir() { 0o050 } else { 0o040 };
    let by_group = group_name(about.gid()).filter(|name| about.mode() & wanted == wanted && name != "root");
    let advice = match by_group {
        Some(group) => format!("sudo adduser {SERVICE_USER} {group} && sudo systemctl restart hearken"),
        None => format!("sudo chmod -R o+{} '{shown}'", if about.is_dir() { "rX" } else { bits }),
    };
    let home = if shown.to_string().starts_with("/home") || shown.to_string().starts_with("/root") {
        "; below /home the unit needs ProtectHome=read-only as well (sudo systemctl edit hearken)"
    } else {
        ""
    };
    Finding::fail(check, format!("{shown} cannot be read by {who} (mode {:o})", about.mode() & 0o7777), advice + home)
}

/// Each folder takes one watch of its user.
fn watches(folders: usize, limit: usize) -> Finding {
    const CHECK: &str = "watching";
    let detail = format!("{folders} folders, {limit} can be watched");
    if folders + WATCHES_LEFT_MIN <= limit {
        return Finding::ok(CHECK, detail);
    }
    let enough = (folders * 2).max(65_536);
    let line = format!(
        "echo fs.inotify.max_user_watches={enough} | sudo tee /etc/sysctl.d/60-hearken.conf && sudo sysctl --system"
    );
    Finding::warn(CHECK, format!("{detail}: new music is found by the scan only"), line)
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;
    use std::fs::{Permissions, create_dir_all, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    /// Somebody who owns nothing here.
    fn stranger() -> Reader {
        Reader::User { uid: 60_123, gids: vec![60_123] }
    }

    fn mode(path: &Path, mode: u32) {
        set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_first_that_cannot_be_read_is_named_with_what_opens_it() {
        let dir = tempfile::tempdir().unwrap();
        mode(dir.path(), 0o755);
        let (music, album) = (dir.path().join("music"), dir.path().join("music/album"));
        create_dir_all(&album).unwrap();
        write(album.join("1.mp3"), b"x").unwrap();
        for (path, bits) in [(&music, 0o755), (&album, 0o755), (&album.join("1.mp3"), 0o644)] {
            mode(path, bits);
        }
        let found = look(&music, &stranger());
        assert_eq!(found[0].grade, Grade::Ok, "{found:?}");
        assert!(found[0].detail.starts_with("1 files in 2 folders"), "{found:?}");

        for (path, bits) in [(album.join("1.mp3"), 0o600), (album.clone(), 0o700), (music.clone(), 0o744)] {
            mode(&path, bits);
            let found = look(&music, &stranger());
            assert_eq!((found[0].grade, found.len()), (Grade::Fail, 2), "{found:?}");
            assert!(found[0].detail.contains(&path.display().to_string()), "{found:?}");
            assert!(found[0].advice.as_deref().unwrap().contains("chmod"), "{found:?}");
        }
        mode(dir.path(), 0o700);
        let found = look(&music, &stranger());
        assert!(found[0].detail.starts_with(&format!("{} cannot", dir.path().display())), "{found:?}");
    }

    #[test]
    fn none_and_empty_are_said() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(look(&dir.path().join("not"), &Reader::Me)[0].grade, Grade::Fail);
        assert_eq!(look(dir.path(), &Reader::Me)[0].grade, Grade::Warn);
    }

    #[test]
    fn too_many_folders_cannot_be_watched() {
        assert_eq!(watches(10, 8192).grade, Grade::Ok);
        let tight = watches(8000, 8192);
        assert_eq!(tight.grade, Grade::Warn);
        assert!(tight.advice.unwrap().contains("max_user_watches=65536"));
    }
}
