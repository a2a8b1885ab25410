//! A MessagePack reader for serde's compact encoding: structs are arrays, a variant is its name or a
//! map of one entry from its name to its contents.

use super::DecodeError;
use crate::Fe;

/// How deeply types may be nested.
const MAX_DEPTH: u32 = 64;

/// Reads values one after another; knows how much memory they may take.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    budget: usize,
    limit: usize,
    depth: u32,
}

/// The head of an enum value.
pub(super) struct Variant<'a> {
    /// The variant's name.
    pub name: &'a [u8],
    /// Whether contents follow.
    pub has_contents: bool,
    offset: usize,
}

impl Variant<'_> {
    /// The error for a name that the enum does not have.
    pub(super) fn unknown(&self, of: &'static str) -> DecodeError {
        let shown = self.name.get(..40).unwrap_or(self.name);
        DecodeError::UnknownVariant {
            offset: self.offset,
            of,
            name: String::from_utf8_lossy(shown).into_owned(),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], memory_limit: usize) -> Self {
        Self {
            bytes,
            position: 0,
            budget: memory_limit,
            limit: memory_limit,
            depth: 0,
        }
    }

    /// Fails unless everything was read.
    pub(super) fn finish(&self) -> Result<(), DecodeError> {
        match self.bytes.len() - self.position {
            0 => Ok(()),
            count => Err(DecodeError::TrailingBytes { count }),
        }
    }

    fn truncated(&self) -> DecodeError {
        DecodeError::Truncated {
            offset: self.position,
        }
    }

    fn unexpected(&self, offset: usize, expected: &'static str) -> DecodeError {
        DecodeError::Unexpected { offset, expected }
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = *self
            .bytes
            .get(self.position)
            .ok_or_else(|| self.truncated())?;
        self.position += 1;
        Ok(byte)
    }

    #[inline]
    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let end = self
            .position
            .checked_add(count)
            .ok_or_else(|| self.truncated())?;
        let slice = self
            .bytes
            .get(self.position..end)
            .ok_or_else(|| self.truncated())?;
        self.position = end;
        Ok(slice)
    }

    #[inline]
    fn big_endian(&mut self, width: usize) -> Result<u64, DecodeError> {
        Ok(self
            .take(width)?
            .iter()
            .fold(0, |value, byte| (value << 8) | u64::from(*byte)))
    }

    /// Accounts for memory that a value will take.
    fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.budget = self
            .budget
            .checked_sub(bytes)
            .ok_or(DecodeError::MemoryLimit { limit: self.limit })?;
        Ok(())
    }

    /// An unsigned integer.
    pub(super) fn u64(&mut self) -> Result<u64, DecodeError> {
        let offset = self.position;
        match self.byte()? {
            small @ 0..=0x7f => Ok(u64::from(small)),
            0xcc => self.big_endian(1),
            0xcd => self.big_endian(2),
            0xce => self.big_endian(4),
            0xcf => self.big_endian(8),
            _ => Err(self.unexpected(offset, "an unsigned integer")),
        }
    }

    /// An unsigned integer below 2^32.
    #[inline]
    pub(super) fn u32(&mut self) -> Result<u32, DecodeError> {
        let offset = self.position;
        u32::try_from(self.u64()?).map_err(|_| self.unexpected(offset, "an integer below 2^32"))
    }

    /// The bytes of a text.
    fn text_bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let offset = self.position;
        let length = match self.byte()? {
            head @ 0xa0..=0xbf => usize::from(head & 31),
            0xd9 => self.big_endian(1)? as usize,
            0xda => self.big_endian(2)? as usize,
            0xdb => self.big_endian(4)? as usize,
            _ => return Err(self.unexpected(offset, "a text")),
        };
        self.take(length)
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<String, DecodeError> {
        let offset = self.position;
        let bytes = self.text_bytes()?;
        self.charge(bytes.len())?;
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(self.unexpected(offset, "a text in UTF-8")),
        }
    }

    /// A field element: big-endian bytes, reduced by the modulus.
    pub(super) fn field(&mut self) -> Result<Fe, DecodeError> {
        let offset = self.position;
        let length = match self.byte()? {
            0xc4 => self.big_endian(1)? as usize,
            0xc5 => self.big_endian(2)? as usize,
            0xc6 => self.big_endian(4)? as usize,
            _ => return Err(self.unexpected(offset, "a field element")),
        };
        let bytes = self.take(length)?;
        if let [head @ .., low] = bytes
            && *low <= 1
            && head.iter().all(|byte| *byte == 0)
        {
            return Ok(Fe::from(*low == 1));
        }
        Fe::from_be_bytes_reduced(bytes).ok_or_else(|| self.unexpected(offset, "at most 32 bytes"))
    }

    /// The head of an array.
    fn array_length(&mut self) -> Result<usize, DecodeError> {
        let offset = self.position;
        match self.byte()? {
            head @ 0x90..=0x9f => Ok(usize::from(head & 15)),
            0xdc => Ok(self.big_endian(2)? as usize),
            0xdd => Ok(self.big_endian(4)? as usize),
            _ => Err(self.unexpected(offset, "an array")),
        }
    }

    /// The head of a struct of so many members.
    pub(super) fn members(&mut self, count: usize) -> Result<(), DecodeError> {
        let offset = self.position;
        if self.array_length()? == count {
            Ok(())
        } else {
            Err(self.unexpected(offset, "an array of another length"))
        }
    }

    /// A sequence.
    pub(super) fn sequence<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let length = self.array_length()?;
        // Every item takes a byte at least.
        if length > self.bytes.len() - self.position {
            return Err(self.truncated());
        }
        self.charge(length.saturating_mul(size_of::<T>()))?;
        let mut items = Vec::with_capacity(length);
        for _ in 0..length {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// An array of three.
    pub(super) fn triple<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<[T; 3], DecodeError> {
        self.members(3)?;
        Ok([item(self)?, item(self)?, item(self)?])
    }

    /// The head of an enum value.
    pub(super) fn variant(&mut self) -> Result<Variant<'a>, DecodeError> {
        let offset = self.position;
        let has_contents = match self.bytes.get(self.position) {
            Some(0x81) => {
                self.position += 1;
                true
            }
            Some(0xa0..=0xbf | 0xd9..=0xdb) => false,
            Some(_) => return Err(self.unexpected(offset, "a variant")),
            None => return Err(self.truncated()),
        };
        Ok(Variant {
            name: self.text_bytes()?,
            has_contents,
            offset,
        })
    }

    /// Decodes something that may contain itself.
    pub(super) fn nested<T>(
        &mut self,
        decode: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if self.depth == MAX_DEPTH {
            return Err(DecodeError::Depth {
                offset: self.position,
            });
        }
        self.depth += 1;
        let value = decode(self);
        self.depth -= 1;
        value
    }
}
