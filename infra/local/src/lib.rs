//! The whole stack on one machine: AWS spoken at the wire, the five functions in process, and a clock that can be moved.
//!
//! Production code has no local mode: it talks to real AWS clients, and this crate answers them. Nothing here decides
//! anything about reports; it only behaves as the services do, including their limits and their faults.

#![deny(missing_docs)]

mod api_front;
pub mod application;
mod clock;
pub mod commands;
mod connector;
mod core;
mod credentials;
mod emulators;
mod faults;
mod functions;
mod invocations;
mod local_api;
mod operation;
mod ports;
mod pump;
pub mod resources;
mod shelf;
mod stack;
mod wake;
mod wire;
pub mod workbench;

pub use crate::clock::{Backwards, VirtualClock};
pub use crate::emulators::ses::{AttachmentSummary, Mail, MailSummary};
pub use crate::faults::{Fault, FaultMode, FaultTarget, Faults, ImpossibleFault};
pub use crate::functions::{Functions, Handler, Hold};
pub use crate::local_api::{Problem, TenantMaker};
pub use crate::ports::PortError;
pub use crate::stack::{Application, Backend, Stack, StackBuilder, StackError};
pub use crate::wire::ConnectionLost;
