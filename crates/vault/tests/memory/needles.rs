//! What to look for.

use bip39::{Language, Mnemonic};
use hkdf::Hkdf;
use pixie_accounts::AccountType;
use pixie_primitives::{Fq, Fr};
use pixie_vault::SigningHalf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::story::{Numbers, Story, kdf, password_text};

/// Needles are kept exclusive-or this, so that the search does not find them themselves.
pub const MASK: u8 = 0xa5;

/// A secret in one of the forms that it has in memory, masked.
pub struct Needle {
    group: String,
    masked: Vec<u8>,
}

impl Needle {
    fn new(group: impl Into<String>, bytes: &[u8]) -> Self {
        assert!((16..=200).contains(&bytes.len()));
        Self {
            group: group.into(),
            masked: bytes.iter().map(|byte| byte ^ MASK).collect(),
        }
    }

    /// Whose form this is.
    pub fn group(&self) -> &str {
        &self.group
    }

    pub fn masked(&self) -> &[u8] {
        &self.masked
    }

    /// The secret itself, wiped when dropped.
    pub fn reveal(&self) -> Zeroizing<Vec<u8>> {
        let mut secret = Zeroizing::new(Vec::with_capacity(self.masked.len()));
        secret.extend(self.masked.iter().map(|byte| byte ^ MASK));
        secret
    }

    pub fn to_line(&self) -> String {
        let hex: String = self
            .masked
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{hex} {}", self.group)
    }

    pub fn from_line(line: &str) -> Option<Self> {
        let (hex, group) = line.split_once(' ')?;
        let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        Some(Self {
            group: group.to_owned(),
            masked: (0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?,
        })
    }
}

/// All secrets of the story, in all forms. Only for the process that is not searched.
pub fn all() -> Vec<Needle> {
    let mut story = Story::new();
    let in_use = story.use_everything();
    let mut needles = Vec::new();

    let password = password_text();
    needles.push(Needle::new("password", password.as_bytes()));
    let wide = |text: &str| {
        text.chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect()
    };
    let utf32: Vec<u8> = wide(&password);
    needles.push(Needle::new("password", &utf32[..utf32.len().min(200)]));

    let words = &in_use.phrase_text;
    needles.push(Needle::new("phrase", words.as_bytes().get(..100).unwrap()));
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, words).unwrap();
    let (entropy, _) = mnemonic.to_entropy_array();
    needles.push(Needle::new("phrase", &entropy[..32]));
    let indices: Vec<u8> = mnemonic
        .word_indices()
        .flat_map(|index| u16::try_from(index).unwrap().to_le_bytes())
        .collect();
    needles.push(Needle::new("phrase", &indices));
    let seed = mnemonic.to_seed_normalized("");
    needles.push(Needle::new("seed", &seed[..32]));
    needles.push(Needle::new("seed", &seed[32..]));
    let (root, _) = Hkdf::<Sha256>::extract(Some(b"pixie/accounts/v1"), &seed);
    needles.push(Needle::new("root of the accounts", &root));

    // The vault draws the phrase's 32 bytes, its id (16), the data key (32), the recovery key (32) and
    // the password's salt (16), in this order; that it is so shows in what is found.
    let mut drawn = [0; 128];
    rand_core::Rng::fill_bytes(&mut Numbers::new(), &mut drawn);
    assert_eq!(drawn[..32], entropy[..32]);
    let (data, recovery, salt) = (&drawn[48..80], &drawn[80..112], &drawn[112..128]);
    needles.push(Needle::new("data key", data));
    needles.push(Needle::new("recovery key", recovery));
    let subkey = |key: &[u8], purpose: &str| {
        let mut out = [0; 32];
        Hkdf::<Sha256>::new(None, key)
            .expand(purpose.as_bytes(), &mut out)
            .unwrap();
        out
    };
    needles.push(Needle::new(
        "store key",
        &subkey(data, "pixie/vault/store/v1"),
    ));
    for part in ["accounts", "secrets"] {
        let key = subkey(data, &format!("pixie/vault/{part}/v1"));
        needles.push(Needle::new("root of the accounts", &key));
    }
    let key = subkey(recovery, "pixie/vault/phrase/v1");
    needles.push(Needle::new("recovery key", &key));
    let params = argon2::Params::new(kdf().memory_kib(), 1, 1, Some(32)).unwrap();
    let mut key = [0; 32];
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut key)
        .unwrap();
    needles.push(Needle::new("password's key", &key));

    for keys in &in_use.revealed {
        let SigningHalf::Key(account_type, signing_key) = &keys.signing else {
            panic!("all accounts have their keys");
        };
        let group = format!("signing key {account_type}");
        needles.extend(forms(&group, signing_key.as_bytes()));
        if *account_type == AccountType::Schnorr {
            let scalar = Fq::from_be_bytes(signing_key.as_bytes()).unwrap();
            needles.push(montgomery(&group, scalar.montgomery_limbs()));
        }
        let group = format!("secret key {account_type}");
        let secret = Fr::from_be_bytes(keys.secret_key.as_bytes()).unwrap();
        needles.extend(forms(&group, keys.secret_key.as_bytes()));
        needles.push(montgomery(&group, secret.montgomery_limbs()));
    }
    assert!(story.storage().writes() > 0);
    needles
}

/// A number's bytes in both orders.
fn forms(group: &str, big_endian: &[u8; 32]) -> [Needle; 2] {
    let mut little_endian = *big_endian;
    little_endian.reverse();
    [
        Needle::new(group, big_endian),
        Needle::new(group, &little_endian),
    ]
}

/// An element's bytes as the arithmetic has them in memory.
fn montgomery(group: &str, limbs: [u64; 4]) -> Needle {
    let bytes = limbs.map(u64::to_le_bytes);
    Needle::new(group, bytes.as_flattened())
}
