//! Note hashes and nullifiers at their stages on the way into the trees
//! (Aztec 4.1.2, stdlib `hash`).

use crate::address::AztecAddress;
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes, write_vec};
use crate::constants::{DomainSeparator, NULL_MSG_SENDER_CONTRACT_ADDRESS};
use crate::field::Fr;
use crate::field_newtype;
use crate::hash::poseidon2_hash_with_separator;
use crate::json::json_as_base64;

/// The members of a note, encoded (Aztec 4.1.2, stdlib `Note`). JSON form: base64 of the binary form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Note(pub Vec<Fr>);
json_as_base64!(Note);

impl ToBytes for Note {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_vec(&self.0, out);
    }
}

impl FromBytes for Note {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        reader.vec("note").map(Self)
    }
}

field_newtype!(
    /// The hash of a note as its contract computes it.
    NoteHash
);
field_newtype!(
    /// A note hash bound to the contract that created it.
    SiloedNoteHash
);
field_newtype!(
    /// A siloed note hash made unique by a nonce: the leaf of the note hash tree.
    UniqueNoteHash
);
field_newtype!(
    /// What makes a note hash unique: derived from the transaction and the note's place in it.
    NoteNonce
);
field_newtype!(
    /// A nullifier as its contract computes it.
    Nullifier
);
field_newtype!(
    /// A nullifier bound to the contract that emitted it: the leaf of the nullifier tree.
    SiloedNullifier
);

/// The nonce of the note hash with an index in a transaction, given the transaction's first nullifier
/// (stdlib `computeNoteHashNonce`).
#[must_use]
pub fn compute_note_hash_nonce(first_nullifier: SiloedNullifier, index: u32) -> NoteNonce {
    NoteNonce::from_field(poseidon2_hash_with_separator(
        &[first_nullifier.to_field(), Fr::from(index)],
        DomainSeparator::NoteHashNonce,
    ))
}

/// Binds a note hash to a contract (stdlib `siloNoteHash`).
#[must_use]
pub fn silo_note_hash(contract: AztecAddress, note_hash: NoteHash) -> SiloedNoteHash {
    SiloedNoteHash::from_field(poseidon2_hash_with_separator(
        &[contract.to_field(), note_hash.to_field()],
        DomainSeparator::SiloedNoteHash,
    ))
}

/// Makes a siloed note hash unique (stdlib `computeUniqueNoteHash`).
#[must_use]
pub fn compute_unique_note_hash(nonce: NoteNonce, siloed: SiloedNoteHash) -> UniqueNoteHash {
    UniqueNoteHash::from_field(poseidon2_hash_with_separator(
        &[nonce.to_field(), siloed.to_field()],
        DomainSeparator::UniqueNoteHash,
    ))
}

/// Binds a nullifier to a contract (stdlib `siloNullifier`).
#[must_use]
pub fn silo_nullifier(contract: AztecAddress, nullifier: Nullifier) -> SiloedNullifier {
    SiloedNullifier::from_field(poseidon2_hash_with_separator(
        &[contract.to_field(), nullifier.to_field()],
        DomainSeparator::SiloedNullifier,
    ))
}

/// The nullifier that the protocol itself emits for a transaction request
/// (stdlib `computeProtocolNullifier`).
#[must_use]
pub fn compute_protocol_nullifier(tx_request_hash: Fr) -> SiloedNullifier {
    silo_nullifier(
        NULL_MSG_SENDER_CONTRACT_ADDRESS,
        Nullifier::from_field(tx_request_hash),
    )
}
