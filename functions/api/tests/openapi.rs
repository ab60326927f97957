//! The API's description as committed: `infra/generated/openapi.json` is what the registry of operations says.

use std::path::Path;

#[test]
fn the_committed_description_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/generated/openapi.json");
    let wanted = sitrep_api_function::openapi_json();
    if std::env::var_os("SITREP_GENERATE").is_some() {
        std::fs::write(&path, &wanted).expect("the folder is there");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "infra/generated/openapi.json has drifted; run `cargo xtask generate`");
}
