use zeroize::Zeroizing;

use super::PublicKeys;
use crate::address::AztecAddress;
use crate::constants::DomainSeparator;
use crate::field::{Fq, Fr};
use crate::hash::{poseidon2_hash_with_separator, sha512_to_grumpkin_scalar};
use crate::point::{Point, mul_generator};
use crate::secret::secret_element;

secret_element!(
    /// The secret of an account that all its protocol keys derive from.
    SecretKey(Fr)
);
secret_element!(
    /// One of an account's master keys.
    MasterSecretKey(Fq)
);
secret_element!(
    /// A master key bound to a contract: what that contract may see.
    AppSecretKey(Fr)
);

impl MasterSecretKey {
    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> Point {
        mul_generator(self.expose())
    }
}

impl AppSecretKey {
    /// The key as a Grumpkin scalar, as outgoing messages use it
    /// (Aztec 4.1.2, stdlib `computeOvskApp`).
    #[must_use]
    pub fn to_scalar(&self) -> Fq {
        Fq::from_be_bytes_reduced(Zeroizing::new(self.expose().to_be_bytes()).as_ref())
    }
}

/// What a master key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// Nullifiers of the account's notes.
    Nullifier,
    /// Decrypting what the account receives.
    IncomingViewing,
    /// Decrypting what the account sent.
    OutgoingViewing,
    /// Reserved by the protocol for tagging; the tags of today use the incoming viewing key.
    Tagging,
}

impl KeyKind {
    /// All kinds, in the protocol's order.
    pub const ALL: [Self; 4] = [
        Self::Nullifier,
        Self::IncomingViewing,
        Self::OutgoingViewing,
        Self::Tagging,
    ];

    /// What separates this kind of key from the others in derivations.
    #[must_use]
    pub const fn separator(self) -> DomainSeparator {
        match self {
            Self::Nullifier => DomainSeparator::NhkM,
            Self::IncomingViewing => DomainSeparator::IvskM,
            Self::OutgoingViewing => DomainSeparator::OvskM,
            Self::Tagging => DomainSeparator::TskM,
        }
    }
}

fn derive(secret_key: &SecretKey, separator: DomainSeparator) -> Fq {
    let bytes = Zeroizing::new(secret_key.expose().to_be_bytes());
    sha512_to_grumpkin_scalar(&[bytes.as_ref(), &u32::from(separator).to_be_bytes()])
}

/// The signing key that the reference derives when none is given (stdlib `deriveSigningKey`): the
/// same scalar as the incoming viewing key.
#[must_use]
pub fn derive_signing_key(secret_key: &SecretKey) -> crate::crypto::schnorr::SigningKey {
    crate::crypto::schnorr::SigningKey::from_field(derive(secret_key, DomainSeparator::IvskM))
}

/// An account's four master keys.
#[derive(Debug, Clone)]
pub struct MasterSecretKeys {
    /// Hides which note a nullifier belongs to.
    pub nullifier_hiding_key: MasterSecretKey,
    /// Decrypts what the account receives.
    pub incoming_viewing_secret_key: MasterSecretKey,
    /// Decrypts what the account sent.
    pub outgoing_viewing_secret_key: MasterSecretKey,
    /// Reserved for tagging.
    pub tagging_secret_key: MasterSecretKey,
}

impl MasterSecretKeys {
    /// Derives the keys from an account's secret (stdlib `deriveKeys`).
    #[must_use]
    pub fn derive(secret_key: &SecretKey) -> Self {
        let key = |kind: KeyKind| MasterSecretKey::from_field(derive(secret_key, kind.separator()));
        Self {
            nullifier_hiding_key: key(KeyKind::Nullifier),
            incoming_viewing_secret_key: key(KeyKind::IncomingViewing),
            outgoing_viewing_secret_key: key(KeyKind::OutgoingViewing),
            tagging_secret_key: key(KeyKind::Tagging),
        }
    }

    /// The key of a kind.
    #[must_use]
    pub const fn get(&self, kind: KeyKind) -> &MasterSecretKey {
        match kind {
            KeyKind::Nullifier => &self.nullifier_hiding_key,
            KeyKind::IncomingViewing => &self.incoming_viewing_secret_key,
            KeyKind::OutgoingViewing => &self.outgoing_viewing_secret_key,
            KeyKind::Tagging => &self.tagging_secret_key,
        }
    }

    /// The key of a kind bound to a contract (stdlib `computeAppSecretKey`,
    /// `computeAppNullifierHidingKey`).
    #[must_use]
    pub fn app_secret_key(&self, kind: KeyKind, app: AztecAddress) -> AppSecretKey {
        let master = self.get(kind).expose();
        AppSecretKey::from_field(poseidon2_hash_with_separator(
            &[master.hi(), master.lo(), app.to_field()],
            kind.separator(),
        ))
    }

    /// The public keys.
    #[must_use]
    pub fn public_keys(&self) -> PublicKeys {
        PublicKeys {
            master_nullifier_public_key: self.nullifier_hiding_key.public_key(),
            master_incoming_viewing_public_key: self.incoming_viewing_secret_key.public_key(),
            master_outgoing_viewing_public_key: self.outgoing_viewing_secret_key.public_key(),
            master_tagging_public_key: self.tagging_secret_key.public_key(),
        }
    }
}
