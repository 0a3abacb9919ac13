//! The stations' keys: what an ordinary player shows instead of a cookie.
//!
//! A key opens one station's stream and playlist files and nothing else. It stands in addresses that people copy into
//! players, so it is kept as it is, in the vault beside the tokens; it is never an event, and no log line holds a query.

use crate::core::ids::StationId;
use crate::device::secrets::{self, NoChance};
use crate::hub::Answer;
use crate::log::Put;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The vault's drawer of keys: station → key.
pub const RADIO_KEYS: &str = "radio-key";

/// The keys that are good. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Keys(Arc<RwLock<BTreeMap<StationId, String>>>);

/// A change of a station's key: stored together with the event it belongs to, good once that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    station: StationId,
    key: Option<String>,
}

impl KeyChange {
    /// A new key for `station`: 128 bits of chance.
    ///
    /// # Errors
    /// [`NoChance`] when the kernel gives none.
    pub fn new_key(station: &StationId) -> Result<Self, NoChance> {
        Ok(Self { station: station.clone(), key: Some(secrets::one_time_token()?) })
    }

    /// The station goes, and its key with it.
    #[must_use]
    pub fn no_key(station: &StationId) -> Self {
        Self { station: station.clone(), key: None }
    }

    /// The write that remembers it.
    #[must_use]
    pub fn put(&self) -> Put {
        let value = self.key.as_ref().map(|key| key.as_bytes().into());
        Put { bucket: RADIO_KEYS, key: self.station.as_str().into(), value }
    }
}

impl Keys {
    /// Takes over what is stored.
    pub fn load(&self, stored: Vec<(String, Vec<u8>)>) {
        let known = stored
            .into_iter()
            .filter_map(|(station, key)| Some((StationId::new(&station).ok()?, String::from_utf8(key).ok()?)));
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend(known);
    }

    /// A change is durable.
    pub fn apply(&self, change: KeyChange) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match change.key {
            Some(key) => drop(keys.insert(change.station, key)),
            None => drop(keys.remove(&change.station)),
        }
    }

    /// The same answer, after a change that is good once the command was accepted.
    #[must_use]
    pub fn once_accepted(&self, change: Option<KeyChange>, answer: Answer) -> Answer {
        let Some(change) = change else { return answer };
        let keys = self.clone();
        Box::new(move |result| {
            // A repeated command gets its first answer again, and the key that was made then stays.
            if result.as_ref().is_ok_and(|accepted| accepted.is_event) {
                keys.apply(change);
            }
            answer(result);
        })
    }

    /// The key of a station, for those who are let in.
    #[must_use]
    pub fn of(&self, station: &StationId) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(station).cloned()
    }

    /// Whether `key` opens `station`; in a time that does not depend on where it is wrong.
    #[must_use]
    pub fn opens(&self, station: &StationId, key: &str) -> bool {
        self.of(station).is_some_and(|known| secrets::same(&known, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_its_station_until_another_is_made() {
        let (one, other) = (StationId::new("a1").unwrap(), StationId::new("b2").unwrap());
        let keys = Keys::default();
        let change = KeyChange::new_key(&one).unwrap();
        let put = change.put();
        assert_eq!((put.bucket, &*put.key), (RADIO_KEYS, "a1"));
        keys.load(vec![("a1".into(), put.value.unwrap().to_vec()), ("no id".into(), Vec::new())]);
        let key = keys.of(&one).unwrap();
        assert!(keys.opens(&one, &key) && !keys.opens(&one, "") && !keys.opens(&other, &key));
        keys.apply(KeyChange::new_key(&one).unwrap());
        assert!(!keys.opens(&one, &key), "the old one is worthless");
        keys.apply(KeyChange::no_key(&one));
        assert_eq!(keys.of(&one), None);
    }
}
