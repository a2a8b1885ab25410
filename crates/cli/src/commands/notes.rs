//! `pixie notes`: the notes of a contract.

use std::fmt;

use clap::Args;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::note::{NoteHash, NoteNonce, SiloedNullifier};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, Fr};
use pixie_pxe::AccessScopes;
use pixie_pxe::state::{NoteFilter, NoteStatus, StoredNote};
use serde::Serialize;

use super::CliError;
use super::input::element;
use super::session::{Lines, Output, WalletOptions};
use crate::wallet::WalletError;

/// Lists the notes of a contract.
#[derive(Debug, Args)]
pub struct Notes {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The contract: its name or address.
    contract: String,
    /// Only notes of this owner.
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<String>,
    /// Only notes in this storage slot (hexadecimal).
    #[arg(long, value_name = "HEX")]
    slot: Option<String>,
    /// Nullified notes too.
    #[arg(long)]
    nullified: bool,
}

/// What is printed of a note.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    items: Vec<Fr>,
    owner: AztecAddress,
    slot: StorageSlot,
    randomness: Fr,
    nonce: NoteNonce,
    note_hash: NoteHash,
    nullifier: SiloedNullifier,
    tx_hash: TxHash,
    block: u32,
    is_active: bool,
}

impl From<&StoredNote> for Shown {
    fn from(note: &StoredNote) -> Self {
        Self {
            items: note.items.clone(),
            owner: note.owner,
            slot: note.storage_slot,
            randomness: note.randomness,
            nonce: note.nonce,
            note_hash: note.note_hash,
            nullifier: note.siloed_nullifier,
            tx_hash: note.tx_hash,
            block: note.block.l2_block_number.0,
            is_active: note.is_active(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_active { "" } else { ", nullified" };
        write!(f, "block {}{state}, owner {}:", self.block, self.owner)?;
        self.items.iter().try_for_each(|item| write!(f, " {item}"))
    }
}

impl Notes {
    /// Looks for notes, then lists them.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        let contract = session.resolve(&self.contract)?;
        let owner = self.owner.as_deref().map(|name| session.resolve(name));
        let slot = self.slot.as_deref().map(|slot| element("slot", slot));
        let (owner, slot) = (owner.transpose()?, slot.transpose()?);
        wallet
            .pxe()
            .sync_contracts(&[contract], &AccessScopes::All, &wallet.watch())
            .await
            .map_err(WalletError::from)?;
        let state = wallet.pxe().state();
        let notes = state.notes(&NoteFilter {
            owner,
            storage_slot: slot.map(StorageSlot::from_field),
            status: if self.nullified {
                NoteStatus::ActiveOrNullified
            } else {
                NoteStatus::Active
            },
            ..NoteFilter::of(contract, &AccessScopes::All)
        });
        let shown = notes.into_iter().map(Shown::from).collect();
        drop(session);
        output.show(&Lines(shown))
    }
}
