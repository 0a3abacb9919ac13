//! The program: hands what was typed to the command line, and turns its failure into a line and an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    match hearken::cli::run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(line) = failure.line() {
                eprintln!("hearken: {line}");
            }
            ExitCode::from(failure.exit())
        }
    }
}
