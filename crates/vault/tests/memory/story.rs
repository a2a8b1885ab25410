//! Everything that a vault does, with random numbers that are the same in both processes.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;

use pixie_accounts::{AccountType, AuthWitIntent, Signer, SigningMessage};
use pixie_primitives::auth_witness::{ChainInfo, InnerAuthWitHash};
use pixie_primitives::keys::SecretKey;
use pixie_primitives::{AztecAddress, Fr};
use pixie_vault::{
    AccountKeys, ApprovedSigner, BackupSections, Clock, Credential, KdfParams, LockPolicy,
    LockReason, ManualClock, MemoryVaultStorage, Password, RecoveryPhrase, SessionToken,
    SigningAuthority, UnixMillis, Vault, VaultConfig, VaultError,
};
use pollster::block_on;
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::needles::MASK;

/// Random numbers without a buffer: what it has given away it does not have any more, as it is with
/// the system's random numbers.
pub struct Numbers(u64);

impl Numbers {
    pub fn new() -> Self {
        // Not a constant: the compiler would compute the secrets and put them into the program.
        Self(black_box(1))
    }
}

impl TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.try_next_u64()? as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(z ^ (z >> 31))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            *byte = self.try_next_u64()? as u8;
        }
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

/// The password, masked, so that the program's own text does not have it.
const PASSWORD: [u8; 20] = [
    0xd5, 0xc4, 0xd6, 0xd6, 0xd2, 0xca, 0xd7, 0xd1, 0x85, 0xcc, 0xc8, 0x85, 0xf6, 0xd5, 0xc0, 0xcc,
    0xc6, 0xcd, 0xc0, 0xd7,
];

/// The password's text.
pub fn password_text() -> String {
    // With room enough, so that it does not move.
    let mut text = String::with_capacity(64);
    text.extend(black_box(PASSWORD).map(|masked| char::from(masked ^ MASK)));
    text
}

pub fn kdf() -> KdfParams {
    KdfParams::new(64, 1, 1).unwrap()
}

pub type TestVault = Vault<MemoryVaultStorage, ManualClock>;

/// A vault, and what it stands on.
pub struct Story {
    storage: MemoryVaultStorage,
    clock: ManualClock,
    vault: TestVault,
    authority: SigningAuthority,
    token: Option<SessionToken>,
}

/// Secrets that the vault has given away.
#[expect(dead_code, reason = "held so that they are in memory")]
pub struct InUse {
    pub password: Password,
    pub phrase: RecoveryPhrase,
    pub phrase_text: Zeroizing<String>,
    pub secret_keys: Vec<SecretKey>,
    pub revealed: Vec<AccountKeys>,
    pub store_key: Box<pixie_store::DataKey>,
    pub signers: Vec<ApprovedSigner>,
}

impl Story {
    pub fn new() -> Self {
        let storage = MemoryVaultStorage::new();
        let clock = ManualClock::at(UnixMillis(1_700_000_000_000));
        let (vault, authority) = open(&storage, &clock);
        Self {
            storage,
            clock,
            vault,
            authority,
            token: None,
        }
    }

    /// Makes the vault and does with it whatever can be done.
    pub fn use_everything(&mut self) -> InUse {
        let password = Password::new(password_text());
        let credential = Credential::Password(&password);
        block_on(async {
            let vault = &mut self.vault;
            drop(vault.create(&password, None).await.unwrap());
            for account_type in AccountType::ALL {
                vault
                    .add_account(account_type, String::new())
                    .await
                    .unwrap();
            }
            vault.lock(LockReason::User).await.unwrap();
            vault.unlock(credential).await.unwrap();
            self.token = Some(vault.start_session().await.unwrap());
            vault.verify(credential).await.unwrap();
            vault.change_password(credential, &password).await.unwrap();
            let sections = BackupSections::new();
            let backup = vault.backup(credential, &password, sections).await.unwrap();
            let (mut other, _) = open(&MemoryVaultStorage::new(), &self.clock);
            other.restore(&backup, &password, &password).await.unwrap();
            other.lock(LockReason::User).await.unwrap();
            other.unlock(credential).await.unwrap();
            drop(other);
        });
        let phrase = block_on(self.vault.phrase(credential)).unwrap();
        let phrase_text = phrase.to_text();
        // Reading a phrase leaves nothing but the phrase.
        drop(RecoveryPhrase::parse(&phrase_text).unwrap());
        let revealed = self
            .addresses()
            .into_iter()
            .map(|address| block_on(self.vault.reveal_keys(credential, address)).unwrap())
            .collect();
        let signers = self.hold_signers();
        // These two are values that lie where their caller puts them: here on the heap, where they are
        // wiped. What moving them left on the stack is the caller's.
        let secret_keys = self
            .addresses()
            .into_iter()
            .map(|address| self.vault.secret_key(address).unwrap())
            .collect();
        let store_key = Box::new(self.vault.store_key().unwrap());
        overwrite_stack();
        InUse {
            password,
            phrase,
            phrase_text,
            secret_keys,
            revealed,
            store_key,
            signers,
        }
    }

    pub fn addresses(&mut self) -> Vec<AztecAddress> {
        let accounts = self.vault.accounts().unwrap();
        accounts.iter().map(|account| account.address()).collect()
    }

    /// Signers that have signed one of the two messages approved, and hold their keys for the other.
    pub fn hold_signers(&mut self) -> Vec<ApprovedSigner> {
        let addresses = self.addresses();
        let sign = |address: AztecAddress| {
            let messages = [1u64, 2].map(|number| message(address, number));
            let approval = self
                .authority
                .approve(address, messages.iter().map(SigningMessage::hash));
            let signer = self.vault.signer(approval).unwrap();
            let signature = block_on(signer.sign(&messages[0], &mut Numbers(5))).unwrap();
            signer
                .public_key()
                .verify(&messages[0].to_bytes(), &signature)
                .unwrap();
            signer
        };
        addresses.into_iter().map(sign).collect()
    }

    pub fn lock(&mut self) {
        block_on(self.vault.lock(LockReason::ScreenLocked)).unwrap();
    }

    pub fn fail_to_unlock(&mut self) {
        let wrong = Password::new("another password".to_owned());
        let failed = block_on(self.vault.unlock(Credential::Password(&wrong)));
        assert!(matches!(failed, Err(VaultError::WrongPassword { .. })));
    }

    pub fn unlock_and_let_expire(&mut self) {
        {
            let password = Password::new(password_text());
            block_on(self.vault.unlock(Credential::Password(&password))).unwrap();
        }
        let signers = self.hold_signers();
        self.clock.advance(Duration::from_secs(15 * 60));
        assert_eq!(block_on(self.vault.poll()).unwrap(), Some(LockReason::Idle));
        drop(signers);
    }

    pub fn resume_and_drop(&mut self) {
        let password = Password::new(password_text());
        block_on(async {
            self.vault
                .unlock(Credential::Password(&password))
                .await
                .unwrap();
            self.token = Some(self.vault.start_session().await.unwrap());
        });
        drop(password);
        let (vault, _) = open(&self.storage, &self.clock);
        drop(std::mem::replace(&mut self.vault, vault));
        let token = self.token.as_ref().unwrap();
        block_on(self.vault.resume(token)).unwrap();
        assert!(self.clock.now() > UnixMillis(0));
        let (vault, _) = open(&MemoryVaultStorage::new(), &self.clock);
        drop(std::mem::replace(&mut self.vault, vault));
    }

    /// The vault's records, for what is read from them.
    pub fn storage(&self) -> &MemoryVaultStorage {
        &self.storage
    }
}

fn open(storage: &MemoryVaultStorage, clock: &ManualClock) -> (TestVault, SigningAuthority) {
    let config = VaultConfig {
        kdf: kdf(),
        lock_policy: LockPolicy::DEFAULT,
    };
    let opened = Vault::open(storage.clone(), clock.clone(), Numbers::new(), config);
    block_on(opened).unwrap()
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

#[inline(never)]
fn overwrite_stack() {
    let mut space = [0u8; 64 * 1024];
    black_box(&mut space);
}
