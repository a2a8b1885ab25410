use serde::{Deserialize, Serialize};

use super::KeyKind;
use crate::codec::ToFields;
use crate::constants::{
    DEFAULT_IVPK_M_X, DEFAULT_IVPK_M_Y, DEFAULT_NPK_M_X, DEFAULT_NPK_M_Y, DEFAULT_OVPK_M_X,
    DEFAULT_OVPK_M_Y, DEFAULT_TPK_M_X, DEFAULT_TPK_M_Y, DomainSeparator,
};
use crate::hash::poseidon2_hash_with_separator;
use crate::point::Point;
use crate::{bytes_in_order, field_newtype, fields_in_order};

field_newtype!(
    /// The hash of an account's public keys.
    PublicKeysHash
);

/// An account's four master public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicKeys {
    /// Belongs to the nullifier hiding key.
    pub master_nullifier_public_key: Point,
    /// Belongs to the incoming viewing key.
    pub master_incoming_viewing_public_key: Point,
    /// Belongs to the outgoing viewing key.
    pub master_outgoing_viewing_public_key: Point,
    /// Belongs to the tagging key.
    pub master_tagging_public_key: Point,
}

bytes_in_order!(PublicKeys {
    master_nullifier_public_key,
    master_incoming_viewing_public_key,
    master_outgoing_viewing_public_key,
    master_tagging_public_key,
});
fields_in_order!(PublicKeys {
    master_nullifier_public_key,
    master_incoming_viewing_public_key,
    master_outgoing_viewing_public_key,
    master_tagging_public_key,
});

impl PublicKeys {
    /// No keys at all.
    pub const EMPTY: Self = Self {
        master_nullifier_public_key: Point::EMPTY,
        master_incoming_viewing_public_key: Point::EMPTY,
        master_outgoing_viewing_public_key: Point::EMPTY,
        master_tagging_public_key: Point::EMPTY,
    };

    /// The key of a kind.
    #[must_use]
    pub const fn get(&self, kind: KeyKind) -> Point {
        match kind {
            KeyKind::Nullifier => self.master_nullifier_public_key,
            KeyKind::IncomingViewing => self.master_incoming_viewing_public_key,
            KeyKind::OutgoingViewing => self.master_outgoing_viewing_public_key,
            KeyKind::Tagging => self.master_tagging_public_key,
        }
    }

    /// Whether no key is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        KeyKind::ALL.iter().all(|kind| self.get(*kind).is_empty())
    }

    /// The hash; zero without keys (Aztec 4.1.2, stdlib `PublicKeys.hash`).
    #[must_use]
    pub fn hash(&self) -> PublicKeysHash {
        if self.is_empty() {
            return PublicKeysHash::ZERO;
        }
        PublicKeysHash::from_field(poseidon2_hash_with_separator(
            &self.to_fields(),
            DomainSeparator::PublicKeysHash,
        ))
    }
}

impl Default for PublicKeys {
    /// The keys of contracts that have none of their own; nobody knows their secrets.
    fn default() -> Self {
        Self {
            master_nullifier_public_key: Point::new_unchecked(DEFAULT_NPK_M_X, DEFAULT_NPK_M_Y),
            master_incoming_viewing_public_key: Point::new_unchecked(
                DEFAULT_IVPK_M_X,
                DEFAULT_IVPK_M_Y,
            ),
            master_outgoing_viewing_public_key: Point::new_unchecked(
                DEFAULT_OVPK_M_X,
                DEFAULT_OVPK_M_Y,
            ),
            master_tagging_public_key: Point::new_unchecked(DEFAULT_TPK_M_X, DEFAULT_TPK_M_Y),
        }
    }
}
