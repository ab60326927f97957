//! `sitrep up`, and the demonstration: starts the stack on loopback and keeps it until Ctrl-C.

use std::io::Write as _;

use tracing_subscriber::EnvFilter;

use super::arguments::Arguments;
use super::{CommandError, demo, port_of};
use crate::Stack;
use crate::application::application;

/// Whether the demonstration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demo {
    /// The stack starts as it is.
    None,
    /// It runs; with `once` the command ends after it.
    Run { once: bool },
}

/// Starts the stack, runs the demonstration if asked to, and stays up until Ctrl-C.
pub(super) async fn up(arguments: &Arguments, demo: Demo) -> Result<(), CommandError> {
    start_logging(arguments.has("verbose"));
    let mut builder = Stack::builder().port(port_of(arguments)?);
    if let Some(dir) = arguments.find("data-dir") {
        builder = builder.data_dir(dir);
    }
    if demo != Demo::None {
        builder = builder.start_at(demo::START.parse().expect("the start is an instant"));
    }
    let stack = builder.start(application).await.map_err(CommandError::new)?;
    print_line(&format!(
        "Sitrep is up: API {}, AWS {}",
        stack.backend().public_url(),
        stack.backend().aws_endpoint()
    ));
    if let Demo::Run { once } = demo {
        demo::run(&stack).await?;
        if once {
            return Ok(());
        }
    }
    print_line("\nCtrl-C ends it.");
    tokio::signal::ctrl_c().await.map_err(CommandError::new)
}

/// Shows warnings of the functions, or all they log.
fn start_logging(verbose: bool) {
    let filter = if verbose { "info" } else { "error" };
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(std::io::stderr);
    // The command runs once per process, so nothing else has set a subscriber.
    subscriber.try_init().ok();
}

/// Prints a line; a closed pipe is no error.
pub(super) fn print_line(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).ok();
}
