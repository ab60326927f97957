//! The deployment template, checked by the tools of the platform: `cfn-lint` and `sam validate --lint`.
//!
//! The policies in `infra/iam` come in by `AWS::Include`, which the linters do not follow; so `cfn-lint` also reads a
//! copy of the template with their text in place. The tools are installed from PyPI by the versions in
//! `requirements.txt`; no account and no credentials are used.

use std::process::Command;

use crate::python;
use crate::workspace::{Workspace, capture};

const REQUIREMENTS: &str = "infra/xtask/requirements.txt";

/// Installs the tools where they are missing, and runs them.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let tools = python::install(workspace, "python", REQUIREMENTS)?;
    let whole = workspace.scratch.join("template.yaml");
    let text = inline_includes(&workspace.read("template.yaml")?, |path| workspace.read(path))?;
    std::fs::write(&whole, text).map_err(|e| format!("{}: {e}", whole.display()))?;
    let mut lint = workspace.command(tools.join("cfn-lint"), &["--template", "template.yaml"]);
    capture(offline(lint.arg(&whole)))?;
    let mut validate = workspace.command(tools.join("sam"), &["validate", "--lint", "--template"]);
    capture(offline(validate.arg("template.yaml"))).map(drop)
}

/// The tools want a region and credentials to exist; these open nothing.
fn offline(command: &mut Command) -> &mut Command {
    command
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "none")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("SAM_CLI_TELEMETRY", "0")
}

/// Puts the text of each included file in the place of its `AWS::Include`, one per line of the template.
fn inline_includes(template: &str, read: impl Fn(&str) -> Result<String, String>) -> Result<String, String> {
    let mut whole = String::with_capacity(template.len() * 2);
    for line in template.lines() {
        match included_path(line) {
            Some(path) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                for included in read(path)?.lines().filter(|l| !l.is_empty()) {
                    whole.extend([indent, included, "\n"]);
                }
            }
            None => whole.extend([line, "\n"]),
        }
    }
    Ok(whole)
}

fn included_path(line: &str) -> Option<&str> {
    let include = line.trim_start().strip_prefix("Fn::Transform: { Name: AWS::Include")?;
    include.split_once("Location: ")?.1.split([' ', '}']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_included_file_takes_the_place_and_the_indentation_of_its_include() {
        let template =
            "a:\n  Fn::Transform: { Name: AWS::Include, Parameters: { Location: p.yaml } }\nb: 1\n";
        let whole = inline_includes(template, |path| Ok(format!("from: {path}\nto:\n  - x\n")));
        assert_eq!(whole.as_deref(), Ok("a:\n  from: p.yaml\n  to:\n    - x\nb: 1\n"));
    }

    #[test]
    fn a_missing_file_is_an_error() {
        let template = "  Fn::Transform: { Name: AWS::Include, Parameters: { Location: p.yaml } }\n";
        assert!(inline_includes(template, |path| Err(path.to_owned())).is_err());
    }
}
