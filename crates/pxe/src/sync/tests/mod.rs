//! Tests with a node that answers as told, truthfully or not.

mod blocks;
mod chain;
mod messages;
mod tagging;
mod witnesses;
