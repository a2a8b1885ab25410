use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::{ChainInfo, InnerAuthWitHash};
use pixie_primitives::{Fr, FromBytes as _, ToBytes as _};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::AuthWitIntent;

/// The order of secp256r1's group.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// An authenticator with one passkey and no user.
struct Passkey {
    key: secp256r1::SigningKey,
    flags: u8,
    high_s: bool,
}

impl Passkey {
    fn new(flags: u8, high_s: bool) -> Self {
        let key = secp256r1::SigningKey::from_be_bytes(&[3; 32]).unwrap();
        Self { key, flags, high_s }
    }

    fn client_data(request: &AssertionRequest) -> serde_json::Value {
        json!({
            "type": "webauthn.get",
            "challenge": URL_SAFE_NO_PAD.encode(request.challenge),
            "origin": request.origin,
            "crossOrigin": false,
            "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
        })
    }

    fn answer(
        &self,
        request: &AssertionRequest,
        client: &serde_json::Value,
    ) -> Result<Assertion, AssertionError> {
        let mut data = sha256(request.relying_party.as_bytes()).to_vec();
        data.extend([self.flags, 0, 0, 0, 9]);
        let client = serde_json::to_vec(client).unwrap();
        let signed = [data.as_slice(), &sha256(&client)].concat();
        let mut signature = *self.key.sign(&signed).unwrap().as_bytes();
        if self.high_s {
            let s = negate(&signature[32..]);
            signature[32..].copy_from_slice(&s);
        }
        Assertion::from_browser(data, client, &der(&signature))
    }
}

#[async_trait(?Send)]
impl Authenticator for Passkey {
    async fn get_assertion(&self, request: &AssertionRequest) -> Result<Assertion, SignerError> {
        Ok(self.answer(request, &Self::client_data(request))?)
    }
}

fn negate(s: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let mut borrow = 0i16;
    for place in (0..32).rev() {
        let digit = i16::from(ORDER[place]) - i16::from(s[place]) - borrow;
        borrow = i16::from(digit < 0);
        out[place] = digit.rem_euclid(256) as u8;
    }
    out
}

fn der(signature: &[u8; 64]) -> Vec<u8> {
    let mut content = Vec::new();
    for part in signature.chunks(32) {
        let start = part.iter().position(|byte| *byte != 0).unwrap_or(31);
        let digits = &part[start..];
        let sign = usize::from(digits[0] >= 0x80);
        content.extend([2, (digits.len() + sign) as u8]);
        content.extend(&[0][..sign]);
        content.extend(digits);
    }
    let mut out = vec![0x30, content.len() as u8];
    out.extend(content);
    out
}

fn request(message: u32) -> AssertionRequest {
    let intent = AuthWitIntent::InnerHash {
        consumer: AztecAddress::from(message),
        inner_hash: InnerAuthWitHash::from_field(Fr::ONE),
    };
    let chain = ChainInfo {
        chain_id: Fr::ONE,
        version: Fr::ONE,
    };
    let message = SigningMessage::authorization(AztecAddress::from(1), intent, chain);
    let origin = "chrome-extension://abc".to_owned();
    AssertionRequest::new(&message, "abc".to_owned(), origin, vec![1])
}

#[test]
fn answers_are_accepted_with_either_half_of_s() {
    for high_s in [false, true] {
        let passkey = Passkey::new(5, high_s);
        let request = request(1);
        let assertion = pollster::block_on(passkey.get_assertion(&request)).unwrap();
        assert_eq!(
            assertion.verify(&passkey.key.public_key(), &request),
            Ok(())
        );
        assert_eq!(Assertion::from_bytes(&assertion.to_bytes()), Ok(assertion));
    }
}

#[test]
fn answers_that_do_not_belong_are_refused() {
    let request = request(1);
    let passkey = Passkey::new(5, false);
    let key = passkey.key.public_key();
    let check = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut client = Passkey::client_data(&request);
        change(&mut client);
        passkey
            .answer(&request, &client)
            .unwrap()
            .verify(&key, &request)
    };
    assert_eq!(check(&|_| ()), Ok(()));
    assert_eq!(
        check(&|client| client["type"] = "webauthn.create".into()),
        Err(AssertionError::Kind {
            found: "webauthn.create".to_owned()
        })
    );
    let other = URL_SAFE_NO_PAD.encode(super::tests::request(2).challenge);
    assert_eq!(
        check(&|client| client["challenge"] = other.clone().into()),
        Err(AssertionError::Challenge)
    );
    assert_eq!(
        check(&|client| client["challenge"] = "not base64!".into()),
        Err(AssertionError::Challenge)
    );
    let origin = |found: &str| AssertionError::Origin {
        found: found.to_owned(),
    };
    assert_eq!(
        check(&|client| client["origin"] = "https://evil".into()),
        Err(origin("https://evil"))
    );
    assert_eq!(
        check(&|client| client["crossOrigin"] = true.into()),
        Err(origin("chrome-extension://abc"))
    );
    assert_eq!(
        check(&|client| *client = json!(["webauthn.get"])),
        Err(AssertionError::ClientData)
    );

    let answer = |passkey: &Passkey| {
        let client = Passkey::client_data(&request);
        passkey.answer(&request, &client).unwrap()
    };
    for flags in [0, 1, 4] {
        let assertion = answer(&Passkey::new(flags, false));
        assert_eq!(assertion.verify(&key, &request), Err(AssertionError::User));
    }
    let unverified = AssertionRequest {
        user_verification: false,
        ..request.clone()
    };
    let present = answer(&Passkey::new(1, false));
    assert_eq!(present.verify(&key, &unverified), Ok(()));
    let elsewhere = AssertionRequest {
        relying_party: "abd".to_owned(),
        ..request.clone()
    };
    let good = answer(&passkey);
    assert_eq!(
        good.verify(&key, &elsewhere),
        Err(AssertionError::RelyingParty)
    );
    let other = secp256r1::SigningKey::from_be_bytes(&[4; 32]).unwrap();
    assert_eq!(
        good.verify(&other.public_key(), &request),
        Err(AssertionError::Signature(SignatureError::Mismatch))
    );
    let short = Assertion {
        authenticator_data: good.authenticator_data[..36].to_vec(),
        ..good
    };
    assert_eq!(
        short.verify(&key, &request),
        Err(AssertionError::AuthenticatorData {
            minimum: 37,
            actual: 36
        })
    );
}

#[test]
fn only_the_one_der_form_is_read() {
    let mut signature = [0x11; 64];
    signature[0] = 0x80;
    let good = der(&signature);
    assert_eq!(parse_der(&good), Some(signature));
    for length in 0..good.len() {
        assert_eq!(parse_der(&good[..length]), None);
    }
    let mut longer = good.clone();
    longer.push(0);
    assert_eq!(parse_der(&longer), None);
    let mut padded = good;
    padded[1] += 1;
    padded[3] += 1;
    padded.insert(4, 0);
    assert_eq!(parse_der(&padded), None);
    // A negative number, zero, one of 33 bytes.
    assert_eq!(parse_der(&[0x30, 6, 2, 1, 0x80, 2, 1, 1]), None);
    assert_eq!(parse_der(&[0x30, 6, 2, 1, 0, 2, 1, 1]), None);
    let wide = [&[0x30, 38, 2, 33, 1][..], &[0; 32], &[2, 1, 1]].concat();
    assert_eq!(parse_der(&wide), None);
}

proptest! {
    #[test]
    fn der_round_trips(r in prop::array::uniform32(any::<u8>()), s in prop::array::uniform32(any::<u8>()), zeros in 0usize..31) {
        let mut signature = [r, s].concat();
        signature[..zeros].fill(0);
        signature[zeros] |= 1;
        signature[63] |= 1;
        let signature: [u8; 64] = signature.try_into().unwrap();
        prop_assert_eq!(parse_der(&der(&signature)), Some(signature));
    }

    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>) {
        let _ = parse_der(&bytes);
        let _ = Assertion::from_bytes(&bytes);
        let _ = Assertion::from_browser(bytes.clone(), bytes.clone(), &bytes);
    }
}
