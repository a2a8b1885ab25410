use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::field::Fr;

/// A log that a public function emitted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicLog {
    /// The contract that emitted it.
    pub contract_address: AztecAddress,
    /// What it says; by custom the first field is a tag or an event selector.
    pub fields: Vec<Fr>,
}

impl PublicLog {
    /// The fields after the first.
    #[must_use]
    pub fn fields_without_tag(&self) -> &[Fr] {
        self.fields.get(1..).unwrap_or_default()
    }
}

impl ToBytes for PublicLog {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        (self.fields.len() as u32).write_bytes(out);
        self.contract_address.write_bytes(out);
        self.fields.iter().for_each(|field| field.write_bytes(out));
    }
}

impl FromBytes for PublicLog {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let count = reader.read::<u32>()? as usize;
        let contract_address = reader.read()?;
        // An iterator that ends in an error does not allocate for the count claimed.
        let fields = (0..count)
            .map(|_| reader.read())
            .collect::<Result<_, _>>()?;
        Ok(Self {
            contract_address,
            fields,
        })
    }
}

impl ToFields for PublicLog {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        (self.fields.len() as u32).write_fields(out);
        self.contract_address.write_fields(out);
        out.extend_from_slice(&self.fields);
    }
}

impl FromFields for PublicLog {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let count = reader.read::<u32>()? as usize;
        let contract_address = reader.read()?;
        let fields = reader.take(count)?.to_vec();
        Ok(Self {
            contract_address,
            fields,
        })
    }
}
