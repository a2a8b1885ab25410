//! For `scripts/bench browser`: makes a wallet of one that has found a note into a wallet that has found
//! thousands, without a chain on which they all have to be made first.
//!
//! A page of the extension runs it while the service worker does not.

use js_sys::Error;
use pixie_primitives::note::{NoteHash, NoteNonce, SiloedNullifier};
use pixie_primitives::{AztecAddress, Fr};
use pixie_pxe::AccessScopes;
use pixie_pxe::state::{NetworkId, NoteFilter, PxeTables, StoredNote};
use pixie_store::{DataKey, Sealing};
use pixie_store_indexeddb::IndexedDbBackend;
use pixie_vault::{BackendStorage, Clock, Credential, Password, UnixMillis, Vault, VaultConfig};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use wasm_bindgen::prelude::*;

/// The databases of the service worker.
const VAULT: &str = "pixie vault";
const WALLET: &str = "pixie wallet";

/// Any time will do: the vault was not locked out.
#[derive(Clone)]
struct Now;

impl Clock for Now {
    fn now(&self) -> UnixMillis {
        UnixMillis(js_sys::Date::now() as u64)
    }
}

fn failed(error: impl std::fmt::Display) -> JsValue {
    Error::new(&error.to_string()).into()
}

/// Nothing here needs random numbers that nobody can guess.
fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(js_sys::Date::now() as u64)
}

async fn key(password: String) -> Result<DataKey, JsValue> {
    let storage = IndexedDbBackend::open(VAULT).await.map_err(failed)?;
    let storage = BackendStorage::new(storage);
    let opening = Vault::open(storage, Now, rng(), VaultConfig::default());
    let (mut vault, _) = opening.await.map_err(failed)?;
    let password = Password::new(password);
    let unlocking = vault.unlock(Credential::Password(&password));
    unlocking.await.map_err(failed)?;
    vault.store_key().map_err(failed)
}

/// A note that differs from another in all that makes it another note.
fn another(note: &StoredNote, number: u32) -> StoredNote {
    let shift = |field: Fr| field + Fr::from(u64::from(number) + 1);
    let mut note = note.clone();
    note.randomness = shift(note.randomness);
    note.nonce = NoteNonce::from_field(shift(note.nonce.to_field()));
    note.note_hash = NoteHash::from_field(shift(note.note_hash.to_field()));
    let nullifier = shift(note.siloed_nullifier.to_field());
    note.siloed_nullifier = SiloedNullifier::from_field(nullifier);
    note.note_index += number + 1;
    note
}

/// Gives an account copies of one of its notes of a contract, until it has `wanted` of them. Returns
/// what the first field of all of them, its value, adds up to.
///
/// # Errors
/// An `Error` that says why not.
#[wasm_bindgen]
pub async fn fill(
    password: String,
    l1_chain_id: u64,
    rollup_version: u64,
    contract: String,
    account: String,
    wanted: u32,
) -> Result<String, JsValue> {
    let network = NetworkId {
        l1_chain_id,
        rollup_version,
    };
    let contract: AztecAddress = contract.parse().map_err(failed)?;
    let account: AztecAddress = account.parse().map_err(failed)?;
    let sealing = Sealing::sealed(key(password).await?, rng());
    let backend = IndexedDbBackend::open(WALLET).await.map_err(failed)?;
    let opening = PxeTables::open(backend, network, sealing);
    let (database, _) = opening.await.map_err(failed)?;
    let mut job = database.exclusive_job().await.map_err(failed)?;
    let scopes = AccessScopes::Only(vec![account]);
    let filter = NoteFilter::of(contract, &scopes);
    let notes: Vec<StoredNote> = job.notes(&filter).into_iter().cloned().collect();
    let note = notes.first().ok_or_else(|| failed("there is no note"))?;
    let missing = wanted.saturating_sub(u32::try_from(notes.len()).unwrap_or(u32::MAX));
    for number in 0..missing {
        job.add_note(another(note, number), account);
    }
    let all = job.notes(&filter).into_iter();
    let sum = all
        .filter_map(|note| note.items.first().copied())
        .sum::<Fr>();
    database.commit(job).await.map_err(failed)?;
    sum.to_u128().map(|sum| sum.to_string()).map_err(failed)
}
