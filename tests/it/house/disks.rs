//! Disks of a test's own: small, failing, read-only. Mounting needs root; without it a test says so and is skipped.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A mounted file system; unmounted when it is dropped.
pub struct Disk {
    /// Where the image lies, for a disk that is one.
    backing: Option<Box<Self>>,
    at: PathBuf,
    _dir: Option<TempDir>,
}

impl Disk {
    /// A file system in memory.
    pub fn in_memory(megabytes: usize) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        Self::mount(None, &["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"], dir.path().into(), Some(dir))
    }

    /// The same, over a directory that is there.
    pub fn in_memory_at(megabytes: usize, at: &Path) -> Option<Self> {
        Self::mount(None, &["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"], at.into(), None)
    }

    /// A disk that fails when it is told to: an image in a memory of its own, and no journal to catch it.
    pub fn that_may_fail() -> Option<Self> {
        let backing = Box::new(Self::in_memory(8)?);
        let image = backing.image("^has_journal")?;
        let dir = tempfile::tempdir().unwrap();
        Self::mount(Some(backing), &["-o", "loop", image.to_str()?], dir.path().into(), Some(dir))
    }

    /// A card as a Raspberry Pi mounts it: after an error, nothing is written to it any more.
    pub fn card() -> Option<Self> {
        let backing = Box::new(Self::in_memory(40)?);
        let image = backing.image("has_journal")?;
        let dir = tempfile::tempdir().unwrap();
        let options = ["-o", "loop,errors=remount-ro", image.to_str()?];
        Self::mount(Some(backing), &options, dir.path().into(), Some(dir))
    }

    fn image(&self, feature: &str) -> Option<PathBuf> {
        let image = self.path().join("image");
        std::fs::File::create(&image).unwrap().set_len(32 << 20).unwrap();
        let mut make = Command::new("mkfs.ext4");
        make.args(["-q", "-b", "4096", "-O", feature]).arg(&image);
        ran(&mut make, "making a file system needs mkfs.ext4").then_some(image)
    }

    fn mount(backing: Option<Box<Self>>, words: &[&str], at: PathBuf, dir: Option<TempDir>) -> Option<Self> {
        let disk = Self { backing, at, _dir: dir };
        let mut mount = Command::new("mount");
        mount.args(words).arg(disk.path());
        ran(&mut mount, "mounting a disk needs root and free loop devices").then_some(disk)
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Takes all the space that is left.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).unwrap();
        while file.write_all(&[1; 512]).is_ok() {}
    }

    /// Gives it back.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// From now on writing gives errors wherever nothing was written before.
    pub fn fail(&self) {
        self.backing.as_ref().unwrap().fill();
    }

    /// Writing works again.
    pub fn heal(&self) {
        self.backing.as_ref().unwrap().free();
    }

    /// The kernel finds the file system wrong, and stops writing to it. `false` where it cannot be told so.
    pub fn has_an_error(&self) -> bool {
        let listed = std::fs::read_to_string("/proc/mounts").unwrap();
        let mine = |line: &&str| line.split(' ').nth(1) == self.path().to_str();
        let device =
            listed.lines().find(mine).unwrap().split(' ').next().unwrap().trim_start_matches("/dev/").to_owned();
        let told = std::fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "a test");
        if let Err(error) = &told {
            println!("skipped: this kernel makes no errors of its own ({error})");
        }
        told.is_ok()
    }

    /// Mounts it read-only, or again for writing; nothing may be open on it.
    pub fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(self.path()).status().unwrap();
        assert!(done.success(), "remount,{how}");
    }

    /// It is pulled out, under whoever uses it.
    pub fn pull(&self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.pull();
    }
}

fn ran(command: &mut Command, needs: &str) -> bool {
    let done = command.output().is_ok_and(|done| done.status.success());
    if !done {
        println!("skipped: {needs}");
    }
    done
}
