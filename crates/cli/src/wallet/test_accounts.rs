use pixie_accounts::AccountType;
use pixie_primitives::Fr;
use pixie_primitives::codec::array_from_hex;
use pixie_primitives::keys::{MasterSecretKeys, SecretKey};
use zeroize::Zeroizing;

use super::WalletError;
use super::accounts::{NewAccount, NewSigningHalf};

/// The secrets of the accounts that a local network funds (Aztec 4.1.2, `@aztec/accounts/testing`,
/// `INITIAL_TEST_SECRET_KEYS`). They are known to everybody.
const SECRETS: [&str; 3] = [
    "2153536ff6628eee01cf4024889ff977a18d9fa61d0e414422f7681cf085c281",
    "0aebd1b4be76efa44f5ee655c20bf9ea60f7ae44b9a7fd1fd9f189c7a0b0cdae",
    "0f6addf0da06c33293df974a565b03d1ab096090d907d98055a8b7f4954e120c",
];

/// A funded account of a local network: Schnorr, salt 0, signing with the incoming viewing key.
pub fn test_account(index: usize) -> Result<NewAccount, WalletError> {
    let count = SECRETS.len();
    let none = || WalletError::NoTestAccount { count };
    let text = SECRETS.get(index).ok_or_else(none)?;
    let bytes = Zeroizing::new(array_from_hex::<32>(text, "secret").map_err(|_| none())?);
    let secret_key = SecretKey::from_field(Fr::from_be_bytes(&bytes).map_err(|_| none())?);
    let keys = MasterSecretKeys::derive(&secret_key);
    let signing_key = keys.incoming_viewing_secret_key.expose().to_be_bytes();
    let signing_key = Zeroizing::new(signing_key);
    Ok(NewAccount {
        salt: Fr::ZERO,
        secret_key,
        signing: NewSigningHalf::Key(AccountType::Schnorr, signing_key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three() {
        assert!((0..3).all(|index| test_account(index).is_ok()));
        assert!(matches!(
            test_account(3),
            Err(WalletError::NoTestAccount { count: 3 })
        ));
    }
}
