use std::collections::BTreeMap;
use std::io::Read;

use serde::{Deserialize, Serialize};

use super::Base64Bytes;

/// The number by which debug symbols name a source file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct FileId(pub u64);

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The text.
    pub source: String,
    /// The path at compilation.
    pub path: String,
}

/// Compressed debug symbols of a function.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DebugSymbols(Base64Bytes);

/// Why debug symbols could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DebugError {
    /// They are not compressed as expected or too large.
    #[error("the debug symbols cannot be decompressed")]
    Compression(#[source] std::io::Error),
    /// They have an unknown shape.
    #[error("the debug symbols cannot be read")]
    Json(#[from] serde_json::Error),
    /// They describe no function.
    #[error("the debug symbols are empty")]
    Empty,
}

/// Where each instruction of a function comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DebugInfo {
    /// All locations with their callers.
    pub location_tree: LocationTree,
    /// ACIR opcode → index into the tree.
    pub acir_locations: BTreeMap<u64, u64>,
    /// Brillig function → opcode → index into the tree.
    pub brillig_locations: BTreeMap<u64, BTreeMap<u64, u64>>,
}

/// Locations with their callers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LocationTree {
    /// The nodes; parents come before their children.
    pub locations: Vec<LocationNode>,
}

/// A location and its caller.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LocationNode {
    /// Index of the calling location.
    pub parent: Option<u64>,
    /// The location.
    pub value: Location,
}

/// A piece of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Location {
    /// The piece.
    pub span: Span,
    /// The file.
    pub file: FileId,
}

/// A range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

#[derive(Deserialize)]
struct ProgramDebugInfo {
    debug_infos: Vec<DebugInfo>,
}

impl DebugSymbols {
    /// More text than this is refused.
    const LIMIT: u64 = 256 << 20;

    /// Whether they were left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }

    /// Decompresses and reads the symbols of the function's entry point
    /// (Aztec 4.1.2, stdlib `parseDebugSymbols`: raw deflate around JSON).
    pub fn decode(&self) -> Result<DebugInfo, DebugError> {
        let mut text = Vec::new();
        flate2::read::DeflateDecoder::new(self.0.as_slice())
            .take(Self::LIMIT)
            .read_to_end(&mut text)
            .map_err(DebugError::Compression)?;
        let program: ProgramDebugInfo = serde_json::from_slice(&text)?;
        program
            .debug_infos
            .into_iter()
            .next()
            .ok_or(DebugError::Empty)
    }
}

impl DebugInfo {
    /// The locations of a node, the innermost first, then its callers.
    pub fn call_stack(&self, node: u64) -> impl Iterator<Item = Location> {
        let get = |index: u64| {
            self.location_tree
                .locations
                .get(usize::try_from(index).ok()?)
        };
        // A parent comes before its children, so that a malformed cycle ends.
        let mut next = Some(node);
        std::iter::from_fn(move || {
            let index = next?;
            let found = get(index)?;
            next = found.parent.filter(|parent| *parent < index);
            Some(found.value)
        })
    }
}
