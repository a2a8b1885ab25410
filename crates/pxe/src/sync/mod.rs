//! Follows the chain, the tags and the notes.
