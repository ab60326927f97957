//! The access matrix: who may do what, from the one `match` that decides it.

use sitrep_domain::access::{Permission, Role};

/// The document.
pub(super) fn print() -> String {
    let roles = Role::ALL.map(Role::as_str).join(" | ");
    let rule = "|---".repeat(Role::ALL.len() + 1);
    let rows: String = Permission::ALL.into_iter().map(row).collect();
    format!(
        "# Access\n\nPrinted from `Role::may` in `shared/domain/src/access.rs` by `cargo xtask generate`.\n\n\
         | permission | {roles} |\n{rule}|\n{rows}"
    )
}

fn row(permission: Permission) -> String {
    let name = serde_json::to_value(permission).expect("a permission serialises to a word");
    let cells = Role::ALL.map(|role| if role.may(permission) { "yes" } else { "–" }).join(" | ");
    format!("| {} | {cells} |\n", name.as_str().expect("a permission serialises to a word"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_permission_has_a_row_and_each_role_a_column() {
        let rows: Vec<String> = print().lines().filter(|l| l.starts_with('|')).map(str::to_owned).collect();
        assert_eq!(rows.len(), Permission::ALL.len() + 2);
        assert!(rows.iter().all(|row| row.matches('|').count() == Role::ALL.len() + 2), "{rows:?}");
        assert!(rows.contains(&"| delete_reports | – | – | – | – | yes |".to_owned()), "{rows:?}");
    }
}
