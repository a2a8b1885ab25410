//! From an artifact's bytecode to the types of [`crate::ir`].
//!
//! Bytecode is base64 over gzip over one format byte and the program. Format 3, which Aztec 4.1.2
//! writes, is MessagePack with structs as arrays and enum variants as names.

mod beta18;
mod beta18_brillig;
mod msgpack;

use crate::ir::Program;
use base64::Engine as _;
use std::io::Read as _;

/// What a decoder may spend on a program that it does not trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Bytes after decompression.
    pub decompressed_bytes: usize,
    /// Bytes of memory for the decoded program.
    pub decoded_bytes: usize,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        // The largest client circuit of Aztec 4.1.2 has 8 MB decompressed and 40 MB decoded.
        Self {
            decompressed_bytes: 64 << 20,
            decoded_bytes: 512 << 20,
        }
    }
}

/// Why bytecode could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The text is not base64.
    #[error("the bytecode is not base64")]
    Base64,
    /// The bytes are not a gzip stream, or it is damaged.
    #[error("the bytecode is not a gzip stream")]
    Gzip,
    /// The program is larger than allowed.
    #[error("the program is larger than {limit} bytes after decompression")]
    Oversized {
        /// The limit in bytes.
        limit: usize,
    },
    /// The decoded program would take more memory than allowed.
    #[error("the decoded program would take more than {limit} bytes of memory")]
    MemoryLimit {
        /// The limit in bytes.
        limit: usize,
    },
    /// The format byte is unknown.
    #[error("unknown bytecode format {0}")]
    UnknownFormat(u8),
    /// The program ends too early.
    #[error("the program ends at byte {offset} in the middle of a value")]
    Truncated {
        /// Where the value began.
        offset: usize,
    },
    /// There are bytes after the program.
    #[error("{count} bytes follow the program")]
    TrailingBytes {
        /// Number of bytes.
        count: usize,
    },
    /// A value of another kind was expected.
    #[error("byte {offset}: expected {expected}")]
    Unexpected {
        /// Where the value begins.
        offset: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// An enum has no variant of this name.
    #[error("byte {offset}: {name:?} is not a variant of {of}")]
    UnknownVariant {
        /// Where the name begins.
        offset: usize,
        /// The enum.
        of: &'static str,
        /// The name, shortened.
        name: String,
    },
    /// Types are nested too deeply.
    #[error("byte {offset}: nested too deeply")]
    Depth {
        /// Where the value begins.
        offset: usize,
    },
}

/// Decodes the `bytecode` of an artifact.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_base64(bytecode: &str, limits: &DecodeLimits) -> Result<Program, DecodeError> {
    decode_gzip(&base64_bytes(bytecode)?, limits)
}

/// Takes the base64 off an artifact's `bytecode`.
///
/// # Errors
/// [`DecodeError::Base64`].
pub fn base64_bytes(bytecode: &str) -> Result<Vec<u8>, DecodeError> {
    base64::engine::general_purpose::STANDARD
        .decode(bytecode)
        .map_err(|_| DecodeError::Base64)
}

/// Decodes a program after base64 was taken off.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_gzip(compressed: &[u8], limits: &DecodeLimits) -> Result<Program, DecodeError> {
    decode_bytes(&decompress(compressed, limits.decompressed_bytes)?, limits)
}

/// Decodes a decompressed program, which begins with its format byte.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_bytes(bytes: &[u8], limits: &DecodeLimits) -> Result<Program, DecodeError> {
    match bytes.split_first() {
        Some((3, program)) => beta18::program(program, limits.decoded_bytes),
        Some((format, _)) => Err(DecodeError::UnknownFormat(*format)),
        None => Err(DecodeError::Truncated { offset: 0 }),
    }
}

/// Takes gzip off, up to a size.
///
/// # Errors
/// [`DecodeError::Gzip`] and [`DecodeError::Oversized`].
pub fn decompress(compressed: &[u8], limit: usize) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = Vec::new();
    let reader = flate2::read::GzDecoder::new(compressed);
    let read = reader
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| DecodeError::Gzip)?;
    if read > limit {
        return Err(DecodeError::Oversized { limit });
    }
    Ok(bytes)
}
