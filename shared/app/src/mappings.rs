//! Mappings of a dataset: the product's own and the tenant's.
//!
//! A mapping is checked when it is put, so whatever is stored can be used. The names of built-in mappings are never a
//! tenant's. Records that came in through a mapping stay as they are when it changes.

mod change_mapping;
mod find_mappings;
mod test_mapping;

pub use change_mapping::{MappingBody, PutOutcome, delete_mapping, put_mapping};
pub use find_mappings::{FoundMapping, MappingView, Origin, get_mapping, list_mappings, use_mapping};
pub use test_mapping::{MAX_TESTED_ROWS, MappedRow, MappingTest, TestRequest, test_mapping};
