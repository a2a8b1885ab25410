use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{ChonkProof, HashedValues, TxHash};
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::constants::{DA_GAS_PER_FIELD, TX_DA_GAS_OVERHEAD};
use crate::field::Fr;
use crate::kernel::{PrivateKernelTailCircuitPublicInputs, PublicCallRequest};
use crate::logs::{ContractClassLog, ContractClassLogFields};

/// A transaction as it is sent to a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Parts")]
pub struct Tx {
    tx_hash: TxHash,
    data: PrivateKernelTailCircuitPublicInputs,
    chonk_proof: ChonkProof,
    contract_class_log_fields: Vec<ContractClassLogFields>,
    public_function_calldata: Vec<HashedValues>,
}

/// The JSON form; the hash, if there, is computed anew.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parts {
    data: PrivateKernelTailCircuitPublicInputs,
    chonk_proof: ChonkProof,
    contract_class_log_fields: Vec<ContractClassLogFields>,
    public_function_calldata: Vec<HashedValues>,
}

impl From<Parts> for Tx {
    fn from(parts: Parts) -> Self {
        Self::new(
            parts.data,
            parts.chonk_proof,
            parts.contract_class_log_fields,
            parts.public_function_calldata,
        )
    }
}

impl Tx {
    /// Puts a transaction together and computes its hash.
    ///
    /// The contract class logs are in the order of their hashes in the public inputs; the calldata
    /// is that of all public calls, in any order.
    #[must_use]
    pub fn new(
        data: PrivateKernelTailCircuitPublicInputs,
        chonk_proof: ChonkProof,
        contract_class_log_fields: Vec<ContractClassLogFields>,
        public_function_calldata: Vec<HashedValues>,
    ) -> Self {
        Self {
            tx_hash: data.tx_hash(),
            data,
            chonk_proof,
            contract_class_log_fields,
            public_function_calldata,
        }
    }

    /// The hash. It does not cover the proof.
    #[must_use]
    pub const fn tx_hash(&self) -> TxHash {
        self.tx_hash
    }

    /// The public inputs.
    #[must_use]
    pub const fn data(&self) -> &PrivateKernelTailCircuitPublicInputs {
        &self.data
    }

    /// The proof.
    #[must_use]
    pub const fn chonk_proof(&self) -> &ChonkProof {
        &self.chonk_proof
    }

    /// The contract class logs without what the public inputs say about them.
    #[must_use]
    pub fn contract_class_log_fields(&self) -> &[ContractClassLogFields] {
        &self.contract_class_log_fields
    }

    /// The calldata of the public calls.
    #[must_use]
    pub fn public_function_calldata(&self) -> &[HashedValues] {
        &self.public_function_calldata
    }

    /// Whether there are public calls.
    #[must_use]
    pub fn has_public_calls(&self) -> bool {
        self.data.public_calls().next().is_some()
    }

    /// The public calls in the order of the phases, with their calldata: empty if it is missing.
    #[must_use]
    pub fn public_calls(&self) -> Vec<PublicCallWithCalldata> {
        let calldata: HashMap<Fr, &[Fr]> = self
            .public_function_calldata
            .iter()
            .map(|hashed| (hashed.hash, &hashed.values[..]))
            .collect();
        self.data
            .public_calls()
            .map(|request| PublicCallWithCalldata {
                request: *request,
                calldata: calldata
                    .get(&request.calldata_hash)
                    .map(|values| values.to_vec())
                    .unwrap_or_default(),
            })
            .collect()
    }

    /// The contract class logs.
    #[must_use]
    pub fn contract_class_logs(&self) -> Vec<ContractClassLog> {
        self.data
            .contract_class_logs_hashes()
            .zip(&self.contract_class_log_fields)
            .map(|(hash, fields)| ContractClassLog {
                contract_address: hash.contract_address,
                fields: fields.clone(),
                emitted_length: hash.inner.length,
            })
            .collect()
    }

    /// How many field elements the effects of the private part take up on the data layer
    /// (Aztec 4.1.2, stdlib `Tx.getPrivateTxEffectsSizeInFields`).
    #[must_use]
    pub fn private_effects_size_in_fields(&self) -> usize {
        let logs: usize = self
            .data
            .private_logs()
            .map(|log| log.emitted_length() as usize + 1)
            .sum();
        let class_logs: usize = self
            .data
            .contract_class_logs_hashes()
            .map(|hash| hash.inner.length as usize + 1)
            .sum();
        (TX_DA_GAS_OVERHEAD / DA_GAS_PER_FIELD) as usize
            + self.data.note_hashes().count()
            + self.data.nullifiers().count()
            + self.data.l2_to_l1_msgs().count()
            + logs
            + class_logs
    }
}

impl ToBytes for Tx {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.tx_hash.write_bytes(out);
        self.data.write_bytes(out);
        self.chonk_proof.write_bytes(out);
        write_short_vec(&self.contract_class_log_fields, out);
        write_short_vec(&self.public_function_calldata, out);
    }
}

impl FromBytes for Tx {
    /// Reads a transaction; a hash that is not that of the public inputs is refused.
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let tx_hash: TxHash = reader.read()?;
        let tx = Self::new(
            reader.read()?,
            reader.read()?,
            read_short_vec(reader)?,
            read_short_vec(reader)?,
        );
        if tx.tx_hash != tx_hash {
            return Err(DecodeError::Malformed {
                what: "transaction hash",
            });
        }
        Ok(tx)
    }
}

/// A count of one byte and the values. The protocol's limits on a transaction's contents are far
/// below 256; what exceeded that would be cut off.
fn write_short_vec<T: ToBytes>(values: &[T], out: &mut Vec<u8>) {
    let count = u8::try_from(values.len()).unwrap_or(u8::MAX);
    count.write_bytes(out);
    for value in values.iter().take(count.into()) {
        value.write_bytes(out);
    }
}

fn read_short_vec<T: FromBytes>(reader: &mut ByteReader<'_>) -> Result<Vec<T>, DecodeError> {
    let count: u8 = reader.read()?;
    (0..count).map(|_| reader.read()).collect()
}

/// A public call with its calldata: the function selector and the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicCallWithCalldata {
    /// The call.
    pub request: PublicCallRequest,
    /// The calldata.
    pub calldata: Vec<Fr>,
}

impl PublicCallWithCalldata {
    /// The arguments: the calldata after the function selector.
    #[must_use]
    pub fn args(&self) -> &[Fr] {
        self.calldata.get(1..).unwrap_or_default()
    }
}
