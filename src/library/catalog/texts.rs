//! All text of a catalogue in one piece of memory: a library of 50,000 tracks has 150,000 strings, and as many
//! small allocations would weigh more than the text.

use std::borrow::Cow;

/// Where a text stands in its [`Texts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// The last `len` bytes of it.
    #[must_use]
    pub fn last(self, len: u32) -> Self {
        let len = len.min(self.len);
        Self { start: self.start + self.len - len, len }
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// Texts, one behind the other. File names among them need not be UTF-8.
#[derive(Debug, Default)]
pub struct Texts {
    bytes: Vec<u8>,
}

impl Texts {
    /// Adds a text; beyond 4 GiB of text it stays empty.
    pub fn push(&mut self, text: &[u8]) -> Span {
        let (Ok(start), Ok(len)) = (u32::try_from(self.bytes.len()), u32::try_from(text.len())) else {
            return Span::default();
        };
        self.bytes.extend_from_slice(text);
        Span { start, len }
    }

    /// The bytes of a text.
    #[must_use]
    pub fn bytes(&self, span: Span) -> &[u8] {
        let start = span.start as usize;
        self.bytes.get(start..start + span.len as usize).unwrap_or_default()
    }

    /// A text for people: what is not UTF-8 is replaced.
    #[must_use]
    pub fn text(&self, span: Span) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes(span))
    }

    /// A text that may be absent.
    #[must_use]
    pub fn some(&self, span: Span) -> Option<Cow<'_, str>> {
        (!span.is_empty()).then(|| self.text(span))
    }

    /// Gives back the memory that was reserved for more.
    pub fn finish(&mut self) {
        self.bytes.shrink_to_fit();
    }
}
