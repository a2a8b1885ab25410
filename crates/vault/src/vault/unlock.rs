//! Checking credentials, unlocking and resuming.

use crate::account::{AccountsPart, SecretsPart, VaultAccount};
use crate::cipher::Unopened;
use crate::clock::Clock;
use crate::copies::{self, Candidate, CopiesHealth, CopyFault};
use crate::envelope::{Envelope, VaultPart};
use crate::error::VaultError;
use crate::lock::{Deadlines, LockPolicy, LockReason};
use crate::session::{Session, SessionToken};
use crate::slot::{Credential, Slot, SlotError, SlotId, VaultKeys};
use crate::storage::{VaultRecord, VaultStorage};
use crate::vault::{OpenSession, State, Stored, Unlocked, Vault};
use crate::wipe::SecretBytes;

/// A credential that was right.
pub(super) struct Authenticated {
    pub(super) keys: VaultKeys,
    /// The slot that it opened.
    pub(super) slot: SlotId,
}

impl<S: VaultStorage, C: Clock> Vault<S, C> {
    /// Unlocks the vault. The deadlines start anew, also if it was unlocked; a session or signers from
    /// before end.
    ///
    /// A copy of the envelope that was found damaged is repaired, and a password that costs less than
    /// the configuration wants is upgraded; that neither succeeds is no error.
    ///
    /// # Errors
    /// [`VaultError::Throttled`] without an attempt; [`VaultError::WrongPassword`], counted;
    /// [`VaultError::UnknownPasskey`], [`VaultError::WrongPasskey`]; [`VaultError::Absent`],
    /// [`VaultError::Damaged`], [`VaultError::NewerVersion`], [`VaultError::PartDamaged`];
    /// [`VaultError::Kdf`]; [`VaultError::Storage`].
    pub async fn unlock(&mut self, credential: Credential<'_>) -> Result<Deadlines, VaultError> {
        let Authenticated { keys, slot } = self.authenticate(credential).await?;
        let (accounts, policy) = open_accounts(self.envelope()?, &keys.data)?;
        self.lock_now(LockReason::User);
        self.storage.delete(VaultRecord::Session).await?;
        if let Credential::Password(password) = credential {
            // The old password goes on working if this fails.
            let _unchanged = self.upgrade(slot, password, &keys).await;
        }
        let deadlines = Deadlines::start(self.clock.now(), policy);
        self.state = State::Unlocked(Box::new(Unlocked {
            data: keys.data,
            accounts,
            policy,
            deadlines,
            session: None,
            signers: Vec::new(),
        }));
        Ok(deadlines)
    }

    /// Starts a session: the token resumes the vault after a restart of the program, until the
    /// deadlines or until it is locked. Keep it where nothing outlives the browser, and nowhere else.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::Storage`].
    pub async fn start_session(&mut self) -> Result<SessionToken, VaultError> {
        self.unlocked()?;
        let token = SessionToken::random(&mut *self.rng);
        if let State::Unlocked(unlocked) = &mut self.state {
            unlocked.session = Some(OpenSession {
                token: token.duplicate(),
                saved: unlocked.deadlines.idle,
            });
        }
        self.save_session().await?;
        Ok(token)
    }

    /// Unlocks the vault as it was when the program ended, with the same deadlines.
    ///
    /// # Errors
    /// [`VaultError::SessionOver`] if a deadline has passed, the vault was locked or the token is of
    /// another session; the session's record is deleted then, the vault stays or becomes locked, and a
    /// credential is needed. Those of [`Self::unlock`] for a vault that cannot be used.
    pub async fn resume(&mut self, token: &SessionToken) -> Result<Deadlines, VaultError> {
        let envelope = self.envelope()?;
        let stored = self.storage.read(VaultRecord::Session).await?;
        let session = stored
            .as_deref()
            .and_then(|bytes| Session::from_bytes(bytes, envelope.vault, token));
        let Some(mut session) = session else {
            self.lock_now(LockReason::User);
            self.storage.delete(VaultRecord::Session).await?;
            return Err(VaultError::SessionOver);
        };
        if let Some(reason) = session.deadlines.check(self.clock.now()) {
            self.lock_now(reason);
            self.state = State::Locked(reason);
            self.storage.delete(VaultRecord::Session).await?;
            return Err(VaultError::SessionOver);
        }
        let (accounts, policy) = open_accounts(envelope, &session.data)?;
        let deadlines = session.deadlines;
        self.lock_now(LockReason::User);
        self.state = State::Unlocked(Box::new(Unlocked {
            data: session.data,
            accounts,
            policy,
            deadlines,
            session: Some(OpenSession {
                token: token.duplicate(),
                saved: deadlines.idle,
            }),
            signers: Vec::new(),
        }));
        Ok(deadlines)
    }

    /// Checks a credential without unlocking anything, as for an action that takes one.
    ///
    /// # Errors
    /// As [`Self::unlock`].
    pub async fn verify(&mut self, credential: Credential<'_>) -> Result<(), VaultError> {
        self.authenticate(credential).await.map(|_| ())
    }

    /// Checks a credential, with back-off for passwords, and repairs the copies if one was faulty.
    pub(super) async fn authenticate(
        &mut self,
        credential: Credential<'_>,
    ) -> Result<Authenticated, VaultError> {
        self.envelope()?;
        let by_password = matches!(credential, Credential::Password(_));
        if by_password {
            let now = self.clock.now();
            let counted = self
                .throttle
                .attempt(now)
                .map_err(|retry_at| VaultError::Throttled { retry_at })?;
            // Stored before the attempt: one that is broken off is counted as well, and where
            // failures cannot be counted there are no attempts.
            self.storage
                .write(VaultRecord::Throttle, counted.to_bytes()?)
                .await?;
            self.throttle = counted;
        }
        let opened = self.open_slot(credential);
        let authenticated = opened?;
        if by_password {
            // That the count stays too high is no reason to turn the right password away.
            let _still_counted = self.forget_failures().await;
        }
        self.repair(&authenticated.keys).await;
        Ok(authenticated)
    }

    /// Opens the slot of a credential in the envelope, or in the spare one where that is better.
    fn open_slot(&mut self, credential: Credential<'_>) -> Result<Authenticated, VaultError> {
        let Stored::Usable {
            envelope, spare, ..
        } = &self.stored
        else {
            return Err(VaultError::Absent);
        };
        let opened = find_slot(envelope, credential);
        let spare = spare.as_deref().filter(|spare| match &opened {
            // The keys are right, but something else is not what they have sealed.
            Ok(found) => !is_authentic(envelope, &found.keys),
            // One of two that claim the same age is wrong. One that is older must not be opened: it
            // may have a password that was changed since.
            Err(_) => spare.envelope.revision == envelope.revision,
        });
        let Some(spare) = spare else {
            return opened.map_err(|error| self.wrong(error));
        };
        match find_slot(&spare.envelope, credential) {
            Ok(found) if is_authentic(&spare.envelope, &found.keys) => {
                self.use_spare();
                Ok(found)
            }
            _ => opened.map_err(|error| self.wrong(error)),
        }
    }

    /// What is said of a credential that opens nothing.
    fn wrong(&self, error: SlotFailure) -> VaultError {
        match error {
            SlotFailure::Password => VaultError::WrongPassword {
                failures: self.throttle.failures(),
                retry_at: self.throttle.retry_at(self.clock.now()),
            },
            SlotFailure::Passkey => VaultError::WrongPasskey,
            SlotFailure::NoSlot => VaultError::UnknownPasskey,
            SlotFailure::Other(error) => VaultError::making(error),
        }
    }

    /// Puts the spare envelope in the place of the one that is not authentic.
    fn use_spare(&mut self) {
        let Stored::Usable {
            envelope,
            spare,
            health,
        } = &mut self.stored
        else {
            return;
        };
        if let Some(better) = spare.take() {
            let Candidate {
                envelope: better,
                from,
            } = *better;
            **envelope = better;
            *health = CopiesHealth::OneFaulty(from.other(), CopyFault::NotAuthentic);
        }
    }

    /// Writes a faulty copy anew from one that the keys have opened. Failure is seen in the status.
    async fn repair(&mut self, keys: &VaultKeys) {
        let Stored::Usable {
            envelope,
            spare,
            health,
        } = &mut self.stored
        else {
            return;
        };
        if *health == CopiesHealth::Intact || !is_authentic(envelope, keys) {
            return;
        }
        *spare = None;
        (*health, _) = copies::write(&self.storage, envelope, Some(*health)).await;
    }

    /// Wraps the keys anew if the password costs less than it should.
    async fn upgrade(
        &mut self,
        slot: SlotId,
        password: &crate::Password,
        keys: &VaultKeys,
    ) -> Result<(), VaultError> {
        let kdf = self.config.kdf;
        let mut changed = self.envelope()?.clone();
        let Some(old) = changed.slots.iter_mut().find(|old| old.id == slot) else {
            return Ok(());
        };
        if !old.kdf().is_some_and(|stored| stored.is_weaker_than(kdf)) {
            return Ok(());
        }
        let rng = &mut *self.rng;
        *old = Slot::for_password(
            changed.vault,
            slot,
            password,
            kdf,
            keys,
            old.created_at,
            rng,
        )
        .map_err(VaultError::making)?;
        self.store(changed).await
    }
}

/// Why a credential opens nothing.
enum SlotFailure {
    Password,
    Passkey,
    NoSlot,
    Other(SlotError),
}

fn find_slot(
    envelope: &Envelope,
    credential: Credential<'_>,
) -> Result<Authenticated, SlotFailure> {
    let mut failure = SlotFailure::NoSlot;
    for slot in &envelope.slots {
        match slot.open(envelope.vault, credential) {
            None => {}
            Some(Ok(keys)) => {
                let slot = slot.id;
                return Ok(Authenticated { keys, slot });
            }
            Some(Err(SlotError::WrongCredential)) => {
                failure = match credential {
                    Credential::Password(_) => SlotFailure::Password,
                    Credential::Passkey { .. } => SlotFailure::Passkey,
                };
            }
            Some(Err(error)) => return Err(SlotFailure::Other(error)),
        }
    }
    Err(failure)
}

/// Whether all parts are what the keys have sealed.
fn is_authentic(envelope: &Envelope, keys: &VaultKeys) -> bool {
    let secrets: Result<SecretsPart, Unopened> = envelope.open(VaultPart::Secrets, &keys.data);
    let phrase: Result<SecretBytes<32>, Unopened> =
        envelope.open(VaultPart::Phrase, &keys.recovery);
    secrets.is_ok() && phrase.is_ok() && open_accounts(envelope, &keys.data).is_ok()
}

/// The list of accounts and the deadlines.
pub(super) fn open_accounts(
    envelope: &Envelope,
    data: &SecretBytes<32>,
) -> Result<(Vec<VaultAccount>, LockPolicy), VaultError> {
    let part = VaultPart::Accounts;
    let damaged = || VaultError::PartDamaged { part };
    let opened: AccountsPart = envelope.open(part, data).map_err(|Unopened| damaged())?;
    opened.parse().map_err(|_| damaged())
}
