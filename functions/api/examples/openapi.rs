//! Prints the OpenAPI document.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{}", sitrep_api_function::openapi_json())
}
