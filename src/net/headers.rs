//! Header fields of a message, in order, with names compared without case.
//!
//! The same type carries what was received and what is sent. What a received head may contain is checked by
//! [`super::head`]; here a value that the house itself sets is only kept from breaking out of its line.
//!
//! All names and values stand in one text, one behind the other: a message costs two allocations, whatever it says.

/// Fields of a usual answer, and their bytes: room that is made at the first, instead of by and by.
const USUAL_FIELDS: usize = 8;
const USUAL_BYTES: usize = 256;

/// The fields of one message, in the order they came or were set.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// Name, value, name, value. What was removed stays, and belongs to no field.
    text: String,
    fields: Vec<Field>,
}

/// Where a field's name and its value, which follows it, begin in the text, and where that ends.
#[derive(Clone, Copy, Debug)]
struct Field {
    name: usize,
    value: usize,
    end: usize,
}

impl Headers {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), fields: Vec::new() }
    }

    /// No fields, with room for `count` whose names and values have `bytes` together.
    #[must_use]
    pub fn with_capacity(count: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), fields: Vec::with_capacity(count) }
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// All values of `name`, in order.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether a comma-separated field (`Connection`, `Accept-Encoding`…) names `token`, parameters aside.
    #[must_use]
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        let names = |item: &str| item.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(token);
        self.get_all(name).flat_map(|value| value.split(',')).any(names)
    }

    /// Adds a field, keeping earlier ones of the same name. Control characters become spaces: a value never
    /// starts a line of its own.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        if self.text.capacity() == 0 {
            self.text.reserve(USUAL_BYTES);
            self.fields.reserve(USUAL_FIELDS);
        }
        let begins = self.text.len();
        self.text.push_str(name.as_ref());
        let named = self.text.len();
        push_line(&mut self.text, value.as_ref());
        self.fields.push(Field { name: begins, value: named, end: self.text.len() });
    }

    /// Sets a field, in place of all earlier ones of the same name.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.remove(name.as_ref());
        self.push(name, value);
    }

    /// Takes all fields of `name` out.
    pub fn remove(&mut self, name: &str) {
        let text = &self.text;
        self.fields.retain(|field| !field.name_in(text).eq_ignore_ascii_case(name));
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (field.name_in(&self.text), &self.text[field.value..field.end]))
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

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

impl Field {
    fn name_in(self, text: &str) -> &str {
        &text[self.name..self.value]
    }
}

/// Appends a value, with spaces for control characters.
fn push_line(text: &mut String, value: &str) {
    // Bytes of control characters, and the byte that those beyond ASCII begin with; all at once, which the processor does
    // for many bytes in one step.
    let is_doubtful = |byte: u8| (byte < 0x20) | (byte == 0x7f) | (byte == 0xc2);
    if value.bytes().fold(false, |any, byte| any | is_doubtful(byte)) {
        text.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
    } else {
        text.push_str(value);
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
        headers.set("X", "\u{7f}a\u{85}b\u{a0}é");
        assert_eq!(headers.get("x"), Some(" a b\u{a0}é"));
    }

    #[test]
    fn what_was_taken_out_makes_no_difference() {
        let (mut one, mut other) = (Headers::new(), Headers::with_capacity(1, 2));
        one.push("A", "1");
        one.push("B", "2");
        one.remove("a");
        other.push("B", "2");
        assert_eq!(one, other);
        other.push("B", "2");
        assert_ne!(one, other);
    }
}
