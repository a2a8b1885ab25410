//! What becomes of what pages ask: dispatch, vault, accounts, networks, settings.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pixie_accounts::AccountType;
use pixie_primitives::{AztecAddress, Fr, FromBytes as _, ToBytes as _};
use pixie_store::Backend;
use pixie_vault::{
    AccountKeys, BackupInfo as VaultBackupInfo, Credential, KeyBytes, LockPolicy, LockReason,
    Password, RecoveryPhrase, SigningHalf,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::app::{App, shown_account};
use super::platform::Platform;
use super::preferences::Preferences;
use super::request::{Answer, Handled, Request, Secret, UiError, UiErrorCode};
use super::types::{Backup, BackupInfo, Deployment, Kind, Network, Settings, Text, Words};
use crate::engine::{MAX_NAME, OwnAccount};

/// What the text of a view-only account begins with.
const VIEW_ONLY: &str = "pixie-view-only:1:";
/// What has to be said to delete everything.
const ERASE: &str = "ERASE";

fn password(secret: &Secret) -> Password {
    Password::new(secret.expose().to_owned())
}

fn invalid(message: &str) -> UiError {
    UiError::new(UiErrorCode::InvalidRequest, message)
}

/// The network that the user has selected, or else the first one.
pub(super) fn selected_network<P: Platform, B: Backend>(
    preferences: &Preferences<B>,
    platform: &P,
) -> Network {
    let networks = preferences.networks(platform.networks());
    let selected = preferences.choices().network;
    let found = networks
        .iter()
        .find(|network| Some(&network.id) == selected.as_ref())
        .or(networks.first());
    found.cloned().unwrap_or(Network {
        id: String::new(),
        name: String::new(),
        url: String::new(),
        built_in: true,
    })
}

/// What becomes of a request: a future of its own for each, in a box, so that a browser, which compiles
/// what it comes to, compiles that of the requests that are made.
pub(super) fn handle<P: Platform>(app: &App<P>, request: Request) -> Handled<'_> {
    match request {
        Request::State {} => {
            Box::pin(async move { Ok(Answer::State(Box::new(app.state().await))) })
        }
        Request::GeneratePhrase {} => Box::pin(async move { app.generate_phrase() }),
        Request::Create {
            password, phrase, ..
        } => Box::pin(async move { app.create(&password, &phrase).await }),
        Request::Unlock { password } => Box::pin(async move { app.unlock(&password).await }),
        Request::Lock {} => Box::pin(async move {
            app.lock(LockReason::User).await;
            Ok(Answer::Done(()))
        }),
        Request::ChangePassword { old, new } => {
            Box::pin(async move { app.change_password(&old, &new).await })
        }
        Request::RevealPhrase { password } => {
            Box::pin(async move { app.reveal_phrase(&password).await })
        }
        Request::Backup { password } => Box::pin(async move { app.backup(&password).await }),
        Request::InspectBackup { bytes } => Box::pin(async move { inspect_backup(&bytes) }),
        Request::Restore {
            bytes,
            password,
            new_password,
        } => Box::pin(async move { app.restore(&bytes, &password, new_password.as_ref()).await }),
        Request::Erase { confirm } => Box::pin(async move { app.erase(&confirm).await }),
        Request::Touch {} => Box::pin(async move {
            app.0.vault.lock().await.touch().await?;
            Ok(Answer::Done(()))
        }),
        Request::CreateAccount { kind, alias } => Box::pin(app.create_account(kind, alias)),
        Request::RenameAccount { address, alias } => Box::pin(app.rename_account(address, alias)),
        Request::SelectAccount { address } => Box::pin(app.select_account(address)),
        Request::RemoveAccount { address } => Box::pin(app.remove_account(address)),
        Request::ExportViewOnly { address, password } => {
            Box::pin(async move { app.export_view_only(address, &password).await })
        }
        Request::ImportAccount { text, alias } => {
            Box::pin(async move { app.import_account(&text, alias).await })
        }
        Request::DeployAccount { address } => Box::pin(app.deploy_account(address)),
        Request::Send {
            from,
            token,
            source,
            to,
            target,
            amount,
        } => Box::pin(async move {
            app.send_tokens((from, source), token, (to, target), &amount)
                .await
        }),
        Request::Networks {} => Box::pin(async move { app.networks() }),
        Request::AddNetwork { name, url } => Box::pin(app.add_network(name, url)),
        Request::SelectNetwork { id } => Box::pin(app.select_network(id)),
        Request::RemoveNetwork { id } => Box::pin(async move { app.remove_network(&id).await }),
        Request::Settings {} => Box::pin(app.settings()),
        Request::SetSettings(settings) => Box::pin(app.set_settings(settings)),
        other => super::lists::handle(app, other),
    }
}

fn inspect_backup(bytes: &str) -> Result<Answer, UiError> {
    let info = VaultBackupInfo::read(&read_base64(bytes)?)?;
    Ok(Answer::BackupInfo(BackupInfo {
        version: 1,
        created_at: info.created_at,
    }))
}

fn words(phrase: &RecoveryPhrase) -> Answer {
    let words = phrase.words().map(str::to_owned).collect();
    Answer::Words(Words { words })
}

fn read_base64(text: &str) -> Result<Vec<u8>, UiError> {
    let bytes = STANDARD.decode(text);
    bytes.map_err(|_| invalid("the file's bytes are no base64"))
}

/// An account to be looked at, as text.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ViewOnly {
    secret_key: String,
    salt: Fr,
    signing_public_key: String,
}

impl<P: Platform> App<P> {
    pub(super) fn preferences(&self) -> Result<Preferences<P::Backend>, UiError> {
        let preferences = self.with_unlocked(|unlocked| unlocked.preferences.clone());
        preferences.ok_or_else(|| crate::engine::EngineError::Closed.into())
    }

    async fn opened(&self) -> Result<Answer, UiError> {
        self.open_stores().await?;
        self.begin_session().await?;
        self.announce().await;
        Ok(Answer::Done(()))
    }

    fn generate_phrase(&self) -> Result<Answer, UiError> {
        let mut source = self.0.platform.entropy().source();
        let phrase = RecoveryPhrase::random(&mut *source)?;
        Ok(words(&phrase))
    }

    async fn change_password(&self, old: &Secret, new: &Secret) -> Result<Answer, UiError> {
        let (old, new) = (password(old), password(new));
        let mut vault = self.0.vault.lock().await;
        let credential = Credential::Password(&old);
        vault.change_password(credential, &new).await?;
        Ok(Answer::Done(()))
    }

    async fn reveal_phrase(&self, secret: &Secret) -> Result<Answer, UiError> {
        let secret = password(secret);
        let mut vault = self.0.vault.lock().await;
        let phrase = vault.phrase(Credential::Password(&secret)).await?;
        Ok(words(&phrase))
    }

    async fn create(&self, secret: &Secret, phrase: &Secret) -> Result<Answer, UiError> {
        let phrase = RecoveryPhrase::parse(phrase.expose())?;
        let mut vault = self.0.vault.lock().await;
        vault.create(&password(secret), Some(phrase)).await?;
        drop(vault);
        self.opened().await
    }

    async fn unlock(&self, secret: &Secret) -> Result<Answer, UiError> {
        let secret = password(secret);
        let unlocked = {
            let mut vault = self.0.vault.lock().await;
            vault.unlock(Credential::Password(&secret)).await
        };
        if let Err(error) = unlocked {
            // The time at which the next attempt may be made.
            self.announce_soon();
            return Err(error.into());
        }
        self.opened().await
    }

    async fn backup(&self, secret: &Secret) -> Result<Answer, UiError> {
        let secret = password(secret);
        let sections = self.sections().await?;
        let mut vault = self.0.vault.lock().await;
        let credential = Credential::Password(&secret);
        let bytes = vault.backup(credential, &secret, sections).await?;
        let now = self.0.platform.clock().now();
        Ok(Answer::Backup(Backup {
            file_name: format!("pixie-backup-{}.pixie", now.0 / 1000),
            bytes: STANDARD.encode(bytes),
        }))
    }

    async fn restore(
        &self,
        bytes: &str,
        secret: &Secret,
        new: Option<&Secret>,
    ) -> Result<Answer, UiError> {
        let bytes = read_base64(bytes)?;
        let old = password(secret);
        let new = new.map_or_else(|| password(secret), password);
        let mut vault = self.0.vault.lock().await;
        let sections = vault.restore(&bytes, &old, &new).await?;
        drop(vault);
        self.restore_sections(&sections).await?;
        self.opened().await
    }

    async fn erase(&self, confirm: &str) -> Result<Answer, UiError> {
        if confirm != ERASE {
            return Err(invalid("nothing was erased: the confirmation is missing"));
        }
        self.0.vault.lock().await.erase().await?;
        self.close_stores().await;
        self.remove_rows().await?;
        self.announce().await;
        Ok(Answer::Done(()))
    }

    pub(super) async fn remove_rows(&self) -> Result<(), UiError> {
        let backend = self.0.platform.backend();
        for namespace in backend.namespaces().await? {
            backend.remove_namespace(namespace).await?;
        }
        Ok(())
    }

    async fn create_account(&self, kind: Kind, alias: String) -> Result<Answer, UiError> {
        let account_type = AccountType::from(kind);
        let added = {
            let mut vault = self.0.vault.lock().await;
            vault.add_account(account_type, alias).await?
        };
        self.take_account(&added).await
    }

    async fn take_account(&self, added: &pixie_vault::VaultAccount) -> Result<Answer, UiError> {
        if let Some(engine) = self.engine() {
            let secret = self.0.vault.lock().await.secret_key(added.address())?;
            engine.add_account(OwnAccount::from(added), &secret).await?;
            let app = self.clone();
            self.0.platform.spawn(Box::pin(async move {
                app.look_for_deployed(&engine).await;
                app.announce().await;
            }));
        }
        self.announce().await;
        Ok(Answer::Account(shown_account(added, Deployment::Unknown)))
    }

    async fn rename_account(
        &self,
        address: AztecAddress,
        alias: String,
    ) -> Result<Answer, UiError> {
        let mut vault = self.0.vault.lock().await;
        vault.rename_account(address, alias.clone()).await?;
        drop(vault);
        if let Some(engine) = self.engine() {
            engine.rename_account(address, &alias);
        }
        self.announce().await;
        Ok(Answer::Done(()))
    }

    async fn select_account(&self, address: AztecAddress) -> Result<Answer, UiError> {
        self.0.vault.lock().await.account(address)?;
        self.preferences()?
            .choose(|choices| choices.account = Some(address))
            .await?;
        self.announce().await;
        Ok(Answer::Done(()))
    }

    async fn remove_account(&self, address: AztecAddress) -> Result<Answer, UiError> {
        let mut vault = self.0.vault.lock().await;
        vault.remove_account(address).await?;
        drop(vault);
        if let Some(engine) = self.engine() {
            engine.remove_account(address).await?;
        }
        self.announce().await;
        Ok(Answer::Done(()))
    }

    async fn export_view_only(
        &self,
        address: AztecAddress,
        secret: &Secret,
    ) -> Result<Answer, UiError> {
        let secret = password(secret);
        let mut vault = self.0.vault.lock().await;
        let credential = Credential::Password(&secret);
        let keys = vault.reveal_keys(credential, address).await?;
        let public_key = vault.account(address)?.account.signing_public_key;
        let view_only = ViewOnly {
            secret_key: STANDARD.encode(keys.secret_key.as_bytes()),
            salt: keys.salt,
            signing_public_key: STANDARD.encode(public_key.to_bytes()),
        };
        let json = serde_json::to_vec(&view_only).map(Zeroizing::new);
        let json = json.map_err(|error| UiError::new(UiErrorCode::Internal, error.to_string()))?;
        let text = format!("{VIEW_ONLY}{}", STANDARD.encode(&*json));
        Ok(Answer::Text(Text { text }))
    }

    async fn import_account(&self, text: &Secret, alias: String) -> Result<Answer, UiError> {
        let malformed = || invalid("that is no account to be looked at");
        let encoded = text.expose().trim().strip_prefix(VIEW_ONLY);
        let json = STANDARD.decode(encoded.ok_or_else(malformed)?);
        let json = Zeroizing::new(json.map_err(|_| malformed())?);
        let view_only: ViewOnly = serde_json::from_slice(&json).map_err(|_| malformed())?;
        let secret_key = STANDARD.decode(&view_only.secret_key);
        let secret_key = Zeroizing::new(secret_key.map_err(|_| malformed())?);
        let mut bytes = <[u8; 32]>::try_from(secret_key.as_slice()).map_err(|_| malformed())?;
        let public_key = STANDARD.decode(&view_only.signing_public_key);
        let public_key = public_key.map_err(|_| malformed())?;
        let public_key = pixie_accounts::SigningPublicKey::from_bytes(&public_key);
        let keys = AccountKeys {
            secret_key: KeyBytes::new(&mut bytes),
            salt: view_only.salt,
            signing: SigningHalf::PublicOnly(public_key.map_err(|_| malformed())?),
        };
        let added = {
            let mut vault = self.0.vault.lock().await;
            vault.import_account(keys, alias).await?
        };
        self.take_account(&added).await
    }

    fn networks(&self) -> Result<Answer, UiError> {
        let networks = self.preferences()?.networks(self.0.platform.networks());
        Ok(Answer::Networks(networks))
    }

    async fn add_network(&self, name: String, url: String) -> Result<Answer, UiError> {
        let is_address = url.starts_with("https://") || url.starts_with("http://");
        if name.is_empty() || name.len() > MAX_NAME || !is_address || url.len() > 2048 {
            return Err(invalid("a network has a name and an address of the web"));
        }
        // An address that cannot be one is refused here.
        self.0
            .platform
            .connect(&url)
            .map_err(crate::engine::EngineError::from)?;
        let mut source = self.0.platform.entropy().source();
        let mut bytes = [0; 8];
        source.fill_bytes(&mut bytes);
        let network = Network {
            id: pixie_primitives::codec::to_hex(&bytes),
            name,
            url,
            built_in: false,
        };
        self.preferences()?.put_network(&network, None).await?;
        Ok(Answer::Network(network))
    }

    async fn select_network(&self, id: String) -> Result<Answer, UiError> {
        let preferences = self.preferences()?;
        let networks = preferences.networks(self.0.platform.networks());
        if networks.iter().all(|network| network.id != id) {
            return Err(UiError::new(
                UiErrorCode::Unknown,
                "there is no such network",
            ));
        }
        let choice = Some(id);
        preferences
            .choose(|choices| choices.network.clone_from(&choice))
            .await?;
        self.begin_to_connect();
        Ok(Answer::Done(()))
    }

    async fn remove_network(&self, id: &str) -> Result<Answer, UiError> {
        let preferences = self.preferences()?;
        let is_built_in = |network: &Network| network.id == id && network.built_in;
        if self.0.platform.networks().iter().any(is_built_in) {
            return Err(invalid(
                "a network that comes with the wallet cannot be removed",
            ));
        }
        let is_selected = selected_network(&preferences, &self.0.platform).id == id;
        preferences.remove_network(id).await?;
        if is_selected {
            self.begin_to_connect();
        }
        Ok(Answer::Done(()))
    }

    async fn settings(&self) -> Result<Answer, UiError> {
        let theme = self.preferences()?.choices().theme;
        let policy = self.0.vault.lock().await.lock_policy()?;
        let whole = |duration: Duration, unit: u64| {
            u32::try_from(duration.as_secs() / unit).unwrap_or(u32::MAX)
        };
        Ok(Answer::Settings(Settings {
            idle_lock_minutes: whole(policy.idle(), 60),
            absolute_lock_hours: whole(policy.absolute(), 3600),
            theme,
        }))
    }

    async fn set_settings(&self, settings: Settings) -> Result<Answer, UiError> {
        let policy = LockPolicy::new(
            Duration::from_secs(u64::from(settings.idle_lock_minutes) * 60),
            Duration::from_secs(u64::from(settings.absolute_lock_hours) * 3600),
        );
        let policy = policy.map_err(|error| invalid(&error.to_string()))?;
        self.0.vault.lock().await.set_lock_policy(policy).await?;
        self.preferences()?
            .choose(|choices| choices.theme = settings.theme)
            .await?;
        self.announce().await;
        Ok(Answer::Done(()))
    }
}
