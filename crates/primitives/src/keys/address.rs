use super::{MasterSecretKey, PublicKeys, PublicKeysHash};
use crate::address::{AztecAddress, ContractClassId};
use crate::constants::DomainSeparator;
use crate::field::{Fq, Fr};
use crate::field_newtype;
use crate::hash::{compute_var_args_hash, poseidon2_hash_with_separator};
use crate::point::{Point, PointError, mul_generator};
use crate::secret::secret_element;
use crate::selector::FunctionSelector;

field_newtype!(
    /// The hash of a contract's constructor call; zero for a contract without one.
    InitializationHash
);
field_newtype!(
    /// The initialization hash together with salt and deployer.
    SaltedInitializationHash
);
field_newtype!(
    /// What an address says about the contract apart from its keys: class and initialization.
    PartialAddress
);
field_newtype!(
    /// Public keys and partial address hashed together: the address's offset from the incoming
    /// viewing key.
    Preaddress
);
secret_element!(
    /// The scalar that decrypts what is encrypted to an address.
    AddressSecret(Fq)
);

/// The hash of a constructor call (Aztec 4.1.2, stdlib `computeInitializationHashFromEncodedArgs`).
#[must_use]
pub fn compute_initialization_hash_from_encoded_args(
    constructor: FunctionSelector,
    arguments: &[Fr],
) -> InitializationHash {
    InitializationHash::from_field(poseidon2_hash_with_separator(
        &[constructor.to_field(), compute_var_args_hash(arguments)],
        DomainSeparator::Initializer,
    ))
}

/// Adds salt and deployer (stdlib `computeSaltedInitializationHash`). The deployer is zero where
/// anybody may deploy.
#[must_use]
pub fn compute_salted_initialization_hash(
    salt: Fr,
    initialization_hash: InitializationHash,
    deployer: AztecAddress,
) -> SaltedInitializationHash {
    SaltedInitializationHash::from_field(poseidon2_hash_with_separator(
        &[salt, initialization_hash.to_field(), deployer.to_field()],
        DomainSeparator::PartialAddress,
    ))
}

/// The partial address (stdlib `computePartialAddress`), of the class that the contract was deployed
/// with.
#[must_use]
pub fn compute_partial_address(
    original_class: ContractClassId,
    salted_initialization_hash: SaltedInitializationHash,
) -> PartialAddress {
    PartialAddress::from_field(poseidon2_hash_with_separator(
        &[
            original_class.to_field(),
            salted_initialization_hash.to_field(),
        ],
        DomainSeparator::PartialAddress,
    ))
}

/// The preaddress (stdlib `computePreaddress`).
#[must_use]
pub fn compute_preaddress(public_keys: PublicKeysHash, partial: PartialAddress) -> Preaddress {
    Preaddress::from_field(poseidon2_hash_with_separator(
        &[public_keys.to_field(), partial.to_field()],
        DomainSeparator::ContractAddressV1,
    ))
}

impl Preaddress {
    /// The preaddress as a Grumpkin scalar.
    #[must_use]
    pub fn to_scalar(self) -> Fq {
        Fq::from_be_bytes_reduced(&self.to_be_bytes())
    }
}

/// The address: x of preaddress · G + incoming viewing public key (stdlib `computeAddress`).
#[must_use]
pub fn compute_address(public_keys: &PublicKeys, partial: PartialAddress) -> AztecAddress {
    let preaddress = compute_preaddress(public_keys.hash(), partial);
    let point =
        mul_generator(preaddress.to_scalar()) + public_keys.master_incoming_viewing_public_key;
    AztecAddress::from_field(point.x())
}

/// The secret of an address: the preaddress plus the incoming viewing key, negated where that gives
/// the point with the address's x and positive y, which is the one that is encrypted to
/// (stdlib `computeAddressSecret`).
#[must_use]
pub fn compute_address_secret(
    preaddress: Preaddress,
    incoming_viewing_secret_key: &MasterSecretKey,
) -> AddressSecret {
    let candidate = incoming_viewing_secret_key.expose() + preaddress.to_scalar();
    let has_positive_y = mul_generator(candidate).has_positive_y();
    AddressSecret::from_field(if has_positive_y {
        candidate
    } else {
        -candidate
    })
}

impl AztecAddress {
    /// The point that is encrypted to: the one with a y of at most half of the modulus
    /// (stdlib `AztecAddress.toAddressPoint`).
    pub fn to_address_point(self) -> Result<Point, PointError> {
        Point::from_x_and_sign(self.to_field(), true)
    }

    /// Whether the address is the x coordinate of a point, so that it can be encrypted to.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.to_address_point().is_ok()
    }
}

/// The Diffie-Hellman secret of a key pair (stdlib `deriveEcdhSharedSecret`); `None` for an empty
/// public key, which would share its secret with everybody.
#[must_use]
pub fn derive_ecdh_shared_secret(secret: Fq, public_key: Point) -> Option<Point> {
    (!public_key.is_empty()).then(|| public_key * secret)
}

impl InitializationHash {
    /// The salted form; see [`compute_salted_initialization_hash`].
    #[must_use]
    pub fn salted(self, salt: Fr, deployer: AztecAddress) -> SaltedInitializationHash {
        compute_salted_initialization_hash(salt, self, deployer)
    }
}
