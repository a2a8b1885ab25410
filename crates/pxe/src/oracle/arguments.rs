//! Reads the arguments of oracles.

use std::vec::IntoIter;

use pixie_acir::{Fe, ForeignValue};
use pixie_primitives::{AztecAddress, Fr, FromFields, FunctionSelector};

use super::{OracleError, OracleName};

/// The arguments of a question, taken one after the other.
pub(crate) struct Arguments {
    inputs: IntoIter<ForeignValue>,
    /// The position of the next one.
    index: usize,
}

impl Arguments {
    /// The arguments of a question; fails if their number is wrong.
    pub(crate) fn new(name: OracleName, inputs: Vec<ForeignValue>) -> Result<Self, OracleError> {
        let most = name.arity() + name.ignored_arguments();
        if !(name.arity()..=most).contains(&inputs.len()) {
            return Err(OracleError::Arity {
                expected: name.arity(),
                actual: inputs.len(),
            });
        }
        Ok(Self {
            inputs: inputs.into_iter(),
            index: 0,
        })
    }

    fn next(&mut self) -> Result<(usize, ForeignValue), OracleError> {
        let index = self.index;
        let value = self.inputs.next().ok_or(OracleError::Arity {
            expected: index + 1,
            actual: index,
        })?;
        self.index += 1;
        Ok((index, value))
    }

    /// A single field.
    pub(crate) fn field(&mut self) -> Result<Fr, OracleError> {
        let (index, value) = self.next()?;
        match value.fields() {
            [field] => Ok(Fr::from(*field)),
            _ => Err(OracleError::Argument {
                index,
                expected: "a single field",
            }),
        }
    }

    /// Any number of fields.
    pub(crate) fn fields(&mut self) -> Result<Vec<Fr>, OracleError> {
        let (_, value) = self.next()?;
        Ok(value.fields().iter().copied().map(Fr::from).collect())
    }

    /// A single field of a type that wraps one.
    pub(crate) fn read<T: FromFields>(&mut self, expected: &'static str) -> Result<T, OracleError> {
        let index = self.index;
        let field = self.field()?;
        T::from_fields(&[field]).map_err(|_| OracleError::Argument { index, expected })
    }

    /// An unsigned integer of 32 bits.
    pub(crate) fn u32(&mut self) -> Result<u32, OracleError> {
        self.read("an unsigned integer of 32 bits")
    }

    /// Zero or one.
    pub(crate) fn bool(&mut self) -> Result<bool, OracleError> {
        self.read("a boolean")
    }

    /// An address.
    pub(crate) fn address(&mut self) -> Result<AztecAddress, OracleError> {
        self.field().map(AztecAddress::from_field)
    }

    /// A function's selector.
    pub(crate) fn selector(&mut self) -> Result<FunctionSelector, OracleError> {
        self.read("a function selector")
    }

    /// Any number of integers below `1 << 32`.
    pub(crate) fn integers(&mut self) -> Result<Vec<u32>, OracleError> {
        let (index, value) = self.next()?;
        let integers = value.fields().iter().map(|field| to_u32(*field));
        let integers: Option<_> = integers.collect();
        integers.ok_or(OracleError::Argument {
            index,
            expected: "unsigned integers of 32 bits",
        })
    }

    /// Any number of bytes, each as a field.
    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, OracleError> {
        let (index, value) = self.next()?;
        let bytes = value.fields().iter().map(|field| {
            let byte = field.to_u64()?;
            u8::try_from(byte).ok()
        });
        let bytes: Option<_> = bytes.collect();
        bytes.ok_or(OracleError::Argument {
            index,
            expected: "bytes",
        })
    }

    /// Sixteen bytes, each as a field.
    pub(crate) fn block(&mut self) -> Result<[u8; 16], OracleError> {
        let index = self.index;
        let bytes = self.bytes()?;
        bytes.try_into().map_err(|_| OracleError::Argument {
            index,
            expected: "16 bytes",
        })
    }
}

fn to_u32(field: Fe) -> Option<u32> {
    u32::try_from(field.to_u64()?).ok()
}

/// An answer, put together in the order in which circuits take its parts.
#[derive(Default)]
pub(crate) struct Answer(Vec<ForeignValue>);

impl Answer {
    /// Nothing.
    pub(crate) const fn nothing() -> Self {
        Self(Vec::new())
    }

    /// Adds a single field.
    pub(crate) fn single(mut self, field: impl Into<Fr>) -> Self {
        self.0.push(ForeignValue::Single(Fe::from(field.into())));
        self
    }

    /// Adds fields as so many single ones: the members of a struct.
    pub(crate) fn members(mut self, fields: &[Fr]) -> Self {
        let fields = fields.iter().map(|field| Fe::from(*field).into());
        self.0.extend(fields);
        self
    }

    /// Adds an array.
    pub(crate) fn array(mut self, fields: &[Fr]) -> Self {
        let fields = fields.iter().copied().map(Fe::from).collect();
        self.0.push(ForeignValue::Array(fields));
        self
    }

    /// Adds an array filled up with zeros.
    pub(crate) fn padded_array(mut self, fields: &[Fr], length: usize) -> Self {
        let fields = fields.iter().copied().map(Fe::from);
        let mut fields: Vec<Fe> = fields.take(length).collect();
        fields.resize(length, Fe::ZERO);
        self.0.push(ForeignValue::Array(fields));
        self
    }

    /// The whole answer.
    pub(crate) fn into_values(self) -> Vec<ForeignValue> {
        self.0
    }
}
