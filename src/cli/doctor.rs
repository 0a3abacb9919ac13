//! `doctor`: what is well, what is not, what to do. From inside if the appliance answers, else from outside; then what
//! only a look from here shows: the service, the firewall, whether the address of the QR answers.

use super::Failure;
use super::appliance::Appliance;
use super::args::DoctorArgs;
use super::context::Context;
use super::output::PATIENCE;
use crate::client::{Http, Target};
use crate::device::health::{Finding, Grade, lan, programs};
use crate::serve::doctor as house;
use serde_json::{Value, json};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Columns of a line, and of what stands before its words.
const WIDTH: usize = 96;
const INDENT: usize = 19;

/// Tells what is well and what is not; anything that fails makes it exit 1.
pub(super) fn run(context: &Context, typed: &DoctorArgs) -> Result<(), Failure> {
    if typed.restore {
        return restore(context, typed);
    }
    if typed.file.is_some() || typed.yes {
        return Err(Failure::usage("that belongs to --restore: hearken doctor --restore [FILE] [--yes]".into()));
    }
    let found = match context.own_socket()? {
        Some(appliance) => from_inside(&appliance)?,
        None => house::offline(&context.config()?).into_iter().chain(programs::unit()).collect(),
    };
    if context.out.json {
        let document = json!({ "version": env!("CARGO_PKG_VERSION"), "findings": found });
        context.out.line(&document.to_string())?;
    } else {
        let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        for finding in &found {
            context.out.line(&told(finding, colours))?;
        }
    }
    match found.iter().filter(|finding| finding.grade == Grade::Fail).count() {
        0 => Ok(()),
        ill => Err(Failure::refused(format!("{ill} of {} checks failed", found.len()))),
    }
}

/// What the appliance says of itself, and what can be seen from here.
fn from_inside(appliance: &Appliance) -> Result<Vec<Finding>, Failure> {
    let answer = appliance.http().patient(PATIENCE).get("/doctor")?.json();
    let mut found: Vec<Finding> = serde_json::from_value(answer["findings"].clone()).unwrap_or_default();
    if found.is_empty() {
        return Err(Failure::refused("the doctor found nothing to look at; see the appliance's log".into()));
    }
    found.extend(same_version(&answer["version"]));
    found.extend(programs::unit());
    let url = answer["url"].as_str().unwrap_or_default();
    let address = url.split("://").nth(1).unwrap_or(url);
    if let Ok(target) = address.parse::<Target>() {
        found.push(reached(url, &target));
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        found.extend(port.and_then(programs::firewall));
    }
    if !address.starts_with("127.") {
        found.push(lan::phone(url));
    }
    Ok(found)
}

fn same_version(running: &Value) -> Option<Finding> {
    let own = env!("CARGO_PKG_VERSION");
    let running = running.as_str().filter(|running| *running != own)?;
    let detail = format!("{running} runs, {own} is installed");
    Some(Finding::warn("version", detail, "sudo systemctl restart hearken"))
}

/// Asks at the address that the QR shows.
fn reached(url: &str, target: &Target) -> Finding {
    const CHECK: &str = "address";
    match Http::new(target, None).get("/healthz") {
        Ok(answer) if answer.json()["ok"] == true => Finding::ok(CHECK, format!("{url} answers")),
        Ok(answer) => {
            let detail = format!("{url} answers, but is not well: {}", String::from_utf8_lossy(&answer.body));
            Finding::fail(CHECK, detail, "the lines above say why")
        }
        Err(error) => Finding::fail(CHECK, format!("{url}: {error}"), "check listen in config.toml, and the firewall"),
    }
}

/// Brings a backup back, after a question.
fn restore(context: &Context, typed: &DoctorArgs) -> Result<(), Failure> {
    let config = context.config()?;
    let (from, about) = match &typed.file {
        Some(file) => (file.clone(), String::new()),
        None => {
            let copy = house::latest(&config).map_err(|error| Failure::refused(error.to_string()))?;
            let about = format!(" ({} kB, made {} UTC)", copy.bytes.div_ceil(1000), copy.taken);
            (copy.path, about)
        }
    };
    let question = format!(
        "Bring back {}{about}? What was remembered since is left out; the store of now is kept aside. [y/N] ",
        from.display()
    );
    if !typed.yes && !agreed(&question)? {
        return context.out.line("nothing was changed");
    }
    let done = house::restore(&config, &from).map_err(|error| Failure::refused(error.to_string()))?;
    let document = json!({ "from": done.from, "aside": done.aside });
    context.out.either(&document, || {
        let aside = done.aside.map(|aside| format!("\nthe store before is kept: {}", aside.display()));
        format!(
            "restored from {}{}\na device that was shut out since then is in again: look at House, Devices\n\
             now start it: sudo systemctl start hearken",
            done.from.display(),
            aside.unwrap_or_default()
        )
    })
}

fn agreed(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is here to ask: add --yes if you mean it".into()));
    }
    let mut answer = String::new();
    let mut err = io::stderr();
    let asked = write!(err, "{question}").and_then(|()| err.flush());
    asked
        .and_then(|()| io::stdin().lock().read_line(&mut answer))
        .map_err(|error| Failure::refused(error.to_string()))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Makes a backup: by the server if it runs, else here; and a copy of it in `to`.
pub(super) fn backup(context: &Context, to: Option<&Path>) -> Result<(), Failure> {
    let spinner = super::output::spinner("copying the store");
    let made = match context.own_socket()? {
        Some(appliance) => {
            let answer = appliance.http().patient(PATIENCE).post("/backup", &json!({}))?.json();
            (PathBuf::from(answer["path"].as_str().unwrap_or_default()), answer["bytes"].as_u64().unwrap_or_default())
        }
        None => house::backup(&context.config()?).map_err(|error| Failure::refused(error.to_string()))?,
    };
    let (made, bytes) = made;
    let path = match to {
        Some(to) => copied(&made, to)?,
        None => made,
    };
    spinner.finish_and_clear();
    let document = json!({ "path": path, "bytes": bytes });
    context.out.either(&document, || format!("backup: {} ({} kB)", path.display(), bytes.div_ceil(1000)))
}

/// Copies a backup to where its owner wants it; readable by nobody else, for it tells a household's habits.
fn copied(made: &Path, to: &Path) -> Result<PathBuf, Failure> {
    use std::os::unix::fs::OpenOptionsExt;
    let to = if to.is_dir() { to.join(made.file_name().unwrap_or_default()) } else { to.to_owned() };
    let mut from = std::fs::File::open(made).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => Failure::refused(format!("{}: {error}: try sudo", made.display())),
        _ => Failure::file(made, &error),
    })?;
    let mut options = std::fs::OpenOptions::new();
    let mut into = options.write(true).create(true).truncate(true).mode(0o600).open(&to);
    let copied = into.as_mut().map_err(|error| io::Error::new(error.kind(), error.to_string()));
    copied.and_then(|into| io::copy(&mut from, into).and_then(|_| into.sync_all())).map_err(|error| {
        let hint = if error.kind() == io::ErrorKind::PermissionDenied { ": try sudo" } else { "" };
        Failure::refused(format!("{}: {error}{hint}; the backup itself is made: {}", to.display(), made.display()))
    })?;
    Ok(to)
}

/// One finding for a person: grade, what, what was seen; below it what to do.
fn told(finding: &Finding, colours: bool) -> String {
    let (mark, colour) = match finding.grade {
        Grade::Ok => ("ok  ", "32"),
        Grade::Warn => ("warn", "33"),
        Grade::Fail => ("FAIL", "31;1"),
    };
    let mark = if colours { format!("\x1b[{colour}m{mark}\x1b[0m") } else { mark.to_owned() };
    let mut text = format!("{mark}  {:<12} {}", finding.check, wrapped(&finding.detail));
    if let Some(advice) = &finding.advice {
        text.push_str(&format!("\n{:INDENT$}→ {}", "", wrapped(advice).trim_end()));
    }
    text
}

/// Words in lines that end before [`WIDTH`], the later ones indented; a word that is too long stays whole.
fn wrapped(text: &str) -> String {
    let (mut lines, mut column) = (String::new(), INDENT);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > INDENT && column + 1 + length > WIDTH {
            lines.push_str(&format!("\n{:INDENT$}", ""));
            column = INDENT;
        } else if column > INDENT {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_and_its_advice_another() {
        assert_eq!(told(&Finding::ok("store", "sound"), false), "ok    store        sound");
        assert_eq!(
            told(&Finding::fail("music", "closed", "sudo chmod o+rx /x"), false),
            "FAIL  music        closed\n                   → sudo chmod o+rx /x"
        );
        assert!(told(&Finding::warn("x", "y", "z"), true).starts_with("\x1b[33mwarn\x1b[0m"));
    }

    #[test]
    fn long_words_of_a_finding_are_wrapped_and_lose_nothing() {
        let text = "several words ".repeat(20) + &"long".repeat(40);
        let told = wrapped(&text);
        assert_eq!(told.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        let mut lines = told.lines();
        assert!(lines.next().is_some_and(|first| first.len() + INDENT <= WIDTH));
        assert!(lines.all(|line| line.starts_with(&" ".repeat(INDENT))));
    }

    #[test]
    fn another_version_that_runs_is_said() {
        assert_eq!(same_version(&json!(env!("CARGO_PKG_VERSION"))), None);
        assert!(same_version(&json!("0.0.1")).unwrap().detail.starts_with("0.0.1 runs"));
    }
}
