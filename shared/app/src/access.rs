//! Tenants, users, and signing in.

mod create_tenant;
mod load_caller;
mod passwords;
mod settings;
mod sign_in;
mod users;

pub use create_tenant::{NewTenant, NewUser, create_tenant};
pub use load_caller::{Claims, load_caller};
pub use settings::{get_settings, update_settings};
pub use sign_in::{SignedIn, sign_in};
pub use users::{UserChange, create_user, delete_user, get_me, list_users, update_user};
