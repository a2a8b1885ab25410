//! Authentication witnesses: proofs that an account allows somebody else to act for it.
//!
//! An action is named by an inner hash, which the consuming contract computes; the outer hash binds it
//! to that contract and to one chain and rollup version. The account signs the outer hash.

use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes, write_vec};
use crate::constants::DomainSeparator;
use crate::field::Fr;
use crate::hash::{compute_var_args_hash, poseidon2_hash_with_separator};
use crate::selector::FunctionSelector;
use crate::{field_newtype, hex_of_bytes};

field_newtype!(
    /// Names an action within the contract that checks for its authorisation.
    InnerAuthWitHash
);
field_newtype!(
    /// Names an action on one chain: what the account signs.
    AuthWitMessageHash
);

/// The chain and rollup that a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChainInfo {
    /// The L1 chain's id.
    pub chain_id: Fr,
    /// The rollup's version.
    pub version: Fr,
}

/// What an account gives to allow one action (Aztec 4.1.2, stdlib `AuthWitness`). Text and JSON form
/// are the hexadecimal of the binary form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AuthWitness {
    /// What is allowed.
    pub request_hash: AuthWitMessageHash,
    /// What the account contract checks: for the known ones the bytes of a signature.
    pub witness: Vec<Fr>,
}

impl ToBytes for AuthWitness {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.request_hash.write_bytes(out);
        write_vec(&self.witness, out);
    }
}

impl FromBytes for AuthWitness {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            request_hash: reader.read()?,
            witness: reader.vec("AuthWitness.witness")?,
        })
    }
}

hex_of_bytes!(AuthWitness);

/// The inner hash of an action described by elements (stdlib `computeInnerAuthWitHash`).
#[must_use]
pub fn compute_inner_authwit_hash(action: &[Fr]) -> InnerAuthWitHash {
    InnerAuthWitHash(poseidon2_hash_with_separator(
        action,
        DomainSeparator::AuthwitInner,
    ))
}

/// The inner hash of a call (aztec.js `computeInnerAuthWitHashFromAction`): who may call, the
/// function's selector and its encoded arguments.
#[must_use]
pub fn compute_inner_authwit_hash_from_call(
    caller: AztecAddress,
    selector: FunctionSelector,
    arguments: &[Fr],
) -> InnerAuthWitHash {
    compute_inner_authwit_hash(&[
        caller.to_field(),
        selector.to_field(),
        compute_var_args_hash(arguments),
    ])
}

/// The outer hash, for the contract that checks the authorisation
/// (stdlib `computeOuterAuthWitHash`, aztec.js `computeAuthWitMessageHash`).
#[must_use]
pub fn compute_authwit_message_hash(
    consumer: AztecAddress,
    chain: &ChainInfo,
    inner: InnerAuthWitHash,
) -> AuthWitMessageHash {
    AuthWitMessageHash(poseidon2_hash_with_separator(
        &[
            consumer.to_field(),
            chain.chain_id,
            chain.version,
            inner.to_field(),
        ],
        DomainSeparator::AuthwitOuter,
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn round_trips(hash: u128, witness in prop::collection::vec(any::<u128>(), 0..70)) {
            let witness = AuthWitness {
                request_hash: AuthWitMessageHash::from_field(Fr::from(hash)),
                witness: witness.into_iter().map(Fr::from).collect(),
            };
            prop_assert_eq!(AuthWitness::from_bytes(&witness.to_bytes()), Ok(witness.clone()));
            let json = serde_json::to_string(&witness).unwrap();
            prop_assert_eq!(serde_json::from_str::<AuthWitness>(&json).unwrap(), witness);
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = AuthWitness::from_bytes(&bytes);
        }
    }

    #[test]
    fn truncated_input_is_refused() {
        let mut bytes = vec![0; 35];
        assert!(AuthWitness::from_bytes(&bytes).is_err());
        bytes.push(1);
        assert!(AuthWitness::from_bytes(&bytes).is_err());
        assert!("0x0".parse::<AuthWitness>().is_err());
    }
}
