//! The seam for passkeys: what an authenticator is asked and what it answers.
//!
//! A passkey does not sign the message itself but the authenticator's data and the digest of a JSON
//! text that holds the message as its challenge; an account contract for passkeys therefore needs the
//! whole [`Assertion`]. No such contract is among those of [`AccountType`](crate::AccountType) yet.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_primitives::codec::write_vec;
use pixie_primitives::crypto::SignatureError;
use pixie_primitives::crypto::ecdsa::{EcdsaPublicKey, EcdsaSignature, secp256r1};
use pixie_primitives::hash::sha256;
use pixie_primitives::{ByteReader, DecodeError, FromBytes, ToBytes};
use serde::Deserialize;

use crate::{SignerError, SigningMessage};

/// What an authenticator is asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionRequest {
    /// The message.
    pub challenge: [u8; 32],
    /// Whom the passkey was made for: a domain, or an extension's id.
    pub relying_party: String,
    /// Where the question is put.
    pub origin: String,
    /// The passkeys that may answer.
    pub credential_ids: Vec<Vec<u8>>,
    /// Whether the user has to prove who they are, beyond being there.
    pub user_verification: bool,
}

impl AssertionRequest {
    /// The request for the signature of a message by one passkey, with proof of who the user is.
    #[must_use]
    pub fn new(
        message: &SigningMessage,
        relying_party: String,
        origin: String,
        credential_id: Vec<u8>,
    ) -> Self {
        Self {
            challenge: message.to_bytes(),
            relying_party,
            origin,
            credential_ids: vec![credential_id],
            user_verification: true,
        }
    }
}

/// Puts the question to the user's authenticator.
#[async_trait(?Send)]
pub trait Authenticator {
    /// Asks for an assertion. The user has to make a gesture.
    async fn get_assertion(&self, request: &AssertionRequest) -> Result<Assertion, SignerError>;
}

/// An authenticator's answer. The signature's s is in the lower half of the group's order, whichever
/// the authenticator chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    authenticator_data: Vec<u8>,
    client_data_json: Vec<u8>,
    signature: EcdsaSignature,
}

/// Why an answer was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// The signature is not the DER form of two numbers below the group's order.
    #[error("the passkey's signature cannot be read")]
    SignatureEncoding,
    /// The authenticator's data are shorter than their fixed part.
    #[error("the authenticator's data have {actual} bytes, at least {minimum} are needed")]
    AuthenticatorData {
        /// The size of the fixed part.
        minimum: usize,
        /// Bytes given.
        actual: usize,
    },
    /// The client data are no JSON of the form needed.
    #[error("the passkey's client data cannot be read")]
    ClientData,
    /// The answer is to another kind of question.
    #[error("the passkey answered to `{found}`")]
    Kind {
        /// What the client data say.
        found: String,
    },
    /// The answer is to another message.
    #[error("the passkey signed another message")]
    Challenge,
    /// The question was put somewhere else, or inside another page.
    #[error("the passkey was asked from `{found}`")]
    Origin {
        /// What the client data say.
        found: String,
    },
    /// The passkey was made for somebody else.
    #[error("the passkey belongs to another relying party")]
    RelyingParty,
    /// The user was not there, or did not prove who they are.
    #[error("the user's presence or identity was not checked")]
    User,
    /// The signature does not belong to the key.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The part of the client data that matters; there may be more.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// Digest of the relying party, flags, counter.
const FIXED_DATA: usize = 37;
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;

impl Assertion {
    /// Takes an answer in the form that browsers give it, the signature in DER.
    pub fn from_browser(
        authenticator_data: Vec<u8>,
        client_data_json: Vec<u8>,
        der_signature: &[u8],
    ) -> Result<Self, AssertionError> {
        let raw = parse_der(der_signature).ok_or(AssertionError::SignatureEncoding)?;
        let signature = secp256r1::normalized(&EcdsaSignature::from_array(raw))
            .map_err(|_| AssertionError::SignatureEncoding)?;
        Ok(Self {
            authenticator_data,
            client_data_json,
            signature,
        })
    }

    /// What the authenticator says of itself and the user.
    #[must_use]
    pub fn authenticator_data(&self) -> &[u8] {
        &self.authenticator_data
    }

    /// The JSON text with the challenge in it.
    #[must_use]
    pub fn client_data_json(&self) -> &[u8] {
        &self.client_data_json
    }

    /// The signature.
    #[must_use]
    pub const fn signature(&self) -> &EcdsaSignature {
        &self.signature
    }

    /// The bytes whose SHA-256 digest is signed.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = self.authenticator_data.clone();
        bytes.extend_from_slice(&sha256(&self.client_data_json));
        bytes
    }

    /// Checks that the answer belongs to the question and to the passkey.
    pub fn verify(
        &self,
        public_key: &EcdsaPublicKey,
        request: &AssertionRequest,
    ) -> Result<(), AssertionError> {
        let client: ClientData = serde_json::from_slice(&self.client_data_json)
            .map_err(|_| AssertionError::ClientData)?;
        if client.kind != "webauthn.get" {
            return Err(AssertionError::Kind { found: client.kind });
        }
        if URL_SAFE_NO_PAD.decode(&client.challenge).as_deref() != Ok(&request.challenge) {
            return Err(AssertionError::Challenge);
        }
        if client.origin != request.origin || client.cross_origin {
            let found = client.origin;
            return Err(AssertionError::Origin { found });
        }
        let data = self.authenticator_data.as_slice();
        let fixed = data.first_chunk::<FIXED_DATA>();
        let fixed = fixed.ok_or(AssertionError::AuthenticatorData {
            minimum: FIXED_DATA,
            actual: data.len(),
        })?;
        if fixed[..32] != sha256(request.relying_party.as_bytes()) {
            return Err(AssertionError::RelyingParty);
        }
        let mut needed = USER_PRESENT;
        if request.user_verification {
            needed |= USER_VERIFIED;
        }
        if fixed[32] & needed != needed {
            return Err(AssertionError::User);
        }
        secp256r1::verify(public_key, &self.signed_bytes(), &self.signature)?;
        Ok(())
    }
}

impl ToBytes for Assertion {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_vec(&self.authenticator_data, out);
        write_vec(&self.client_data_json, out);
        self.signature.write_bytes(out);
    }
}

impl FromBytes for Assertion {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let malformed = |_| DecodeError::Malformed { what: "assertion" };
        Ok(Self {
            authenticator_data: reader.vec("Assertion.authenticator_data")?,
            client_data_json: reader.vec("Assertion.client_data_json")?,
            signature: secp256r1::normalized(&reader.read()?).map_err(malformed)?,
        })
    }
}

/// Reads a DER sequence of two positive integers of at most 32 bytes, in its one shortest form.
fn parse_der(der: &[u8]) -> Option<[u8; 64]> {
    let (rest, content) = tagged(0x30, der)?;
    let (content, r) = tagged(0x02, content)?;
    let (end, s) = tagged(0x02, content)?;
    if !rest.is_empty() || !end.is_empty() {
        return None;
    }
    let mut out = [0; 64];
    for (place, integer) in out.chunks_exact_mut(32).zip([r, s]) {
        let digits = match integer {
            [0, digits @ ..] if digits.first().is_some_and(|high| *high >= 0x80) => digits,
            [high, ..] if *high > 0 && *high < 0x80 => integer,
            _ => return None,
        };
        let start = place.len().checked_sub(digits.len())?;
        place.get_mut(start..)?.copy_from_slice(digits);
    }
    Some(out)
}

/// Splits off a value with a tag and a length below 128; gives what follows and the value.
fn tagged(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    match input {
        [found, length, rest @ ..] if *found == tag && *length < 0x80 => {
            let (value, rest) = rest.split_at_checked(usize::from(*length))?;
            Some((rest, value))
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "webauthn_tests.rs"]
mod tests;
