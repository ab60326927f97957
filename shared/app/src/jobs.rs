//! Jobs: what the functions behind queues and schedules do. Each reads its row, and the row decides.

mod deliver;
mod fire_schedule;
mod ingest_upload;
pub(crate) mod maintain_dataset;
#[cfg(feature = "render")]
mod render_run;
mod sweep;
mod take_mail_news;

pub use deliver::deliver;
pub use fire_schedule::fire_schedule;
pub(crate) use fire_schedule::schedule_run;
pub use ingest_upload::ingest_upload;
pub use maintain_dataset::{Maintained, WAKE_DELAY, maintain_dataset};
#[cfg(feature = "render")]
pub use render_run::{RENDERER_VERSION, render_run};
pub use sweep::{Swept, sweep};
pub use take_mail_news::take_mail_news;
