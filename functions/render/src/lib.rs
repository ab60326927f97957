//! Turns queued runs into artifacts.
