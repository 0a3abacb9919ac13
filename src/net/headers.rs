//! Header fields of a message, in order, with names compared without case.
//!
//! The same type carries what was received and what is sent. What a received head may contain is checked by
//! [`super::head`]; here a value that the house itself sets is only kept from breaking out of its line.

use std::borrow::Cow;

/// Text that is either written in the program or came from somewhere.
type Text = Cow<'static, str>;

/// The fields of one message, in the order they came or were set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(Text, Text)>,
}

impl Headers {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// No fields, with room for `count`.
    #[must_use]
    pub fn with_capacity(count: usize) -> Self {
        Self { fields: Vec::with_capacity(count) }
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// All values of `name`, in order.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }

    /// Whether a comma-separated field (`Connection`, `Accept-Encoding`…) names `token`, parameters aside.
    #[must_use]
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        let names = |item: &str| item.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(token);
        self.get_all(name).flat_map(|value| value.split(',')).any(names)
    }

    /// Adds a field, keeping earlier ones of the same name. Control characters become spaces: a value never
    /// starts a line of its own.
    pub fn push(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        let mut value = value.into();
        if value.chars().any(char::is_control) {
            value = value.replace(char::is_control, " ").into();
        }
        self.fields.push((name.into(), value));
    }

    /// Sets a field, in place of all earlier ones of the same name.
    pub fn set(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        let name = name.into();
        self.remove(&name);
        self.push(name, value);
    }

    /// Takes all fields of `name` out.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_case_and_in_order() {
        let mut headers = Headers::new();
        headers.push("Cookie", "a=1");
        headers.push("cookie", "b=2");
        assert_eq!(headers.get("COOKIE"), Some("a=1"));
        assert_eq!(headers.get_all("Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        headers.set("cOOkie", "c=3");
        assert_eq!(headers.get_all("cookie").collect::<Vec<_>>(), ["c=3"]);
        assert_eq!(headers.get("Cooki"), None);
    }

    #[test]
    fn a_token_is_found_in_a_list() {
        let mut headers = Headers::new();
        headers.push("Connection", "keep-alive, Upgrade;q=1");
        assert!(headers.has_token("connection", "upgrade"));
        assert!(headers.has_token("connection", "Keep-Alive"));
        assert!(!headers.has_token("connection", "close"));
    }

    #[test]
    fn a_value_cannot_start_a_new_line() {
        let mut headers = Headers::new();
        headers.push("X", "a\r\nSet-Cookie: b\0");
        assert_eq!(headers.get("x"), Some("a  Set-Cookie: b "));
    }
}
