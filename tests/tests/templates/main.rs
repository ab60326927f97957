//! Templates: every one over the real records of its datasets, over none, over one and over hostile ones, in every
//! format; and what is made of them through HTTP.

mod dashboard;
mod kept;
mod rendering;
