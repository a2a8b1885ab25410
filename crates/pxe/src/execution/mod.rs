//! Runs private and utility functions.
