//! The vault itself: what is stored, whether it is unlocked, and until when.

mod accounts;
mod backup;
mod credentials;
mod unlock;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::try_join;
use rand_core::CryptoRng;

use crate::account::{AccountsPart, SecretsPart, VaultAccount};
use crate::approval::{Mark, SignerCell, SigningAuthority};
use crate::cipher::{Unopened, subkey};
use crate::clock::{Clock, UnixMillis};
use crate::codec::FormatError;
use crate::copies::{self, Candidate, CopiesHealth, CopyFault, Found};
use crate::envelope::{self, Envelope, VaultId, VaultPart};
use crate::error::VaultError;
use crate::lock::{Deadlines, LockPolicy, LockReason};
use crate::password::{KdfParams, Password};
use crate::phrase::RecoveryPhrase;
use crate::session::{Session, SessionToken};
use crate::slot::{Slot, SlotId, SlotInfo, VaultKeys};
use crate::storage::{VaultRecord, VaultStorage};
use crate::throttle::Throttle;
use crate::wipe::{SecretBytes, on_clean_stack};

/// How a vault is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VaultConfig {
    /// What new passwords cost. A password that costs less is upgraded when it next unlocks the vault.
    pub kdf: KdfParams,
    /// When a new vault locks itself.
    pub lock_policy: LockPolicy,
}

/// How a vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultStatus {
    /// There is none yet.
    Absent,
    /// Neither copy can be used; they are left as they are.
    Damaged {
        /// What is wrong with the first copy.
        first: CopyFault,
        /// What is wrong with the second copy.
        second: CopyFault,
    },
    /// It is locked.
    Locked {
        /// Why.
        reason: LockReason,
        /// When a password may be tried; at once if `None`.
        retry_at: Option<UnixMillis>,
        /// How its copies are.
        copies: CopiesHealth,
    },
    /// It is unlocked.
    Unlocked {
        /// Until when.
        deadlines: Deadlines,
        /// How its copies are.
        copies: CopiesHealth,
    },
}

/// A vault. Dropping it locks it.
///
/// It takes its records for its own: two vaults on one storage do not see each other's changes. A
/// method whose future is dropped has either stored its change or not; the next one goes on from what
/// this vault has in memory, and [`Self::open`] from what is stored.
pub struct Vault<S, C> {
    storage: S,
    clock: C,
    rng: Box<dyn CryptoRng + Send>,
    config: VaultConfig,
    stored: Stored,
    state: State,
    throttle: Throttle,
    mark: Arc<Mark>,
}

/// What is stored, as far as it can be used.
enum Stored {
    Nothing,
    Faulty(CopyFault, CopyFault),
    Usable {
        envelope: Box<Envelope>,
        /// Takes its place if it turns out not to be authentic.
        spare: Option<Box<Candidate>>,
        health: CopiesHealth,
    },
}

enum State {
    Locked(LockReason),
    Unlocked(Box<Unlocked>),
}

/// What is in memory while the vault is unlocked.
struct Unlocked {
    data: SecretBytes<32>,
    accounts: Vec<VaultAccount>,
    policy: LockPolicy,
    deadlines: Deadlines,
    session: Option<OpenSession>,
    signers: Vec<Weak<SignerCell>>,
}

/// A session that follows the deadlines.
struct OpenSession {
    token: SessionToken,
    /// The idle deadline as stored.
    saved: UnixMillis,
}

impl Drop for Unlocked {
    fn drop(&mut self) {
        for cell in self.signers.iter().filter_map(Weak::upgrade) {
            cell.revoke();
        }
    }
}

/// How much later the idle deadline has to be for the session to be stored anew.
const SESSION_STEP: Duration = Duration::from_secs(20);

/// The info string of the store's key.
const STORE_PURPOSE: &str = "pixie/vault/store/v1";

impl<S: VaultStorage, C: Clock> Vault<S, C> {
    /// Opens the vault in a storage, locked, or an empty storage to [create](Self::create) one in.
    /// Nothing is written.
    ///
    /// The authority that comes with it is what approves signatures: see [`SigningAuthority`]. Keys are
    /// drawn from `rng`: take the system's random numbers, for a generator with a buffer goes on having
    /// in memory what it gave out.
    ///
    /// # Errors
    /// [`VaultError::Storage`]. A vault that cannot be used is no error, but a [`VaultStatus`].
    pub async fn open(
        storage: S,
        clock: C,
        rng: impl CryptoRng + Send + 'static,
        config: VaultConfig,
    ) -> Result<(Self, SigningAuthority), VaultError> {
        let (found, throttle) =
            try_join(copies::read(&storage), storage.read(VaultRecord::Throttle)).await?;
        let stored = Stored::from_found(found);
        let throttle = match throttle {
            None => Throttle::default(),
            Some(bytes) => {
                Throttle::from_bytes(&bytes).unwrap_or_else(|_| Throttle::after_damage(clock.now()))
            }
        };
        let authority = SigningAuthority::new();
        let vault = Self {
            storage,
            clock,
            rng: Box::new(rng),
            config,
            stored,
            state: State::Locked(LockReason::Started),
            throttle,
            mark: authority.mark(),
        };
        Ok((vault, authority))
    }

    /// Makes a new vault and unlocks it. Without a phrase a new one is made; in any case it is
    /// returned, to be shown. There are no accounts in it yet.
    ///
    /// # Errors
    /// [`VaultError::AlreadyExists`] and [`VaultError::Damaged`] if there is one already, whatever
    /// state it is in; [`VaultError::PasswordTooShort`]; [`VaultError::Storage`].
    pub async fn create(
        &mut self,
        password: &Password,
        phrase: Option<RecoveryPhrase>,
    ) -> Result<RecoveryPhrase, VaultError> {
        let phrase = match phrase {
            Some(phrase) => phrase,
            None => RecoveryPhrase::from_entropy(&SecretBytes::random(&mut *self.rng))?,
        };
        let secrets = SecretsPart {
            root: phrase.root(),
            held: Vec::new(),
        };
        let policy = self.config.lock_policy;
        self.create_with(password, &phrase, &secrets, Vec::new(), policy)
            .await?;
        Ok(phrase)
    }

    async fn create_with(
        &mut self,
        password: &Password,
        phrase: &RecoveryPhrase,
        secrets: &SecretsPart,
        accounts: Vec<VaultAccount>,
        policy: LockPolicy,
    ) -> Result<(), VaultError> {
        // What is there now counts, not what was there when the storage was opened.
        match copies::read(&self.storage).await? {
            Found::Nothing => {}
            Found::Faulty(first, second) => return Err(VaultError::Damaged { first, second }),
            Found::Usable { .. } => return Err(VaultError::AlreadyExists),
        }
        if !password.is_long_enough() {
            return Err(VaultError::PasswordTooShort);
        }
        let now = self.clock.now();
        let rng = &mut *self.rng;
        let vault = VaultId::random(rng);
        let keys = VaultKeys::random(rng);
        let kdf = self.config.kdf;
        let slot = Slot::for_password(vault, SlotId(0), password, kdf, &keys, now, rng)
            .map_err(VaultError::making)?;
        let part = AccountsPart::new(&accounts, policy);
        let entropy = phrase.entropy();
        let envelope = Envelope {
            vault,
            revision: 1,
            created_at: now,
            slots: vec![slot],
            next_slot: SlotId(1),
            accounts: envelope::seal(vault, VaultPart::Accounts, &keys.data, &part, rng)?,
            secrets: envelope::seal(vault, VaultPart::Secrets, &keys.data, secrets, rng)?,
            phrase: envelope::seal(vault, VaultPart::Phrase, &keys.recovery, &entropy, rng)?,
        };
        // A back-off and a session that are still there belong to no vault.
        self.forget_failures().await?;
        self.storage.delete(VaultRecord::Session).await?;
        let (health, written) = copies::write(&self.storage, &envelope, None).await;
        written?;
        self.stored = Stored::Usable {
            envelope: Box::new(envelope),
            spare: None,
            health,
        };
        self.state = State::Unlocked(Box::new(Unlocked {
            data: keys.data,
            accounts,
            policy,
            deadlines: Deadlines::start(self.clock.now(), policy),
            session: None,
            signers: Vec::new(),
        }));
        Ok(())
    }

    /// How the vault stands. It is locked first if a deadline has passed.
    pub fn status(&mut self) -> VaultStatus {
        self.enforce_deadlines();
        match (&self.stored, &self.state) {
            (Stored::Nothing, _) => VaultStatus::Absent,
            (Stored::Faulty(first, second), _) => VaultStatus::Damaged {
                first: *first,
                second: *second,
            },
            (Stored::Usable { health, .. }, State::Locked(reason)) => VaultStatus::Locked {
                reason: *reason,
                retry_at: self.throttle.retry_at(self.clock.now()),
                copies: *health,
            },
            (Stored::Usable { health, .. }, State::Unlocked(unlocked)) => VaultStatus::Unlocked {
                deadlines: unlocked.deadlines,
                copies: *health,
            },
        }
    }

    /// Names the vault, if there is one that can be used.
    pub fn id(&self) -> Option<VaultId> {
        match &self.stored {
            Stored::Usable { envelope, .. } => Some(envelope.vault),
            _ => None,
        }
    }

    /// The vault's slots, also while it is locked.
    ///
    /// # Errors
    /// [`VaultError::Absent`], [`VaultError::Damaged`], [`VaultError::NewerVersion`].
    pub fn slots(&self) -> Result<Vec<SlotInfo>, VaultError> {
        Ok(self.envelope()?.slots.iter().map(Slot::info).collect())
    }

    /// Locks the vault: wipes its keys from memory, those of signers included, and ends the session.
    /// The memory is wiped at once, before anything is awaited.
    ///
    /// # Errors
    /// [`VaultError::Storage`] if the session's record could not be deleted; the vault is locked all
    /// the same.
    pub async fn lock(&mut self, reason: LockReason) -> Result<(), VaultError> {
        self.lock_now(reason);
        Ok(self.storage.delete(VaultRecord::Session).await?)
    }

    /// Locks the vault without touching the storage, where a session stays until its deadline.
    pub fn lock_now(&mut self, reason: LockReason) {
        if matches!(self.state, State::Unlocked(_)) {
            // Dropped on a stack of its own, for wiping reads what it wipes.
            on_clean_stack(|| self.state = State::Locked(reason));
        }
    }

    /// Locks the vault if a deadline has passed; to be called at [`Deadlines::next`]. Says why it has
    /// locked. Every other method enforces the deadlines as well.
    ///
    /// # Errors
    /// As [`Self::lock`].
    pub async fn poll(&mut self) -> Result<Option<LockReason>, VaultError> {
        let reason = self.enforce_deadlines();
        if reason.is_some() {
            self.storage.delete(VaultRecord::Session).await?;
        }
        Ok(reason)
    }

    /// The user did something: the idle deadline moves.
    ///
    /// # Errors
    /// [`VaultError::Locked`], also if a deadline has passed meanwhile; [`VaultError::Storage`] if the
    /// session could not be stored, which then keeps its earlier deadline.
    pub async fn touch(&mut self) -> Result<Deadlines, VaultError> {
        let unlocked = self.unlocked()?;
        unlocked.deadlines.touch(unlocked.policy);
        let deadlines = unlocked.deadlines;
        let due = |session: &OpenSession| deadlines.idle.since(session.saved) >= SESSION_STEP;
        if unlocked.session.as_ref().is_some_and(due) {
            self.save_session().await?;
        }
        Ok(deadlines)
    }

    /// When the vault locks itself.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub fn lock_policy(&mut self) -> Result<LockPolicy, VaultError> {
        Ok(self.unlocked()?.policy)
    }

    /// Changes when the vault locks itself, from now on.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::Storage`].
    pub async fn set_lock_policy(&mut self, policy: LockPolicy) -> Result<(), VaultError> {
        let accounts = self.unlocked()?.accounts.clone();
        self.store_accounts(accounts, policy, None).await?;
        self.unlocked()?.deadlines.apply(policy);
        if self.unlocked()?.session.is_some() {
            self.save_session().await?;
        }
        Ok(())
    }

    /// The key that the store's rows are sealed under. It derives from the data key and opens nothing
    /// else.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub fn store_key(&mut self) -> Result<pixie_store::DataKey, VaultError> {
        let data = &self.unlocked()?.data;
        Ok(on_clean_stack(|| {
            let key = subkey(data.as_array(), None, STORE_PURPOSE);
            pixie_store::DataKey::new(*key.as_array())
        }))
    }

    /// Deletes the vault, damaged or not: both copies, failures and session. There is no way back but
    /// a backup or the phrase.
    ///
    /// # Errors
    /// [`VaultError::Storage`]; some records may be deleted then.
    pub async fn erase(&mut self) -> Result<(), VaultError> {
        self.lock_now(LockReason::User);
        for record in VaultRecord::ALL {
            self.storage.delete(record).await?;
        }
        self.throttle = Throttle::default();
        self.stored = Stored::Nothing;
        Ok(())
    }

    fn envelope(&self) -> Result<&Envelope, VaultError> {
        match &self.stored {
            Stored::Usable { envelope, .. } => Ok(envelope),
            Stored::Nothing => Err(VaultError::Absent),
            Stored::Faulty(first, second) => {
                let newer = |fault: &CopyFault| match *fault {
                    CopyFault::Unreadable(FormatError::Version { found, supported })
                        if found > supported =>
                    {
                        Some(VaultError::NewerVersion { found, supported })
                    }
                    _ => None,
                };
                let (first, second) = (*first, *second);
                Err(newer(&first)
                    .or_else(|| newer(&second))
                    .unwrap_or(VaultError::Damaged { first, second }))
            }
        }
    }

    /// Locks if a deadline has passed.
    fn enforce_deadlines(&mut self) -> Option<LockReason> {
        let State::Unlocked(unlocked) = &mut self.state else {
            return None;
        };
        let reason = unlocked.deadlines.check(self.clock.now())?;
        self.lock_now(reason);
        Some(reason)
    }

    /// What is in memory, if the vault is unlocked still.
    fn unlocked(&mut self) -> Result<&mut Unlocked, VaultError> {
        self.envelope()?;
        self.enforce_deadlines();
        match &mut self.state {
            State::Unlocked(unlocked) => Ok(unlocked),
            State::Locked(reason) => Err(VaultError::Locked { reason: *reason }),
        }
    }

    /// Stores a changed envelope.
    async fn store(&mut self, mut changed: Envelope) -> Result<(), VaultError> {
        let Stored::Usable { health, .. } = &self.stored else {
            return Err(VaultError::Absent);
        };
        changed.revision = changed.revision.saturating_add(1);
        let (after, written) = copies::write(&self.storage, &changed, Some(*health)).await;
        if let Stored::Usable {
            envelope, health, ..
        } = &mut self.stored
        {
            *health = after;
            if written.is_ok() {
                **envelope = changed;
            }
        }
        Ok(written?)
    }

    /// Stores changed accounts, and changed secrets with them.
    async fn store_accounts(
        &mut self,
        accounts: Vec<VaultAccount>,
        policy: LockPolicy,
        secrets: Option<&SecretsPart>,
    ) -> Result<(), VaultError> {
        let mut changed = self.envelope()?.clone();
        let State::Unlocked(unlocked) = &self.state else {
            return Err(VaultError::Absent);
        };
        let (vault, rng) = (changed.vault, &mut *self.rng);
        let part = AccountsPart::new(&accounts, policy);
        changed.accounts = envelope::seal(vault, VaultPart::Accounts, &unlocked.data, &part, rng)?;
        if let Some(secrets) = secrets {
            changed.secrets =
                envelope::seal(vault, VaultPart::Secrets, &unlocked.data, secrets, rng)?;
        }
        self.store(changed).await?;
        if let State::Unlocked(unlocked) = &mut self.state {
            unlocked.accounts = accounts;
            unlocked.policy = policy;
        }
        Ok(())
    }

    /// Opens the accounts' secrets; they are wiped when dropped.
    fn secrets(&mut self) -> Result<SecretsPart, VaultError> {
        self.unlocked()?;
        let State::Unlocked(unlocked) = &self.state else {
            return Err(VaultError::Absent);
        };
        let part = VaultPart::Secrets;
        self.envelope()?
            .open(part, &unlocked.data)
            .map_err(|Unopened| VaultError::PartDamaged { part })
    }

    /// Stores the session anew, with the deadlines of now.
    async fn save_session(&mut self) -> Result<(), VaultError> {
        let vault = self.envelope()?.vault;
        let State::Unlocked(unlocked) = &mut self.state else {
            return Ok(());
        };
        let Some(session) = &mut unlocked.session else {
            return Ok(());
        };
        let content = Session {
            data: unlocked.data.duplicate(),
            deadlines: unlocked.deadlines,
        };
        let bytes = content.to_bytes(vault, &session.token, &mut *self.rng)?;
        self.storage.write(VaultRecord::Session, bytes).await?;
        session.saved = unlocked.deadlines.idle;
        Ok(())
    }

    async fn forget_failures(&mut self) -> Result<(), VaultError> {
        self.storage.delete(VaultRecord::Throttle).await?;
        self.throttle = Throttle::default();
        Ok(())
    }
}

impl Stored {
    fn from_found(found: Found) -> Self {
        match found {
            Found::Nothing => Self::Nothing,
            Found::Faulty(first, second) => Self::Faulty(first, second),
            Found::Usable {
                best,
                spare,
                health,
            } => Self::Usable {
                envelope: Box::new(best.envelope),
                spare,
                health,
            },
        }
    }
}

impl<S, C> fmt::Debug for Vault<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Locked(_) => "Vault(locked)",
            State::Unlocked(_) => "Vault(unlocked)",
        })
    }
}

#[cfg(test)]
mod tests;
