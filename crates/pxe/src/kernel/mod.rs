//! Runs the private kernel circuits.
