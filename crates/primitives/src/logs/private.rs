use serde::{Deserialize, Serialize};

use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::constants::PRIVATE_LOG_SIZE_IN_FIELDS;
use crate::field::Fr;

/// A private log: up to 16 fields, of which the first is the tag that its recipient looks for and
/// the others are encrypted.
///
/// Unpublished logs carry the bare tag, published ones the tag siloed by the contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Unchecked")]
pub struct PrivateLog {
    fields: [Fr; PRIVATE_LOG_SIZE_IN_FIELDS],
    emitted_length: u32,
}

impl PrivateLog {
    /// A log of the emitted fields; 16 at most.
    pub fn from_emitted(emitted: &[Fr]) -> Result<Self, DecodeError> {
        let mut fields = [Fr::ZERO; PRIVATE_LOG_SIZE_IN_FIELDS];
        match fields.get_mut(..emitted.len()) {
            Some(place) => place.copy_from_slice(emitted),
            None => return Err(too_long(emitted.len())),
        }
        Ok(Self {
            fields,
            emitted_length: emitted.len() as u32,
        })
    }

    /// A log of 16 fields, of which those from `emitted_length` on were not emitted. They are kept,
    /// because circuits see them.
    pub fn new(
        fields: [Fr; PRIVATE_LOG_SIZE_IN_FIELDS],
        emitted_length: u32,
    ) -> Result<Self, DecodeError> {
        if emitted_length as usize > PRIVATE_LOG_SIZE_IN_FIELDS {
            return Err(too_long(emitted_length as usize));
        }
        Ok(Self {
            fields,
            emitted_length,
        })
    }

    /// All 16 fields.
    #[must_use]
    pub const fn fields(&self) -> &[Fr; PRIVATE_LOG_SIZE_IN_FIELDS] {
        &self.fields
    }

    /// How many fields were emitted.
    #[must_use]
    pub const fn emitted_length(&self) -> u32 {
        self.emitted_length
    }

    /// The fields that were emitted.
    #[must_use]
    pub fn emitted(&self) -> &[Fr] {
        self.fields
            .get(..self.emitted_length as usize)
            .unwrap_or(&self.fields)
    }

    /// The emitted fields after the tag.
    #[must_use]
    pub fn emitted_without_tag(&self) -> &[Fr] {
        self.emitted().get(1..).unwrap_or_default()
    }

    /// The tag: the first field.
    #[must_use]
    pub const fn tag(&self) -> Fr {
        self.fields[0]
    }

    /// The same log with another first field, as siloing makes it.
    #[must_use]
    pub const fn with_tag(mut self, tag: Fr) -> Self {
        self.fields[0] = tag;
        self
    }

    /// Whether nothing was emitted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.emitted_length == 0
    }
}

const fn too_long(actual: usize) -> DecodeError {
    DecodeError::TooMany {
        what: "fields of a private log",
        limit: PRIVATE_LOG_SIZE_IN_FIELDS,
        actual,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Unchecked {
    fields: [Fr; PRIVATE_LOG_SIZE_IN_FIELDS],
    #[serde(with = "crate::json::number")]
    emitted_length: u32,
}

impl TryFrom<Unchecked> for PrivateLog {
    type Error = DecodeError;

    fn try_from(log: Unchecked) -> Result<Self, DecodeError> {
        Self::new(log.fields, log.emitted_length)
    }
}

impl ToBytes for PrivateLog {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.fields.write_bytes(out);
        self.emitted_length.write_bytes(out);
    }
}

impl FromBytes for PrivateLog {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Self::new(reader.read()?, reader.read()?)
    }
}

impl ToFields for PrivateLog {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.fields.write_fields(out);
        self.emitted_length.write_fields(out);
    }
}

impl FromFields for PrivateLog {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Self::new(reader.read()?, reader.read()?)
    }
}
