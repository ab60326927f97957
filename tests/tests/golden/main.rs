//! Golden files: what every system template looked like when somebody last agreed to it.
//!
//! Every template × every format is rendered and validated over no rows, one row of each dataset, the real rows, and
//! hostile ones. What lies in `tests/golden/<template>/` is compared:
//!
//! | file | what it is |
//! |---|---|
//! | `none.txt` `one.txt` `real.txt` `hostile.txt` | the text format in full: whoever reviews a change reads it here |
//! | `real.html` `real.json` `real.csv` | the same report in markup, without what repeats itself (see [`folding`]) |
//! | `others.txt` | length and hash of HTML, JSON and CSV over the other rows, whose content the text files show |
//! | `page-NN.png` | the pages of the PDF over the real rows; those of the archival PDF must look the same |
//!
//! Text is compared to the byte. Pages are compared as pictures, with a tolerance ([`pages`]), because programs that draw
//! letters differ a little from version to version. So the folder stays small, and yet no byte of HTML, JSON and CSV
//! changes unnoticed: what is left out is there as a hash.
//!
//! `GOLDEN=accept cargo test -p sitrep-tests --test golden` writes all of it anew. Look at the difference before it is
//! committed: each changed file is an answer that somebody got used to.

mod cases;
mod folder;
mod folding;
mod pages;
mod picture;
mod texts;
