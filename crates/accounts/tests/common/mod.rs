//! What the tests against the reference have in common.

#![allow(dead_code, reason = "not every test uses everything")]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use pixie_accounts::{
    Account, AccountSignature, DerivedAccount, KeySigner, SigningKey, SigningPublicKey,
};
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::codec::{array_from_hex, from_hex};
use pixie_primitives::keys::SecretKey;
use pixie_primitives::tx::TxExecutionRequest;
use pixie_primitives::{Fr, FromBytes as _, ToBytes as _};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Draws the field elements given in order; whoever draws bytes otherwise gets sevens.
pub struct Script(VecDeque<Fr>);

impl Script {
    pub fn new(elements: impl IntoIterator<Item = Fr>) -> Self {
        Self(elements.into_iter().collect())
    }

    pub fn read(json: &Value) -> Self {
        Self::new(serde_json::from_value::<Vec<Fr>>(json.clone()).unwrap())
    }

    /// Takes the element that is drawn last.
    pub fn last(&mut self) -> Fr {
        self.0.pop_back().unwrap()
    }

    pub fn finish(&self) {
        assert!(
            self.0.is_empty(),
            "{} elements were not drawn",
            self.0.len()
        );
    }
}

impl TryRng for Script {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("nobody draws numbers")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("nobody draws numbers")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(7);
        if let [high @ .., _] = bytes
            && high.len() == 63
        {
            let element = self
                .0
                .pop_front()
                .expect("one element more than the reference draws");
            bytes.fill(0);
            bytes[32..].copy_from_slice(&element.to_be_bytes());
        }
        Ok(())
    }
}

impl TryCryptoRng for Script {}

pub fn field(json: &Value) -> Fr {
    serde_json::from_value(json.clone()).unwrap()
}

/// The account of recorded secrets, with its key.
pub fn account(
    facts: &Value,
    account_type: &str,
    secret: &str,
) -> (DerivedAccount, Account<KeySigner>) {
    let key = facts["signingKey"].as_str().unwrap();
    let key = SigningKey::from_be_bytes(
        account_type.parse().unwrap(),
        &array_from_hex(key, "signing key").unwrap(),
    )
    .unwrap();
    let secret = SecretKey::from_field(field(&facts[secret]));
    let derived = DerivedAccount::derive(&secret, field(&facts["salt"]), &key);
    assert_eq!(
        derived.address().to_string(),
        facts["address"].as_str().unwrap()
    );
    let account = Account::new(&derived, KeySigner::new(key)).unwrap();
    (derived, account)
}

pub fn request(hex: &Value) -> TxExecutionRequest {
    let hex = hex.as_str().unwrap();
    TxExecutionRequest::from_bytes(&from_hex(hex, "request").unwrap()).unwrap()
}

/// How the reference's signatures and ours compare: both are valid for the same messages. The
/// reference's ECDSA nonces are not those of RFC 6979, its Schnorr nonces are random. Signatures in
/// generated vectors that cannot be repeated are zeros there.
pub fn adopt_signatures(
    made: &mut [AuthWitness],
    expected: &[AuthWitness],
    key: &SigningPublicKey,
) -> usize {
    let hashes = |witnesses: &[AuthWitness]| -> Vec<_> {
        witnesses
            .iter()
            .map(|witness| witness.request_hash)
            .collect()
    };
    assert_eq!(hashes(made), hashes(expected));
    let mut adopted = 0;
    for (made, expected) in made.iter_mut().zip(expected) {
        if made == expected {
            continue;
        }
        let verify = |witness: &AuthWitness| {
            let signature = AccountSignature::from_witness(key.account_type(), &witness.witness);
            key.verify(&witness.request_hash.to_be_bytes(), &signature.unwrap())
        };
        assert_eq!(verify(made), Ok(()));
        if expected.witness.iter().any(|byte| !byte.is_zero()) {
            assert_eq!(verify(expected), Ok(()));
        }
        *made = expected.clone();
        adopted += 1;
    }
    adopted
}

/// Demands the same request, byte by byte, but for the bytes of signatures; tells how many those are.
pub fn assert_same_request(
    mut made: TxExecutionRequest,
    expected: &Value,
    key: &SigningPublicKey,
) -> usize {
    let expected = request(expected);
    let adopted = adopt_signatures(&mut made.auth_witnesses, &expected.auth_witnesses, key);
    assert_eq!(made, expected);
    assert!(made.to_bytes() == expected.to_bytes());
    adopted
}
