//! The cryptographic half of the crate against vectors from the reference implementation
//! (`tests/reference/generate-vectors.mjs`).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use std::str::FromStr;

use pixie_primitives::auth_witness::{
    AuthWitMessageHash, AuthWitness, ChainInfo, compute_authwit_message_hash,
    compute_inner_authwit_hash, compute_inner_authwit_hash_from_call,
};
use pixie_primitives::capsule::Capsule;
use pixie_primitives::codec::{array_from_hex, from_hex};
use pixie_primitives::constants::DomainSeparator;
use pixie_primitives::crypto::aes::Aes128Key;
use pixie_primitives::crypto::ecdsa::{self, EcdsaPublicKey, EcdsaSignature};
use pixie_primitives::crypto::schnorr::{self, SchnorrSignature};
use pixie_primitives::hash::poseidon2::{permute, poseidon2_hash_with_raw_separator};
use pixie_primitives::hash::{
    L1ToL2Message, L1ToL2MessageHash, L2ToL1MessagePreimage, SecretHash, StorageSlot,
    compute_calldata_hash, compute_l1_to_l2_message_nullifier, compute_public_data_tree_leaf_slot,
    compute_secret_hash, compute_siloed_private_log_first_field, compute_var_args_hash,
    derive_storage_slot_in_map, hash_verification_key, pedersen_commit, pedersen_hash,
    poseidon2_hash, poseidon2_hash_bytes, sha256_to_field, sha512_to_grumpkin_scalar,
};
use pixie_primitives::keys::{
    CompleteAddress, InitializationHash, KeyKind, MasterSecretKey, MasterSecretKeys,
    PartialAddress, PublicKeys, SecretKey, compute_address, compute_address_secret,
    compute_initialization_hash_from_encoded_args, compute_partial_address,
    compute_salted_initialization_hash, derive_signing_key,
};
use pixie_primitives::note::{
    NoteHash, NoteNonce, Nullifier, SiloedNoteHash, SiloedNullifier, compute_note_hash_nonce,
    compute_protocol_nullifier, compute_unique_note_hash, silo_note_hash, silo_nullifier,
};
use pixie_primitives::selector::FunctionSelector;
use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};
use pixie_primitives::trees::{NullifierMembershipWitness, PublicDataWitness};
use pixie_primitives::{
    AztecAddress, ContractClassId, EthAddress, Fq, Fr, FromBytes, FromFields, Point, ToBytes,
    ToFields,
};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/crypto.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
}

fn get<T: FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    text(value).parse().unwrap()
}

fn field(value: &Value) -> Fr {
    get(value)
}

fn fields(value: &Value) -> Vec<Fr> {
    value.as_array().unwrap().iter().map(field).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    from_hex(text(value), "bytes").unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    array_from_hex(text(value), "array").unwrap()
}

fn each(value: &Value) -> &Vec<Value> {
    let items = value.as_array().unwrap();
    assert!(!items.is_empty());
    items
}

#[test]
fn poseidon2() {
    let vectors = &vectors()["poseidon2"];
    let state: [Fr; 4] = fields(&vectors["permutation"]["input"]).try_into().unwrap();
    assert_eq!(
        permute(state).to_vec(),
        fields(&vectors["permutation"]["output"])
    );
    for vector in each(&vectors["hash"]) {
        assert_eq!(
            poseidon2_hash(&fields(&vector["inputs"])),
            field(&vector["output"])
        );
    }
    for vector in each(&vectors["with_separator"]) {
        let separator = vector["separator"].as_u64().unwrap().try_into().unwrap();
        assert_eq!(separator, u32::from(DomainSeparator::EventCommitment));
        assert_eq!(
            poseidon2_hash_with_raw_separator(&fields(&vector["inputs"]), separator),
            field(&vector["output"])
        );
    }
    for vector in each(&vectors["bytes"]) {
        assert_eq!(
            poseidon2_hash_bytes(&bytes(&vector["input"])),
            field(&vector["output"])
        );
    }
}

#[test]
fn other_hashes() {
    let vectors = &vectors()["hashes"];
    for vector in each(&vectors["pedersen_hash"]) {
        let index = vector["index"].as_u64().unwrap().try_into().unwrap();
        assert_eq!(
            pedersen_hash(&fields(&vector["inputs"]), index),
            field(&vector["output"])
        );
    }
    for vector in each(&vectors["pedersen_commit"]) {
        let index = vector["index"].as_u64().unwrap().try_into().unwrap();
        let point: Point = get(&vector["output"]);
        assert_eq!(pedersen_commit(&fields(&vector["inputs"]), index), point);
    }
    for vector in each(&vectors["sha256_to_field"]) {
        assert_eq!(
            sha256_to_field(&bytes(&vector["input"])),
            field(&vector["output"])
        );
    }
    for vector in each(&vectors["sha512_to_scalar"]) {
        let input = bytes(&vector["input"]);
        assert_eq!(sha512_to_grumpkin_scalar(&[&input]), get(&vector["output"]));
        let (head, tail) = input.split_at(input.len() / 2);
        assert_eq!(
            sha512_to_grumpkin_scalar(&[head, tail]),
            get(&vector["output"])
        );
    }
}

#[test]
fn points() {
    for vector in each(&vectors()["points"]) {
        let (scalar, other): (Fq, Fq) = (get(&vector["scalar"]), get(&vector["other"]));
        let point = Point::GENERATOR * scalar;
        assert_eq!(point, get(&vector["point"]));
        assert_eq!(serde_json::to_value(point).unwrap(), vector["point"]);
        assert_eq!(point * other, get(&vector["product"]));
        assert_eq!(point + point * other, get(&vector["sum"]));
        assert_eq!(point.to_compressed(), array(&vector["compressed"]));
        assert_eq!(
            Point::from_compressed(&array(&vector["compressed"])),
            Ok(point)
        );
        assert_eq!(point.hash(), field(&vector["hash"]));
        assert_eq!(point.to_fields(), fields(&vector["fields"]));
    }
}

/// Random numbers that are one byte over and over.
struct Constant(u8);

impl rand_core::TryRng for Constant {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.fill(self.0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Constant {}

#[test]
fn schnorr_signatures() {
    let vector = &vectors()["signatures"]["schnorr"];
    let key = schnorr::SigningKey::from_field(get(&vector["key"]));
    assert_eq!(key.public_key(), get(&vector["public_key"]));
    let message = bytes(&vector["message"]);
    let noise: [u8; 32] = array(&vector["noise"]);
    let signature = key.sign(&message, &mut Constant(noise[0]));
    let expected: SchnorrSignature = get(&vector["signature"]);
    assert_eq!(signature, expected);
    assert_eq!(
        schnorr::verify(key.public_key(), &message, &expected),
        Ok(())
    );
    assert_eq!(signature.to_witness().len(), 64);
}

#[test]
fn ecdsa_signatures() {
    let vectors = &vectors()["signatures"];
    macro_rules! check {
        ($curve:ident) => {
            let vector = &vectors[stringify!($curve)];
            let key = ecdsa::$curve::SigningKey::from_be_bytes(&array(&vector["key"])).unwrap();
            let public_key = EcdsaPublicKey::from_bytes(&bytes(&vector["public_key"])).unwrap();
            assert_eq!(key.public_key(), public_key);
            let message = bytes(&vector["message"]);
            let expected: EcdsaSignature = get(&vector["signature"]);
            assert_eq!(key.sign(&message), Ok(expected));
            assert_eq!(
                ecdsa::$curve::verify(&public_key, &message, &expected),
                Ok(())
            );
        };
    }
    check!(secp256k1);
    check!(secp256r1);
}

#[test]
fn aes128() {
    for vector in each(&vectors()["signatures"]["aes128"]) {
        let key = Aes128Key::from_array(array(&vector["key"]));
        let iv = array(&vector["iv"]);
        let ciphertext = bytes(&vector["ciphertext"]);
        assert_eq!(key.encrypt(&iv, &bytes(&vector["plaintext"])), ciphertext);
        assert_eq!(
            key.decrypt(&iv, &ciphertext),
            Ok(bytes(&vector["plaintext"]))
        );
        let wrong = Aes128Key::from_array(array(&vector["wrong_key"]));
        assert_eq!(
            wrong.decrypt_unchecked(&iv, &ciphertext),
            Ok(bytes(&vector["garbage"]))
        );
    }
}

#[test]
fn keys_and_addresses() {
    let vectors = vectors();
    for vector in each(&vectors["keys"]) {
        let secret = SecretKey::from_field(get(&vector["secret"]));
        let keys = MasterSecretKeys::derive(&secret);
        let app = get(&vector["app"]);
        for (kind, name) in KeyKind::ALL.into_iter().zip(["n", "iv", "ov", "t"]) {
            assert_eq!(keys.get(kind).expose(), get(&vector["master"][name]));
            assert_eq!(
                keys.app_secret_key(kind, app).expose(),
                get(&vector["app_keys"][name])
            );
        }
        let outgoing = keys.app_secret_key(KeyKind::OutgoingViewing, app);
        assert_eq!(outgoing.to_scalar(), get(&vector["ovsk_app_scalar"]));
        assert_eq!(
            derive_signing_key(&secret).expose(),
            get(&vector["signing_key"])
        );

        let public_keys = keys.public_keys();
        assert_eq!(
            serde_json::to_value(public_keys).unwrap(),
            vector["public_keys"]
        );
        assert_eq!(public_keys.to_bytes(), bytes(&vector["public_keys_text"]));
        assert_eq!(
            public_keys.to_fields(),
            fields(&vector["public_keys_fields"])
        );
        assert_eq!(public_keys.hash(), get(&vector["public_keys_hash"]));

        let initialization_hash = compute_initialization_hash_from_encoded_args(
            FunctionSelector::from_field(field(&vector["selector"])).unwrap(),
            &fields(&vector["arguments"]),
        );
        assert_eq!(
            initialization_hash,
            get::<InitializationHash>(&vector["initialization_hash"])
        );
        let salted = compute_salted_initialization_hash(
            get(&vector["salt"]),
            initialization_hash,
            get(&vector["deployer"]),
        );
        assert_eq!(salted, get(&vector["salted_initialization_hash"]));
        let class = get::<ContractClassId>(&vector["class_id"]);
        let partial = compute_partial_address(class, salted);
        assert_eq!(partial, get::<PartialAddress>(&vector["partial_address"]));

        let complete = CompleteAddress::from_secret_key(&secret, partial);
        assert_eq!(complete.preaddress(), get(&vector["preaddress"]));
        assert_eq!(complete.address(), get(&vector["address"]));
        assert_eq!(compute_address(&public_keys, partial), complete.address());
        assert_eq!(
            complete.address().to_address_point(),
            Ok(get(&vector["address_point"]))
        );
        let address_secret =
            compute_address_secret(complete.preaddress(), &keys.incoming_viewing_secret_key);
        assert_eq!(address_secret.expose(), get(&vector["address_secret"]));
        assert_eq!(
            serde_json::to_value(complete).unwrap(),
            vector["complete_address"]
        );
        assert_eq!(complete, get(&vector["complete_address"]));
    }
    let default = PublicKeys::default();
    assert_eq!(
        serde_json::to_value(default).unwrap(),
        vectors["default_public_keys"]
    );
    assert_eq!(default.hash(), get(&vectors["default_public_keys_hash"]));
}

#[test]
fn domain_hashes() {
    let v = &vectors()["domain"];
    let contract: AztecAddress = get(&v["contract"]);
    let (a, b, c) = (field(&v["a"]), field(&v["b"]), field(&v["c"]));
    let eth_address: EthAddress = get(&v["eth_address"]);
    let arguments = fields(&v["arguments"]);
    let slot = StorageSlot::from_field(a);
    let message = L1ToL2MessageHash::from_field(a);
    let results = [
        (
            "note_hash_nonce",
            compute_note_hash_nonce(SiloedNullifier::from_field(a), 7).to_field(),
        ),
        (
            "siloed_note_hash",
            silo_note_hash(contract, NoteHash::from_field(a)).to_field(),
        ),
        (
            "unique_note_hash",
            compute_unique_note_hash(NoteNonce::from_field(a), SiloedNoteHash::from_field(b))
                .to_field(),
        ),
        (
            "siloed_nullifier",
            silo_nullifier(contract, Nullifier::from_field(a)).to_field(),
        ),
        (
            "protocol_nullifier",
            compute_protocol_nullifier(a).to_field(),
        ),
        (
            "siloed_private_log_first_field",
            compute_siloed_private_log_first_field(contract, a),
        ),
        (
            "public_data_tree_leaf_slot",
            compute_public_data_tree_leaf_slot(contract, slot).to_field(),
        ),
        ("var_args_hash", compute_var_args_hash(&arguments)),
        ("var_args_hash_empty", compute_var_args_hash(&[])),
        ("calldata_hash", compute_calldata_hash(&arguments)),
        ("calldata_hash_empty", compute_calldata_hash(&[])),
        ("secret_hash", compute_secret_hash(a).to_field()),
        ("verification_key_hash", hash_verification_key(&arguments)),
        (
            "storage_slot_in_map",
            derive_storage_slot_in_map(slot, contract).to_field(),
        ),
        (
            "l1_to_l2_message_nullifier",
            compute_l1_to_l2_message_nullifier(contract, message, b).to_field(),
        ),
        (
            "l1_to_l2_message_hash",
            L1ToL2Message {
                sender: eth_address,
                sender_chain_id: Fr::from(31_337u32),
                recipient: contract,
                recipient_version: Fr::from(5u8),
                content: a,
                secret_hash: SecretHash::from_field(b),
                index: c,
            }
            .hash()
            .to_field(),
        ),
        (
            "l2_to_l1_message_hash",
            L2ToL1MessagePreimage {
                l2_sender: contract,
                l1_recipient: eth_address,
                content: a,
                rollup_version: b,
                chain_id: c,
            }
            .hash()
            .to_field(),
        ),
        (
            "authwit_call_inner_hash",
            compute_inner_authwit_hash_from_call(
                contract,
                FunctionSelector::from(0xabcd_ef01),
                &arguments,
            )
            .to_field(),
        ),
    ];
    for (name, result) in results {
        assert_eq!(result, field(&v[name]), "{name}");
    }

    let inner = compute_inner_authwit_hash(&arguments);
    assert_eq!(inner, get(&v["inner_authwit_hash"]));
    let chain = ChainInfo {
        chain_id: get(&v["chain_id"]),
        version: get(&v["version"]),
    };
    let outer = compute_authwit_message_hash(contract, &chain, inner);
    assert_eq!(outer, get(&v["authwit_message_hash"]));

    let witness = AuthWitness {
        request_hash: AuthWitMessageHash::from_field(a),
        witness: fields(&v["auth_witness"]["fields"]),
    };
    assert_eq!(
        serde_json::to_value(&witness).unwrap(),
        v["auth_witness"]["text"]
    );
    assert_eq!(get::<AuthWitness>(&v["auth_witness"]["text"]), witness);
    let capsule = Capsule {
        contract_address: contract,
        storage_slot: StorageSlot::from_field(b),
        data: fields(&v["capsule"]["data"]),
    };
    assert_eq!(
        serde_json::to_value(&capsule).unwrap(),
        v["capsule"]["text"]
    );
    assert_eq!(get::<Capsule>(&v["capsule"]["text"]), capsule);
}

#[test]
fn tags() {
    for vector in each(&vectors()["tags"]) {
        let keys = MasterSecretKeys::derive(&SecretKey::from_field(get(&vector["local_secret"])));
        let ivsk: &MasterSecretKey = &keys.incoming_viewing_secret_key;
        let local: CompleteAddress = get(&vector["local"]);
        let secret = ExtendedDirectionalAppTaggingSecret::compute(
            &local,
            ivsk,
            get(&vector["external"]),
            get(&vector["app"]),
            get(&vector["recipient"]),
        )
        .unwrap();
        let pre_tag: PreTag = serde_json::from_value(vector["pre_tag"].clone()).unwrap();
        assert_eq!(pre_tag.extended_secret, secret);
        assert_eq!(serde_json::to_value(&pre_tag).unwrap(), vector["pre_tag"]);
        assert_eq!(secret.to_revealing_text(), text(&vector["text"]));
        assert_eq!(pre_tag.tag(), get(&vector["tag"]));
        assert_eq!(pre_tag.siloed_tag(), get(&vector["siloed_tag"]));
    }
}

#[test]
fn trees() {
    let vectors = &vectors()["trees"];
    macro_rules! check {
        ($witness:ty, $vector:expr) => {{
            let vector = &$vector;
            let witness: $witness = serde_json::from_value(vector["json"].clone()).unwrap();
            assert_eq!(serde_json::to_value(&witness).unwrap(), vector["json"]);
            assert_eq!(witness.to_fields(), fields(&vector["fields"]));
            assert_eq!(<$witness>::from_fields(&witness.to_fields()), Ok(witness));
            assert_eq!(witness.leaf_preimage.hash(), field(&vector["leaf"]));
            assert_eq!(witness.root(), field(&vector["root"]));
            assert!(witness.proves(field(&vector["root"])));
            assert!(!witness.proves(field(&vector["leaf"])));
            witness
        }};
    }
    check!(NullifierMembershipWitness, vectors["nullifier"]);
    let public_data = check!(PublicDataWitness, vectors["public_data"]);
    let encoded = bytes(&vectors["public_data"]["text"]);
    assert_eq!(public_data.to_bytes(), encoded);
    assert_eq!(PublicDataWitness::from_bytes(&encoded), Ok(public_data));
    assert!(PublicDataWitness::from_bytes(&encoded[1..]).is_err());
}

/// The accounts of `derive.json`: keys' hash, viewing key and address.
#[test]
fn recorded_accounts() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../tests/vectors/derive.json")).unwrap();
    for vector in each(&vectors["accounts"]) {
        let secret = SecretKey::from_field(get(&vector["secret"]));
        let public_keys = MasterSecretKeys::derive(&secret).public_keys();
        assert_eq!(public_keys.hash(), get(&vector["publicKeysHash"]));
        assert_eq!(
            public_keys.master_incoming_viewing_public_key,
            get(&vector["ivpkM"])
        );
        let salted = get::<InitializationHash>(&vector["initializationHash"])
            .salted(get(&vector["salt"]), AztecAddress::ZERO);
        let partial = compute_partial_address(get(&vector["classId"]), salted);
        assert_eq!(
            compute_address(&public_keys, partial),
            get(&vector["address"])
        );
    }
}
