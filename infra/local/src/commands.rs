//! The command line: which commands there are, and how their words are read.

pub mod arguments;
mod demo;
mod render;
mod up;

use crate::commands::arguments::{Arguments, Flag, Usage};

/// A command that failed, with what to print.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CommandError(pub String);

impl CommandError {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

const PORT: Flag =
    Flag { name: "port", value: Some("PORT"), about: "port of the API (9000); AWS is on the next one" };
const DATA_DIR: Flag = Flag {
    name: "data-dir",
    value: Some("DIR"),
    about: "keep everything in this directory; in memory without it",
};
const ONCE: Flag =
    Flag { name: "once", value: None, about: "end after the demonstration instead of staying up" };
const NO_DEMO: Flag = Flag { name: "no-demo", value: None, about: "start empty" };
const VERBOSE: Flag = Flag { name: "verbose", value: None, about: "show what the functions log" };

const DEMO: Usage = Usage {
    name: "demo",
    about: "Starts the whole stack, runs the main job on real records, and stays up. The default.",
    positional: &[],
    flags: &[PORT, DATA_DIR, ONCE, VERBOSE],
};

const UP: Usage = Usage {
    name: "up",
    about: "Starts the whole stack; empty with --no-demo.",
    positional: &[],
    flags: &[PORT, DATA_DIR, NO_DEMO, VERBOSE],
};

/// Runs the command that the words name; without one, the demonstration.
///
/// # Errors
///
/// [`CommandError`] with what to print.
pub async fn run(words: impl IntoIterator<Item = String>) -> Result<(), CommandError> {
    let mut words = words.into_iter().peekable();
    let is_flag = words.peek().is_none_or(|word| word.starts_with("--") && word != "--help");
    let command = if is_flag { "demo".to_owned() } else { words.next().unwrap_or_default() };
    match command.as_str() {
        "demo" => {
            let arguments = DEMO.parse(words).map_err(CommandError::new)?;
            up::up(&arguments, up::Demo::Run { once: arguments.has("once") }).await
        }
        "up" => {
            let arguments = UP.parse(words).map_err(CommandError::new)?;
            let demo = if arguments.has("no-demo") { up::Demo::None } else { up::Demo::Run { once: false } };
            up::up(&arguments, demo).await
        }
        "render" => {
            let arguments = render::USAGE.parse(words).map_err(CommandError::new)?;
            tokio::task::spawn_blocking(move || render::render(&arguments))
                .await
                .map_err(CommandError::new)?
        }
        "help" | "--help" => {
            up::print_line(&help());
            Ok(())
        }
        other => Err(CommandError(format!("there is no command '{other}'\n\n{}", help()))),
    }
}

fn help() -> String {
    let mut text =
        String::from("Sitrep on one machine: the five functions, and the AWS services they use.\n");
    for usage in [&DEMO, &UP, &render::USAGE] {
        text.push_str(&format!("\n  {usage}\n      {}\n", usage.about));
        for flag in usage.flags {
            text.push_str(&format!("      --{:<10} {}\n", flag.name, flag.about));
        }
    }
    text
}

fn port_of(arguments: &Arguments) -> Result<u16, CommandError> {
    Ok(arguments.find_parsed::<u16>("port").map_err(CommandError::new)?.unwrap_or(9_000))
}
