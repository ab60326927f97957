//! Adversarial inputs: 4,009 collected texts through every door of the API.
//!
//! Whatever a text says, the answer is a result or a problem document, never a failure of ours; what is stored comes back
//! as it was sent.

mod bodies;
mod corpus;
mod exports;
mod names;
mod places;
mod records;
mod rules;
