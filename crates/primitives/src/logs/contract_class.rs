use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::codec::{DecodeError, PaddedArray, ToFields as _};
use crate::constants::CONTRACT_CLASS_LOG_SIZE_IN_FIELDS;
use crate::field::Fr;
use crate::hash::poseidon2_hash;
use crate::{bytes_in_order, fields_in_order};

/// The fields of a contract class log, by which a contract class is published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContractClassLogFields {
    /// The fields; the encoded forms are padded with zeros.
    pub fields: PaddedArray<Fr, CONTRACT_CLASS_LOG_SIZE_IN_FIELDS>,
}
bytes_in_order!(ContractClassLogFields { fields });
fields_in_order!(ContractClassLogFields { fields });

impl ContractClassLogFields {
    /// A log of the emitted fields; fails if there are too many.
    pub fn from_emitted(emitted: Vec<Fr>) -> Result<Self, DecodeError> {
        let fields = PaddedArray::new(emitted)?;
        Ok(Self { fields })
    }

    /// The hash of the log: over all fields with the padding
    /// (Aztec 4.1.2, stdlib `ContractClassLogFields.hash`).
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash(&self.to_fields())
    }
}

/// A contract class log with the contract that emitted it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractClassLog {
    /// The contract that emitted it.
    pub contract_address: AztecAddress,
    /// The fields.
    pub fields: ContractClassLogFields,
    /// How many of the fields were emitted.
    #[serde(with = "crate::json::number")]
    pub emitted_length: u32,
}
bytes_in_order!(ContractClassLog {
    contract_address,
    fields,
    emitted_length
});
fields_in_order!(ContractClassLog {
    contract_address,
    fields,
    emitted_length
});

impl ContractClassLog {
    /// The fields that were emitted.
    #[must_use]
    pub fn emitted(&self) -> Vec<Fr> {
        let mut emitted = self.fields.fields.to_vec();
        let length = (self.emitted_length as usize).min(CONTRACT_CLASS_LOG_SIZE_IN_FIELDS);
        emitted.resize(length, Fr::ZERO);
        emitted
    }
}
