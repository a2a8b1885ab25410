//! Debug symbols: from opcodes to places in the source.

use crate::decode::DecodeError;
use crate::ir::OpcodeLocation;
use base64::Engine as _;
use core::fmt;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Read as _;

/// Debug symbols may not be larger than this after decompression.
const SYMBOLS_LIMIT: u64 = 256 << 20;

/// A place in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// Path of the file as the compiler knew it.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The source at this place, its first line.
    pub text: String,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}:{}:{})",
            self.text, self.path, self.line, self.column
        )
    }
}

/// A source file of an artifact.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SourceFile {
    pub path: String,
    pub source: String,
}

#[derive(Deserialize)]
struct Symbols {
    debug_infos: Vec<DebugInfo>,
}

/// The symbols of one circuit.
#[derive(Deserialize)]
pub(crate) struct DebugInfo {
    location_tree: LocationTree,
    #[serde(default)]
    acir_locations: HashMap<u32, usize>,
    #[serde(default)]
    brillig_locations: HashMap<u32, HashMap<u32, usize>>,
}

#[derive(Deserialize)]
struct LocationTree {
    locations: Vec<LocationNode>,
}

#[derive(Deserialize)]
struct LocationNode {
    parent: Option<usize>,
    value: Location,
}

#[derive(Deserialize)]
struct Location {
    span: Span,
    file: u32,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
}

/// Reads the `debug_symbols` of an artifact: base64 over raw deflate over JSON.
pub(crate) fn parse_symbols(symbols: &str) -> Result<Vec<DebugInfo>, DecodeError> {
    let compressed = base64::engine::general_purpose::STANDARD
        .decode(symbols)
        .map_err(|_| DecodeError::Base64)?;
    let mut json = Vec::new();
    flate2::read::DeflateDecoder::new(compressed.as_slice())
        .take(SYMBOLS_LIMIT)
        .read_to_end(&mut json)
        .map_err(|_| DecodeError::Gzip)?;
    let symbols: Symbols = serde_json::from_slice(&json).map_err(|_| DecodeError::Unexpected {
        offset: 0,
        expected: "debug symbols",
    })?;
    Ok(symbols.debug_infos)
}

impl DebugInfo {
    /// The source call stack of opcodes, outermost first.
    pub(crate) fn resolve(
        &self,
        locations: &[OpcodeLocation],
        brillig_function: Option<u32>,
        files: &HashMap<u32, SourceFile>,
    ) -> Vec<SourceLocation> {
        let mut resolved = Vec::new();
        for location in locations {
            let node = match location {
                OpcodeLocation::Acir(index) => self.acir_locations.get(index),
                OpcodeLocation::Brillig { brillig_index, .. } => brillig_function
                    .and_then(|function| self.brillig_locations.get(&function))
                    .and_then(|locations| locations.get(brillig_index)),
            };
            let mut stack = Vec::new();
            let mut next = node.copied();
            while let Some(node) = next.and_then(|index| self.location_tree.locations.get(index)) {
                // The tree's root has an empty span and stands for no place.
                if node.parent.is_some()
                    && let Some(place) = files
                        .get(&node.value.file)
                        .and_then(|file| place(file, &node.value.span))
                {
                    stack.push(place);
                }
                // Parents come before their children; anything else would be a loop.
                next = match (node.parent, next) {
                    (Some(parent), Some(child)) if parent < child => Some(parent),
                    _ => None,
                };
            }
            resolved.extend(stack.into_iter().rev());
        }
        resolved
    }
}

fn place(file: &SourceFile, span: &Span) -> Option<SourceLocation> {
    if span.start == span.end {
        return None;
    }
    let before = file.source.get(..span.start)?;
    let text = file
        .source
        .get(span.start..span.end)?
        .lines()
        .next()
        .unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Some(SourceLocation {
        path: file.path.clone(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        text: text.to_owned(),
    })
}
