//! Turns fires into runs, and sweeps what is overdue.
