//! Tags: by them a recipient finds the private logs meant for it without trying to decrypt all.
//!
//! Sender and recipient share a secret for each contract and direction. The tag of the n-th log is a
//! hash of that secret and n; on chain it appears siloed by the contract.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::address::AztecAddress;
use crate::codec::DecodeError;
use crate::field::Fr;
use crate::field_newtype;
use crate::hash::{compute_siloed_private_log_first_field, poseidon2_hash};
use crate::keys::{CompleteAddress, MasterSecretKey, compute_address_secret};
use crate::point::PointError;

field_newtype!(
    /// A tag as a contract emits it: the first field of a private log.
    Tag
);
field_newtype!(
    /// A tag as it appears on chain, siloed by its contract.
    SiloedTag
);

/// What sender and recipient share for one contract and one direction
/// (Aztec 4.1.2, stdlib `ExtendedDirectionalAppTaggingSecret`).
///
/// Whoever knows it sees which logs pass between the two. It is wiped when dropped and its `Debug`
/// shows the contract alone; text and JSON form, which the protocol's interfaces need, show all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct ExtendedDirectionalAppTaggingSecret {
    secret: Fr,
    #[zeroize(skip)]
    app: AztecAddress,
}

impl ExtendedDirectionalAppTaggingSecret {
    /// Computes the secret that the holder of `local`'s incoming viewing key shares with `external`,
    /// for logs of `app` sent to `recipient` (one of the two). Fails if `external` is no valid
    /// address.
    pub fn compute(
        local: &CompleteAddress,
        local_incoming_viewing_secret_key: &MasterSecretKey,
        external: AztecAddress,
        app: AztecAddress,
        recipient: AztecAddress,
    ) -> Result<Self, PointError> {
        let address_secret =
            compute_address_secret(local.preaddress(), local_incoming_viewing_secret_key);
        let shared = external.to_address_point()? * address_secret.expose();
        let app_secret = poseidon2_hash(&[shared.x(), shared.y(), app.to_field()]);
        let secret = poseidon2_hash(&[app_secret, recipient.to_field()]);
        Ok(Self { secret, app })
    }

    /// Wraps a secret that was computed before.
    #[must_use]
    pub const fn from_parts(secret: Fr, app: AztecAddress) -> Self {
        Self { secret, app }
    }

    /// The secret itself; a copy is not wiped.
    #[must_use]
    pub const fn expose(&self) -> Fr {
        self.secret
    }

    /// The contract that emits the logs.
    #[must_use]
    pub const fn app(&self) -> AztecAddress {
        self.app
    }

    /// The tag of the log with an index (stdlib `Tag.compute`).
    #[must_use]
    pub fn tag(&self, index: u32) -> Tag {
        Tag(poseidon2_hash(&[self.secret, Fr::from(index)]))
    }

    /// The siloed tag of the log with an index (stdlib `SiloedTag.compute`).
    #[must_use]
    pub fn siloed_tag(&self, index: u32) -> SiloedTag {
        self.tag(index).siloed(self.app)
    }

    /// Both elements as text with a colon between (stdlib `toString`), which reveals the secret.
    #[must_use]
    pub fn to_revealing_text(&self) -> String {
        format!("{}:{}", self.secret, self.app)
    }
}

impl FromStr for ExtendedDirectionalAppTaggingSecret {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (secret, app) = text.split_once(':').ok_or(DecodeError::Malformed {
            what: "ExtendedDirectionalAppTaggingSecret",
        })?;
        Ok(Self {
            secret: secret.parse()?,
            app: app.parse()?,
        })
    }
}

impl fmt::Debug for ExtendedDirectionalAppTaggingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedDirectionalAppTaggingSecret(…, {})", self.app)
    }
}

impl Tag {
    /// The tag as it appears on chain (stdlib `SiloedTag.computeFromTagAndApp`).
    #[must_use]
    pub fn siloed(self, app: AztecAddress) -> SiloedTag {
        SiloedTag(compute_siloed_private_log_first_field(app, self.to_field()))
    }
}

/// What a tag is computed from (stdlib `PreTag`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreTag {
    /// The shared secret.
    pub extended_secret: ExtendedDirectionalAppTaggingSecret,
    /// The index of the log among those with this secret.
    pub index: u32,
}

impl PreTag {
    /// The tag.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.extended_secret.tag(self.index)
    }

    /// The tag as it appears on chain.
    #[must_use]
    pub fn siloed_tag(&self) -> SiloedTag {
        self.extended_secret.siloed_tag(self.index)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::{MasterSecretKeys, PartialAddress, SecretKey};

    fn account(seed: u32) -> (MasterSecretKeys, CompleteAddress) {
        let keys = MasterSecretKeys::derive(&SecretKey::from_field(Fr::from(seed)));
        let complete = CompleteAddress::derive(keys.public_keys(), PartialAddress::ZERO);
        (keys, complete)
    }

    #[test]
    fn both_sides_compute_the_same_secret() {
        let ((alice_keys, alice), (bob_keys, bob)) = (account(1), account(2));
        let app = AztecAddress::from(7);
        let secret = |keys: &MasterSecretKeys, local, external: &CompleteAddress, recipient| {
            let key = &keys.incoming_viewing_secret_key;
            ExtendedDirectionalAppTaggingSecret::compute(
                local,
                key,
                external.address(),
                app,
                recipient,
            )
            .unwrap()
        };
        let to_bob = secret(&alice_keys, &alice, &bob, bob.address());
        assert!(to_bob == secret(&bob_keys, &bob, &alice, bob.address()));
        assert!(to_bob != secret(&bob_keys, &bob, &alice, alice.address()));
        assert!(!format!("{to_bob:?}").contains(&to_bob.expose().to_string()));
    }

    #[test]
    fn an_invalid_address_shares_nothing() {
        let (keys, complete) = account(1);
        // 3 is no x coordinate on Grumpkin.
        let result = ExtendedDirectionalAppTaggingSecret::compute(
            &complete,
            &keys.incoming_viewing_secret_key,
            AztecAddress::from(3),
            AztecAddress::from(7),
            complete.address(),
        );
        assert!(matches!(result, Err(PointError::NoSuchX { .. })));
    }

    proptest! {
        #[test]
        fn forms_round_trip(secret: u128, app: u32, index: u32) {
            let extended_secret = ExtendedDirectionalAppTaggingSecret::from_parts(
                Fr::from(secret), AztecAddress::from(app),
            );
            let text = extended_secret.to_revealing_text();
            prop_assert_eq!(text.parse(), Ok(extended_secret.clone()));
            let pre_tag = PreTag { extended_secret, index };
            let json = serde_json::to_string(&pre_tag).unwrap();
            prop_assert_eq!(serde_json::from_str::<PreTag>(&json).unwrap(), pre_tag);
        }

        #[test]
        fn random_text_never_panics(text: String) {
            let _ = text.parse::<ExtendedDirectionalAppTaggingSecret>();
        }
    }
}
