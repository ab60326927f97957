//! The local stack from outside: real AWS clients, closures for functions, and no sockets but where sockets are meant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod clock;
mod emulators;
mod faults;
mod persistence;
mod ports;
mod support;
