//! What does not fit: every refusal is a problem document that names the field and the remedy, and leaves nothing behind;
//! and texts that would act as something else stay texts in everything that is made of them.

mod analytics;
mod places;
mod problem;
mod records;
mod requests;
mod texts;
mod tokens;
