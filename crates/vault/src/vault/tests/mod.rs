//! Tests of the vault as a whole.

mod accounts;
mod backups;
mod copies;
mod credentials;
mod formats;
mod interruptions;
mod lifecycle;
mod sessions;
mod throttling;

use std::time::Duration;

use pixie_accounts::{AccountType, AuthWitIntent, SigningMessage};
use pixie_primitives::auth_witness::{ChainInfo, InnerAuthWitHash};
use pixie_primitives::{AztecAddress, Fr};
use pollster::block_on;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::vault::{Vault, VaultConfig, VaultStatus};
use crate::{
    Credential, KdfParams, LockPolicy, LockReason, ManualClock, MemoryVaultStorage, NewPasskey,
    Password, PrfSecret, RecoveryPhrase, SigningAuthority, UnixMillis, VaultError, VaultRecord,
};

type TestVault = Vault<MemoryVaultStorage, ManualClock>;

const START: UnixMillis = UnixMillis(1_700_000_000_000);
const PASSWORD: &str = "correct horse";
const OTHER: &str = "battery staple";
const CREDENTIAL: &[u8] = b"credential";

fn config() -> VaultConfig {
    VaultConfig {
        kdf: KdfParams::new(8, 1, 1).unwrap(),
        lock_policy: LockPolicy::DEFAULT,
    }
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A storage and a clock, and the vaults that are opened on them.
struct Bench {
    storage: MemoryVaultStorage,
    clock: ManualClock,
}

impl Bench {
    fn new() -> Self {
        Self {
            storage: MemoryVaultStorage::new(),
            clock: ManualClock::at(START),
        }
    }

    /// With a vault that has the password and one account.
    fn with_vault() -> (Self, TestVault) {
        let bench = Self::new();
        let mut vault = bench.open();
        block_on(async {
            vault.create(&password(PASSWORD), None).await.unwrap();
            let label = "first".to_owned();
            vault
                .add_account(AccountType::Schnorr, label)
                .await
                .unwrap();
        });
        (bench, vault)
    }

    /// A copy of the records that goes its own way.
    fn fork(&self) -> Self {
        Self {
            storage: self.storage.fork(),
            clock: ManualClock::at(START),
        }
    }

    fn open(&self) -> TestVault {
        self.open_with(config()).0
    }

    fn open_with(&self, config: VaultConfig) -> (TestVault, SigningAuthority) {
        // Never the same random numbers twice.
        let seed = self.storage.writes() + 1;
        let rng = ChaCha20Rng::seed_from_u64(seed);
        block_on(Vault::open(
            self.storage.clone(),
            self.clock.clone(),
            rng,
            config,
        ))
        .unwrap()
    }

    fn unlocked(&self) -> TestVault {
        let mut vault = self.open();
        unlock(&mut vault, PASSWORD).unwrap();
        vault
    }

    fn records(&self) -> Vec<Option<Vec<u8>>> {
        VaultRecord::ALL
            .into_iter()
            .map(|record| self.storage.get(record))
            .collect()
    }
}

fn unlock(vault: &mut TestVault, text: &str) -> Result<(), VaultError> {
    block_on(vault.unlock(Credential::Password(&password(text)))).map(|_| ())
}

fn phrase(vault: &mut TestVault, text: &str) -> Result<RecoveryPhrase, VaultError> {
    block_on(vault.phrase(Credential::Password(&password(text))))
}

fn addresses(vault: &mut TestVault) -> Vec<AztecAddress> {
    let accounts = vault.accounts().unwrap();
    accounts.iter().map(super::VaultAccount::address).collect()
}

fn is_locked(vault: &mut TestVault, expected: LockReason) -> bool {
    matches!(vault.status(), VaultStatus::Locked { reason, .. } if reason == expected)
}

fn is_unlocked(vault: &mut TestVault) -> bool {
    matches!(vault.status(), VaultStatus::Unlocked { .. })
}

fn prf(byte: u8) -> PrfSecret {
    PrfSecret::new(&mut [byte; 32])
}

fn passkey(secret: &PrfSecret) -> NewPasskey<'_> {
    NewPasskey {
        label: "my key".to_owned(),
        credential_id: CREDENTIAL.to_vec(),
        relying_party: "example".to_owned(),
        prf_input: [5; 32],
        secret,
    }
}

fn by_passkey(secret: &PrfSecret) -> Credential<'_> {
    Credential::Passkey {
        credential_id: CREDENTIAL,
        secret,
    }
}

fn message(account: AztecAddress, number: u64) -> SigningMessage {
    let intent = AuthWitIntent::InnerHash {
        consumer: AztecAddress::from_field(Fr::from(7u64)),
        inner_hash: InnerAuthWitHash::from_field(Fr::from(number)),
    };
    let chain = ChainInfo {
        chain_id: Fr::ONE,
        version: Fr::ONE,
    };
    SigningMessage::authorization(account, intent, chain)
}
