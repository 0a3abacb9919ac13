//! Puts the global options in front, wherever they were typed: argh only takes an option before the verb if it is
//! the program's, and after it if it is the verb's.

/// Global options with a value.
const WITH_VALUE: [&str; 3] = ["--host", "--config", "--room"];
/// Global switches.
const SWITCHES: [&str; 3] = ["--json", "--version", "-V"];

/// The same request with global options first, `--option=value` in two, and `help VERB` as `VERB --help`. What
/// stands behind `--` is left alone.
///
/// # Errors
/// A global option that ends the line without its value, named.
pub(super) fn normalised(typed: Vec<String>) -> Result<Vec<String>, String> {
    let (mut front, mut rest) = (Vec::new(), Vec::new());
    let mut typed = typed.into_iter().peekable();
    while let Some(word) = typed.next() {
        if word == "--" {
            rest.push(word);
            rest.extend(typed);
            break;
        }
        let (word, value) = in_two(word);
        if SWITCHES.contains(&word.as_str()) {
            front.push(if word == "-V" { "--version".into() } else { word });
        } else if WITH_VALUE.contains(&word.as_str()) {
            let value = value.or_else(|| typed.next()).ok_or_else(|| format!("{word} needs a value"))?;
            front.extend([word, value]);
        } else {
            rest.push(word);
            rest.extend(value);
        }
    }
    front.extend(with_help_last(rest));
    Ok(front)
}

fn in_two(word: String) -> (String, Option<String>) {
    match word.split_once('=') {
        Some((option, value)) if option.starts_with("--") => (option.to_owned(), Some(value.to_owned())),
        _ => (word, None),
    }
}

fn with_help_last(mut rest: Vec<String>) -> Vec<String> {
    if rest.first().is_some_and(|word| word == "help") {
        rest.remove(0);
        rest.push("--help".into());
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_options_may_stand_anywhere() {
        let table = [
            ("next --host pi.local", "--host pi.local next"),
            ("--host pi.local next --json", "--host pi.local --json next"),
            ("queue add x --at 3 --host=pi:80", "--host pi:80 queue add x --at 3"),
            ("queue add --at=3 x", "queue add --at 3 x"),
            ("nudge -- --json a=b", "nudge -- --json a=b"),
            ("nudge a=b", "nudge a=b"),
            ("help", "--help"),
            ("help queue", "queue --help"),
            ("queue add help", "queue add help"),
            ("-V", "--version"),
            ("serve --config c.toml --listen 0.0.0.0:0", "--config c.toml serve --listen 0.0.0.0:0"),
        ];
        for (typed, expected) in table {
            let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(normalised(words(typed)), Ok(words(expected)), "{typed}");
        }
        assert_eq!(normalised(vec!["next".into(), "--host".into()]), Err("--host needs a value".into()));
    }
}
