//! Brings a contract's private state up to date before it is used.

use futures_util::future::try_join;
use pixie_primitives::contract::ProtocolContract;
use pixie_primitives::{AztecAddress, FunctionSelector};

use super::error::ExecutionFailure;
use super::utility;
use crate::error::PxeError;
use crate::progress::Progress;
use crate::scopes::AccessScopes;
use crate::sync;
use crate::work::Work;

/// The utility function by which contracts find their notes.
const SYNC_STATE: &str = "sync_state";

/// Brings a contract up to date with the anchor block for the accounts in scope, unless it is: has its
/// `sync_state` find notes and events, looks for nullifiers of known notes, and checks that the
/// registered class is the current one (Aztec 4.1.2, pxe `ContractSyncService`). A contract that
/// something stands in for is left alone.
///
/// `function` is what is to be called afterwards.
///
/// # Errors
/// [`ExecutionFailure::ForbiddenSyncState`] if that is `sync_state` itself, and whatever its steps fail with; the contract counts as not
/// synchronised then.
pub async fn ensure_synced(
    work: &Work,
    contract: AztecAddress,
    function: Option<FunctionSelector>,
    scopes: &AccessScopes,
) -> Result<(), PxeError> {
    if work.overrides().contains(&contract) {
        return Ok(());
    }
    let is_protocol = ProtocolContract::by_address(contract).is_some();
    if !is_protocol && let Some(function) = function {
        let loaded = work.state().contract(&contract)?;
        let called = loaded.function(function);
        if called.is_some_and(|called| called.artifact().abi.name == SYNC_STATE) {
            return Err(ExecutionFailure::ForbiddenSyncState.into());
        }
    }
    bring_up_to_date(work, contract, scopes, Place { index: 0, total: 1 }).await
}

/// Brings contracts up to date, one after the other, as [`ensure_synced`] does.
///
/// # Errors
/// As [`ensure_synced`]; [`PxeError::Cancelled`].
pub async fn ensure_all_synced(
    work: &Work,
    contracts: &[AztecAddress],
    scopes: &AccessScopes,
) -> Result<(), PxeError> {
    let total = contracts.len();
    for (index, contract) in contracts.iter().enumerate() {
        work.check_cancelled()?;
        bring_up_to_date(work, *contract, scopes, Place { index, total }).await?;
    }
    Ok(())
}

/// Which contract of how many this is, for whoever watches.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    total: usize,
}

async fn bring_up_to_date(
    work: &Work,
    contract: AztecAddress,
    scopes: &AccessScopes,
    Place { index, total }: Place,
) -> Result<(), PxeError> {
    let block = work.anchor().hash;
    let unsynced = work.state().unsynced(contract, scopes, block);
    let Some(unsynced) = unsynced else {
        return Ok(());
    };
    if ProtocolContract::by_address(contract).is_some() {
        // Its class cannot be updated either.
        work.state().contract_instance(&contract)?;
    } else {
        work.report(Progress::SyncingContract {
            contract,
            index,
            total,
        });
        let state = sync_state(work, contract, &unsynced);
        let class = async { Ok(sync::classes::verify_class(work, contract).await?) };
        try_join(state, class).await?;
    }
    work.state_mut().mark_synced(contract, &unsynced, block);
    Ok(())
}

async fn sync_state(
    work: &Work,
    contract: AztecAddress,
    scopes: &AccessScopes,
) -> Result<(), PxeError> {
    let loaded = work.state().contract(&contract)?;
    let sync_state =
        loaded
            .function_named(SYNC_STATE)
            .ok_or(ExecutionFailure::MissingFunction {
                contract,
                name: SYNC_STATE,
            })?;
    let discovery = async {
        work.begin_delivery(contract);
        let mut before = usize::MAX;
        loop {
            work.check_cancelled()?;
            utility::execute(work, contract, sync_state.selector(), &[], &[], scopes).await?;
            // A contract that asks for no more does not want them.
            let waiting = work.undelivered(&contract);
            if waiting == 0 || waiting == before {
                work.end_delivery(&contract);
                return Ok::<_, PxeError>(());
            }
            before = waiting;
        }
    };
    let nullifiers = async { Ok(sync::notes::sync_nullifiers(work, contract, scopes).await?) };
    try_join(discovery, nullifiers).await?;
    Ok(())
}
