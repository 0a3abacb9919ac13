//! Which appliances know this user: `~/.config/hearken/tokens.json`, readable by nobody else.
//!
//! One entry an appliance, by the host and port it is spoken to, and by its id where mDNS told it. A token is only
//! ever sent to the name it was got from, or to an appliance that announces the same id.

use super::{Credentials, Target};
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep tokens in {}: {error}", path.display())]
pub struct TokensError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

/// The store.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    appliance: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(flatten)]
    credentials: Credentials,
}

impl Tokens {
    /// Opens the store in `dir` (`~/.config/hearken`); none yet is an empty one.
    ///
    /// # Errors
    /// [`TokensError`] when it is there but cannot be read. A damaged one counts as empty: pairing again mends it.
    pub fn open(dir: &Path) -> Result<Self, TokensError> {
        let path = dir.join("tokens.json");
        let entries = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                log::warn!("{} is damaged ({error}): pair again", path.display());
                Vec::new()
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(TokensError { path, error }),
        };
        Ok(Self { path, entries })
    }

    /// What `target`, or the appliance of this id, knows us by.
    #[must_use]
    pub fn find(&self, target: &Target, id: Option<&str>) -> Option<&Credentials> {
        let key = target.to_string();
        let by_name = self.entries.iter().find(|entry| entry.appliance == key);
        let by_id = || self.entries.iter().find(|entry| id.is_some() && entry.id.as_deref() == id);
        by_name.or_else(by_id).map(|entry| &entry.credentials)
    }

    /// Remembers, in place of what was known by the same name or id.
    ///
    /// # Errors
    /// [`TokensError`] when the file cannot be written.
    pub fn keep(&mut self, target: &Target, id: Option<&str>, credentials: Credentials) -> Result<(), TokensError> {
        let appliance = target.to_string();
        self.entries.retain(|entry| entry.appliance != appliance && (id.is_none() || entry.id.as_deref() != id));
        self.entries.push(Entry { appliance, id: id.map(Into::into), credentials });
        self.write().map_err(|error| TokensError { path: self.path.clone(), error })
    }

    /// Whole or not at all: a new file, private from its first byte, takes the old one's place.
    fn write(&self) -> io::Result<()> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let new = self.path.with_extension(format!("{}.new", std::process::id()));
        let _ = fs::remove_file(&new);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&self.entries)?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn credentials(token: &str) -> Credentials {
        Credentials { client_id: "0A1B2C3D4E5F6071".into(), token: token.into() }
    }

    #[test]
    fn a_token_is_found_by_name_or_id_and_by_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let [pi, other]: [Target; 2] = ["hearken.local", "kitchen.local"].map(|text| text.parse().unwrap());
        let mut tokens = Tokens::open(&dir.path().join("deep/hearken")).unwrap();
        tokens.keep(&pi, Some("0a1b2c3d"), credentials("one")).unwrap();
        let tokens = Tokens::open(&dir.path().join("deep/hearken")).unwrap();
        assert_eq!(tokens.find(&pi, None), Some(&credentials("one")));
        assert_eq!(tokens.find(&other, Some("0a1b2c3d")), Some(&credentials("one")));
        assert_eq!(tokens.find(&other, Some("ffffffff")), None);
        assert_eq!(tokens.find(&other, None), None);
    }

    #[test]
    fn the_file_is_private_and_holds_one_entry_an_appliance() {
        let dir = tempfile::tempdir().unwrap();
        let pi: Target = "hearken.local".parse().unwrap();
        let mut tokens = Tokens::open(dir.path()).unwrap();
        for token in ["one", "two"] {
            tokens.keep(&pi, None, credentials(token)).unwrap();
        }
        assert_eq!(tokens.find(&pi, None), Some(&credentials("two")));
        assert_eq!(tokens.entries.len(), 1);
        let mode = fs::metadata(dir.path().join("tokens.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no other file is left");
    }

    #[test]
    fn a_damaged_file_is_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("tokens.json"), "{").unwrap();
        assert!(Tokens::open(dir.path()).unwrap().entries.is_empty());
    }
}
