//! Flows, isolation, conformance, attacks and simulation, against the local stack.
