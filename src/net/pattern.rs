//! The path of a route, `/radio/{id}.m3u`: literal segments and variables, a variable with a literal tail at most.

/// One segment of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    /// A variable, and what must follow it within the segment.
    Variable { name: &'static str, tail: &'static str },
    /// The segment itself.
    Literal(&'static str),
}

/// A pattern, split once.
#[derive(Clone, Debug)]
pub struct Pattern {
    segments: Vec<Segment>,
}

/// The variables of a matched path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vars<'r> {
    found: Vec<(&'static str, &'r str)>,
}

impl<'r> Vars<'r> {
    /// The value of `name`; empty if the route's path has no such variable.
    #[must_use]
    pub fn get(&self, name: &str) -> &'r str {
        debug_assert!(self.found.iter().any(|(n, _)| *n == name), "no variable {{{name}}} in this route");
        self.found.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }
}

impl Segment {
    fn of(text: &'static str) -> Self {
        match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((name, tail)) => Self::Variable { name, tail },
            None => Self::Literal(text),
        }
    }

    /// How much more exact than others a segment is: a literal, then the longest tail.
    fn weight(&self) -> usize {
        match self {
            Self::Literal(_) => usize::MAX,
            Self::Variable { tail, .. } => tail.len(),
        }
    }
}

impl Pattern {
    /// Splits `text`, which begins with `/`.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        assert!(text.starts_with('/'), "a route's path begins with /: {text:?}");
        Self { segments: text[1..].split('/').map(Segment::of).collect() }
    }

    /// The first segment, by which a router sorts its routes; a variable has none.
    #[must_use]
    pub fn first(&self) -> Option<&'static str> {
        match self.segments.first() {
            Some(Segment::Literal(text)) => Some(text),
            _ => None,
        }
    }

    /// How exact the pattern is, segment by segment: the greater one wins where two match.
    #[must_use]
    pub fn weight(&self) -> Vec<usize> {
        self.segments.iter().map(Segment::weight).collect()
    }

    /// The variables of `path`, if it matches. A variable is never empty.
    #[must_use]
    pub fn matches<'r>(&self, path: &'r str) -> Option<Vars<'r>> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let mut vars = Vars::default();
        for segment in &self.segments {
            let part = parts.next()?;
            match *segment {
                Segment::Literal(text) if text == part => {}
                Segment::Literal(_) => return None,
                Segment::Variable { name, tail } => {
                    let value = part.strip_suffix(tail).filter(|value| !value.is_empty())?;
                    vars.found.push((name, value));
                }
            }
        }
        parts.next().is_none().then_some(vars)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_whole_and_bind_their_variables() {
        for (pattern, path, bound) in [
            ("/", "/", Some("")),
            ("/index", "/index", Some("")),
            ("/index", "/index/", None),
            ("/index", "/inde", None),
            ("/file/{trackId}", "/file/abc", Some("trackId=abc")),
            ("/file/{trackId}", "/file/", None),
            ("/file/{trackId}", "/file/a/b", None),
            ("/radio/{id}.m3u", "/radio/7.m3u", Some("id=7")),
            ("/radio/{id}.m3u", "/radio/.m3u", None),
            ("/radio/{id}.m3u", "/radio/7.pls", None),
            ("/a/{x}/b/{y}", "/a/1/b/2", Some("x=1,y=2")),
        ] {
            let show = |vars: Vars<'_>| {
                vars.found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
            };
            assert_eq!(Pattern::new(pattern).matches(path).map(show).as_deref(), bound, "{pattern} {path}");
        }
    }

    #[test]
    fn literals_weigh_more_than_tails_and_tails_more_than_variables() {
        let weight = |text| Pattern::new(text).weight();
        assert!(weight("/radio/stations") > weight("/radio/{id}.m3u"));
        assert!(weight("/radio/{id}.m3u") > weight("/radio/{id}"));
    }
}
