//! The wallet's own accounts, as the engine knows them.

use pixie_accounts::{Deployment, DerivedAccount};
use pixie_primitives::AztecAddress;
use pixie_primitives::block::BlockParameter;
use pixie_primitives::constants::FEE_JUICE_ADDRESS;
use pixie_primitives::hash::{StorageSlot, derive_storage_slot_in_map};
use pixie_primitives::keys::SecretKey;
use pixie_primitives::note::{Nullifier, silo_nullifier};
use pixie_store::Backend;
use pixie_vault::VaultAccount;

use super::{Engine, EngineError, Fee};

/// The slot of the map of balances in the fee juice contract (Aztec 4.1.2, stdlib
/// `computeFeePayerBalanceStorageSlot`).
const FEE_JUICE_BALANCES: u8 = 1;

/// An account of the wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAccount {
    /// The account.
    pub derived: DerivedAccount,
    /// The user's name for it.
    pub label: String,
    /// Whether the wallet has its signing key.
    pub can_sign: bool,
}

impl From<&VaultAccount> for OwnAccount {
    fn from(account: &VaultAccount) -> Self {
        Self {
            derived: account.account.clone(),
            label: account.label.clone(),
            can_sign: account.can_sign(),
        }
    }
}

/// Whether an account is on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployed {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl<B: Backend> Engine<B> {
    /// Takes an account: its notes are found from now on, and it can be used. Also for an account
    /// whose name has changed.
    ///
    /// # Errors
    /// [`EngineError::Circuits`], [`EngineError::Pxe`].
    pub async fn add_account(
        &self,
        account: OwnAccount,
        secret_key: &SecretKey,
    ) -> Result<(), EngineError> {
        let derived = &account.derived;
        let address = derived.address();
        let (is_contract, is_account) = {
            let state = self.pxe().state();
            let is_contract = state.contract_instance(&address).is_ok();
            (is_contract, state.has_account(&address))
        };
        if !is_contract {
            let artifact = self.resources().contract(derived.contract().name).await?;
            self.pxe()
                .register_contract(&derived.instance(), Some(artifact))
                .await?;
        }
        if !is_account {
            let partial = derived.complete_address.partial_address();
            self.pxe().register_account(secret_key, partial).await?;
        }
        self.0.accounts.borrow_mut().insert(address, account);
        Ok(())
    }

    /// Gives an account another name.
    pub fn rename_account(&self, address: AztecAddress, label: &str) {
        if let Some(account) = self.0.accounts.borrow_mut().get_mut(&address) {
            label.clone_into(&mut account.label);
        }
    }

    /// Uses an account no more. What was found of it stays; dapps lose it.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn remove_account(&self, address: AztecAddress) -> Result<(), EngineError> {
        self.0.accounts.borrow_mut().remove(&address);
        let now = self.timestamp();
        for (origin, _) in self.records().sites() {
            self.records()
                .change_grants(&origin, now, |site| {
                    site.grants.revoke_account(address);
                })
                .await?;
        }
        Ok(())
    }

    /// The accounts, by address.
    #[must_use]
    pub fn accounts(&self) -> Vec<OwnAccount> {
        self.0.accounts.borrow().values().cloned().collect()
    }

    /// The addresses of the accounts, ascending.
    #[must_use]
    pub fn own_addresses(&self) -> Vec<AztecAddress> {
        self.0.accounts.borrow().keys().copied().collect()
    }

    /// One of the accounts.
    ///
    /// # Errors
    /// [`EngineError::UnknownAccount`].
    pub fn account(&self, address: AztecAddress) -> Result<OwnAccount, EngineError> {
        let accounts = self.0.accounts.borrow();
        let account = accounts.get(&address).cloned();
        account.ok_or(EngineError::UnknownAccount(address))
    }

    pub(super) fn deployment(&self, address: AztecAddress) -> Result<Deployment, EngineError> {
        Ok(Deployment::of_account(&self.account(address)?.derived))
    }

    /// Whether a contract was initialised, as far as that can be seen: its initialisation nullifier is
    /// in the tree (Aztec 4.1.2, wallet-sdk `BaseWallet.getContractMetadata`).
    ///
    /// # Errors
    /// [`EngineError::Node`].
    pub async fn is_initialized(&self, contract: AztecAddress) -> Result<bool, EngineError> {
        let nullifier = Nullifier::from_field(contract.to_field());
        let nullifier = silo_nullifier(contract, nullifier);
        let witness = self
            .node()
            .nullifier_witness(BlockParameter::Latest, nullifier.to_field())
            .await?;
        Ok(witness.is_some())
    }

    /// Whether an account is on the chain. A yes is remembered.
    ///
    /// # Errors
    /// [`EngineError::Node`], [`EngineError::Commit`].
    pub async fn deployed(&self, account: AztecAddress) -> Result<Deployed, EngineError> {
        if self.is_known_deployed(account) {
            return Ok(Deployed::Yes);
        }
        if !self.is_initialized(account).await? {
            return Ok(Deployed::No);
        }
        self.records()
            .change(|tables| {
                tables.deployed.put(account, ());
            })
            .await?;
        Ok(Deployed::Yes)
    }

    /// Whether an account was seen on the chain before; no node is asked.
    #[must_use]
    pub fn is_known_deployed(&self, account: AztecAddress) -> bool {
        self.records().snapshot().deployed.contains(&account)
    }

    /// The balance of fee juice, which is public, in the smallest unit.
    ///
    /// # Errors
    /// [`EngineError::Node`], [`EngineError::FeeOutOfRange`].
    pub async fn fee_juice(&self, of: AztecAddress) -> Result<u128, EngineError> {
        let map = StorageSlot::from_field(FEE_JUICE_BALANCES.into());
        let slot = derive_storage_slot_in_map(map, of.to_field()).to_field();
        let balance = self
            .node()
            .public_storage_at(BlockParameter::Latest, FEE_JUICE_ADDRESS, slot)
            .await?;
        balance.to_u128().map_err(|_| EngineError::FeeOutOfRange)
    }

    /// Who is to pay for transactions of an account where nobody says: the account, if it has fee
    /// juice, or else the sponsor, if the network has it.
    ///
    /// # Errors
    /// [`EngineError::Node`].
    pub async fn default_fee(&self, from: AztecAddress) -> Result<Fee, EngineError> {
        if !from.is_zero() && self.fee_juice(from).await? > 0 {
            return Ok(Fee::FeeJuice);
        }
        let sponsor = pixie_accounts::sponsored_fpc_instance().address;
        // It pays as long as it has fee juice itself.
        Ok(match self.fee_juice(sponsor).await? {
            0 => Fee::FeeJuice,
            _ => Fee::canonical_sponsor(),
        })
    }
}
