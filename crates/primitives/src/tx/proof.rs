use crate::codec::{ByteReader, DecodeError, FromBytes, PaddedArray, ToBytes};
use crate::constants::CHONK_PROOF_LENGTH;
use crate::field::Fr;
use crate::json::json_as_base64;

/// The proof of the private part of a transaction. The default is the empty one, all zeros, which
/// networks without real proofs accept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChonkProof(PaddedArray<Fr, CHONK_PROOF_LENGTH>);
json_as_base64!(ChonkProof);

impl ChonkProof {
    /// A proof of these elements, without public inputs. Fails if their number is wrong.
    pub fn new(fields: Vec<Fr>) -> Result<Self, DecodeError> {
        check_length(fields.len())?;
        PaddedArray::new(fields).map(Self)
    }

    /// Takes what the prover put out: the public inputs, then the proof. Gives the proof and the
    /// public inputs.
    pub fn from_fields_with_public_inputs(
        mut fields: Vec<Fr>,
    ) -> Result<(Self, Vec<Fr>), DecodeError> {
        let Some(count) = fields.len().checked_sub(CHONK_PROOF_LENGTH) else {
            return Err(wrong_length(fields.len()));
        };
        let proof = fields.split_off(count);
        Ok((Self::new(proof)?, fields))
    }

    /// Whether this is the empty proof.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements.
    #[must_use]
    pub fn to_vec(&self) -> Vec<Fr> {
        let mut fields = self.0.to_vec();
        fields.resize(CHONK_PROOF_LENGTH, Fr::ZERO);
        fields
    }
}

impl ToBytes for ChonkProof {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        (CHONK_PROOF_LENGTH as u32).write_bytes(out);
        self.0.write_bytes(out);
    }
}

impl FromBytes for ChonkProof {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        check_length(reader.read::<u32>()? as usize)?;
        reader.read().map(Self)
    }
}

fn check_length(actual: usize) -> Result<(), DecodeError> {
    match actual {
        CHONK_PROOF_LENGTH => Ok(()),
        _ => Err(wrong_length(actual)),
    }
}

const fn wrong_length(actual: usize) -> DecodeError {
    DecodeError::UnknownValue {
        what: "length of a chonk proof",
        value: actual as u64,
    }
}
