use super::DecodeError;
use crate::field::Fr;

/// A value with a form as a sequence of field elements.
pub trait ToFields {
    /// Appends the elements.
    fn write_fields(&self, out: &mut Vec<Fr>);

    /// The elements.
    fn to_fields(&self) -> Vec<Fr> {
        let mut out = Vec::new();
        self.write_fields(&mut out);
        out
    }
}

/// A value that can be read from a sequence of field elements.
pub trait FromFields: Sized {
    /// Reads one value and leaves what follows.
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError>;

    /// Reads one value; nothing may follow it.
    fn from_fields(fields: &[Fr]) -> Result<Self, DecodeError> {
        let mut reader = FieldReader::new(fields);
        let value = Self::read_fields(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

/// A cursor over field elements.
#[derive(Debug, Clone)]
pub struct FieldReader<'a> {
    fields: &'a [Fr],
    offset: usize,
}

impl<'a> FieldReader<'a> {
    /// Starts at the first element.
    #[must_use]
    pub const fn new(fields: &'a [Fr]) -> Self {
        Self { fields, offset: 0 }
    }

    /// Offset of the next element.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// How many elements are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.fields.len() - self.offset
    }

    /// Takes `count` elements.
    pub fn take(&mut self, count: usize) -> Result<&'a [Fr], DecodeError> {
        let available = self.remaining();
        if count > available {
            return Err(DecodeError::UnexpectedEnd {
                offset: self.offset,
                missing: count - available,
                unit: "fields",
            });
        }
        let slice = &self.fields[self.offset..self.offset + count];
        self.offset += count;
        Ok(slice)
    }

    /// Takes one element.
    pub fn field(&mut self) -> Result<Fr, DecodeError> {
        Ok(self.take(1)?[0])
    }

    /// Reads a value.
    pub fn read<T: FromFields>(&mut self) -> Result<T, DecodeError> {
        T::read_fields(self)
    }

    /// Succeeds if nothing is left.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            count => Err(DecodeError::TrailingInput {
                count,
                unit: "fields",
            }),
        }
    }
}

impl ToFields for Fr {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(*self);
    }
}

impl FromFields for Fr {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        reader.field()
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl ToFields for $integer {
            fn write_fields(&self, out: &mut Vec<Fr>) {
                out.push(Fr::from(*self));
            }
        }

        impl FromFields for $integer {
            fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
                let value = reader.field()?.to_u128()?;
                Self::try_from(value).map_err(|_| {
                    crate::ParseFieldError::TooLarge { field: "Fr", target: stringify!($integer) }
                        .into()
                })
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, u128);

impl ToFields for bool {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(Fr::from(*self));
    }
}

impl FromFields for bool {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        reader
            .field()?
            .to_bool()
            .map_err(|_| DecodeError::NotABoolean { offset })
    }
}

impl<T: ToFields, const N: usize> ToFields for [T; N] {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.iter().for_each(|value| value.write_fields(out));
    }
}

impl<T: FromFields, const N: usize> FromFields for [T; N] {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        super::structs::try_array(|| reader.read())
    }
}

impl<T: ToFields + ?Sized> ToFields for Box<T> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        (**self).write_fields(out);
    }
}

impl<T: FromFields> FromFields for Box<T> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        reader.read().map(Box::new)
    }
}
