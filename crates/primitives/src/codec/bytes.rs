use super::DecodeError;
use crate::field::{Fq, Fr};

/// A value with a binary form.
pub trait ToBytes {
    /// Appends the binary form.
    fn write_bytes(&self, out: &mut Vec<u8>);

    /// The binary form.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_bytes(&mut out);
        out
    }
}

/// A value that can be read from its binary form.
pub trait FromBytes: Sized {
    /// Reads one value and leaves what follows.
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError>;

    /// Reads one value; nothing may follow it.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = ByteReader::new(bytes);
        let value = Self::read_bytes(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

/// A cursor over bytes.
#[derive(Debug, Clone)]
pub struct ByteReader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> ByteReader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// Offset of the next byte.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.bytes.len() - self.offset
    }

    /// Takes `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let available = self.remaining();
        if count > available {
            return Err(DecodeError::UnexpectedEnd {
                offset: self.offset,
                missing: count - available,
                unit: "bytes",
            });
        }
        let slice = &self.bytes[self.offset..self.offset + count];
        self.offset += count;
        Ok(slice)
    }

    /// Takes exactly `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut out = [0u8; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// Reads a value.
    pub fn read<T: FromBytes>(&mut self) -> Result<T, DecodeError> {
        T::read_bytes(self)
    }

    /// Reads a 4-byte count and that many values. A count that the input cannot hold (each value
    /// takes a byte at least) is refused before anything is allocated.
    pub fn vec<T: FromBytes>(&mut self, what: &'static str) -> Result<Vec<T>, DecodeError> {
        let count = self.read::<u32>()? as usize;
        if count > self.remaining() {
            return Err(DecodeError::TooMany {
                what,
                limit: self.remaining(),
                actual: count,
            });
        }
        (0..count).map(|_| self.read()).collect()
    }

    /// Succeeds if nothing is left.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            count => Err(DecodeError::TrailingInput {
                count,
                unit: "bytes",
            }),
        }
    }
}

/// Appends a 4-byte count and the values.
pub fn write_vec<T: ToBytes>(values: &[T], out: &mut Vec<u8>) {
    (values.len() as u32).write_bytes(out);
    for value in values {
        value.write_bytes(out);
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl ToBytes for $integer {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }

        impl FromBytes for $integer {
            fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
                reader.array().map(Self::from_be_bytes)
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, u128);

impl ToBytes for bool {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl FromBytes for bool {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        match reader.read::<u8>()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::NotABoolean { offset }),
        }
    }
}

macro_rules! elements {
    ($($field:ty),*) => {$(
        impl ToBytes for $field {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }

        impl FromBytes for $field {
            fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_be_bytes(&reader.array()?)?)
            }
        }
    )*};
}
elements!(Fr, Fq);

impl<T: ToBytes, const N: usize> ToBytes for [T; N] {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|value| value.write_bytes(out));
    }
}

impl<T: FromBytes, const N: usize> FromBytes for [T; N] {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        super::structs::try_array(|| reader.read())
    }
}

impl<T: ToBytes + ?Sized> ToBytes for Box<T> {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        (**self).write_bytes(out);
    }
}

impl<T: FromBytes> FromBytes for Box<T> {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        reader.read().map(Box::new)
    }
}
