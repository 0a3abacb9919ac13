//! Arguments of a command: JSON in which no object gives a name twice.
//!
//! serde_json keeps the last of two values of one name, others keep the first. A command means one thing to everybody, or
//! it is a mistake.

use crate::limits;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Arguments as they are read from a body.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub struct Args(#[serde(deserialize_with = "unambiguous")] pub Value);

/// Reads a value that means one thing.
///
/// # Errors
/// The format's own, and one for a name that is given twice.
pub fn unambiguous<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    from.deserialize_any(Reader)
}

/// What is wrong with arguments, for the one who wrote them: the reader's own words, without all of what it read.
#[must_use]
pub fn told(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    if text.chars().count() <= limits::DETAIL_CHARS_MAX {
        return text;
    }
    let end: String = text.chars().rev().take(limits::DETAIL_CHARS_MAX / 2).collect();
    let begin: String = text.chars().take(limits::DETAIL_CHARS_MAX / 2).collect();
    format!("{begin} … {}", end.chars().rev().collect::<String>())
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Args(value)) = from.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Args(value))) = from.next_entry::<String, Args>()? {
            if members.contains_key(&name) {
                let shown: String = name.chars().take(40).collect();
                return Err(A::Error::custom(format_args!("{shown:?} is given twice: send it once")));
            }
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        serde_json::from_str(text).map(|Args(value)| value).map_err(|error| error.to_string())
    }

    #[test]
    fn what_means_one_thing_is_read_as_serde_json_reads_it() {
        for text in
            ["null", "true", "-3", "18446744073709551615", "1.5", "\"ü\"", "[1,[]]", "{\"a\":{\"b\":1},\"b\":[{}]}"]
        {
            assert_eq!(read(text), Ok(serde_json::from_str(text).unwrap()), "{text}");
        }
    }

    #[test]
    fn a_name_given_twice_is_a_mistake_however_deep() {
        for text in ["{\"a\":1,\"a\":1}", "[{\"b\":{\"a\":1,\"c\":2,\"a\":3}}]", "{\"\\u0061\":1,\"a\":2}"] {
            assert!(read(text).unwrap_err().contains("\"a\" is given twice"), "{text}");
        }
    }
}
