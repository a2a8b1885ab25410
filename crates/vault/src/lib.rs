//! The vault: the keys of a wallet, and what stands between them and everybody else.
//!
//! What is stored is an *envelope*, in two copies. It has *slots*, each of which wraps the vault's two
//! keys under something that the user knows or has: the password (Argon2id), and any number of
//! passkeys (WebAuthn's PRF). Under the **data key** are the list of accounts, their secrets, and (by a
//! key that derives from it, [`Vault::store_key`]) the rows of the store; it stays in memory while the
//! vault is unlocked. Under the **recovery key** is the recovery phrase; it is in memory only while the
//! user shows a credential, so that an unlocked vault does not have the phrase.
//!
//! - [`Vault`] does everything; it is told the time ([`Clock`]), random numbers and where to keep its
//!   records ([`VaultStorage`]), and knows neither a browser nor a runtime.
//! - Signing takes a [`SigningApproval`], which only a [`SigningAuthority`] makes; the signing keys
//!   themselves leave the vault only for a credential ([`Vault::reveal_keys`]).
//! - [`RecoveryPhrase`] brings back every derived account; the [backup](Vault::backup) brings back
//!   everything.
//!
//! ```
//! # use pixie_accounts::{AccountType, AuthWitIntent, Signer, SigningMessage};
//! # use pixie_primitives::{AztecAddress, Fr};
//! # use pixie_primitives::auth_witness::{ChainInfo, InnerAuthWitHash};
//! # use pixie_vault::*;
//! # use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//! # let (storage, clock) = (MemoryVaultStorage::new(), ManualClock::default());
//! # let mut rng = ChaCha20Rng::seed_from_u64(1);
//! # let config = VaultConfig { kdf: KdfParams::new(8, 1, 1)?, ..VaultConfig::default() };
//! # let chain = ChainInfo { chain_id: Fr::ONE, version: Fr::ONE };
//! # let intent = AuthWitIntent::InnerHash {
//! #     consumer: AztecAddress::from_field(Fr::ONE),
//! #     inner_hash: InnerAuthWitHash::from_field(Fr::ONE),
//! # };
//! # pollster::block_on(async {
//! // The authority goes to the part of the program that asks the user, and nowhere else.
//! let (mut vault, authority) = Vault::open(storage, clock, rng.clone(), config).await?;
//! let password = Password::new("correct horse".to_owned());
//! let phrase = vault.create(&password, None).await?;
//! assert_eq!(phrase.words().count(), 24);
//! let account = vault.add_account(AccountType::Schnorr, "Main".to_owned()).await?;
//!
//! vault.lock(LockReason::User).await?;
//! vault.unlock(Credential::Password(&password)).await?;
//! let _for_the_store = vault.store_key()?;
//! let _for_the_execution_environment = vault.secret_key(account.address())?;
//!
//! let message = SigningMessage::authorization(account.address(), intent, chain);
//! let approval = authority.approve(account.address(), [message.hash()]);
//! let signer = vault.signer(approval)?;
//! signer.sign(&message, &mut rng).await.unwrap();
//! assert!(signer.sign(&message, &mut rng).await.is_err(), "once");
//! # Ok::<(), VaultError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the vault does not protect from: who has the password; who can change the program or read its
//! memory while it is unlocked; who puts an older copy of all records back in their place. The cost of
//! the key derivation is what stands between a copy of the records and a guessed password.

mod account;
mod approval;
mod backup;
mod cipher;
mod clock;
mod codec;
mod copies;
mod derive;
mod envelope;
mod error;
mod lock;
mod password;
mod phrase;
mod session;
mod slot;
mod storage;
mod throttle;
mod vault;
mod wipe;

pub use account::{AccountKeys, AccountOrigin, KeyBytes, SigningHalf, VaultAccount};
pub use approval::{ApprovalError, ApprovedSigner, SigningApproval, SigningAuthority};
pub use backup::{BackupError, BackupInfo, BackupSection, BackupSections};
pub use clock::{Clock, ManualClock, UnixMillis};
pub use codec::FormatError;
pub use copies::{CopiesHealth, CopyFault, CopyId};
pub use envelope::{VaultId, VaultPart};
pub use error::VaultError;
pub use lock::{Deadlines, InvalidLockPolicy, LockPolicy, LockReason};
pub use password::{KdfFailed, KdfOutOfBounds, KdfParams, Password};
pub use phrase::{PhraseError, RecoveryPhrase};
pub use session::SessionToken;
pub use slot::{Credential, NewPasskey, PasskeySlot, PrfSecret, SlotId, SlotInfo, SlotKind};
pub use storage::{
    BackendStorage, MemoryVaultStorage, SplitStorage, VaultRecord, VaultStorage, VaultStorageError,
    WriteFault,
};
pub use vault::{Vault, VaultConfig, VaultStatus};
