//! The binary `sitrep`: the whole stack on one machine.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match sitrep::commands::run(std::env::args().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sitrep: {error}");
            ExitCode::FAILURE
        }
    }
}
