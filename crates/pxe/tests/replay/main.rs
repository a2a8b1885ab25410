//! Replays whole operations of the reference's PXE: with the same node answers and random values ours
//! must come to the same witnesses of every circuit, the same public inputs and the same transaction.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

mod faults;
mod recording;
mod world;

use pixie_primitives::block::BlockNumber;
use pixie_primitives::codec::from_hex;
use pixie_primitives::tx::{FunctionCall, TxExecutionRequest};
use pixie_primitives::{Fr, FromBytes, ToBytes};
use pixie_pxe::AccessScopes;
use pixie_pxe::pxe::{SimulateOptions, Watch};
use pixie_pxe::state::ContractOverrides;
use pixie_pxe::state::events::EventQuery;
use serde_json::Value;

use recording::{Kind, Life, Operation, short};
use world::World;

fn replay(name: &str) {
    let life = recording::read(name);
    pollster::block_on(async {
        let world = world::begin(&life).await;
        for (number, operation) in life.operations.iter().enumerate() {
            perform(&world, &life, operation).await;
            assert_eq!(
                world.draws.left(),
                0,
                "{name}, operation {number}: not all recorded random values were drawn"
            );
        }
    });
}

async fn perform(world: &World, life: &Life, operation: &Operation) {
    world.node.plays(&[
        &operation.node_calls,
        &life.register.node_calls,
        &life.create.node_calls,
    ]);
    world.draws.prepare(&operation.random);
    match operation.kind {
        Kind::Prove => prove(world, operation).await,
        Kind::Simulate => simulate(world, operation).await,
        Kind::Utility => utility(world, operation).await,
        Kind::Events => events(world, operation).await,
    }
}

fn request_of(operation: &Operation) -> TxExecutionRequest {
    let request = operation.request.as_ref().unwrap();
    let bytes = from_hex(request["buffer"].as_str().unwrap(), "request").unwrap();
    TxExecutionRequest::from_bytes(&bytes).unwrap()
}

fn scopes_of(operation: &Operation) -> AccessScopes {
    AccessScopes::Only(operation.scopes.clone())
}

fn hex(value: &Value) -> Vec<u8> {
    from_hex(value.as_str().unwrap(), "bytes").unwrap()
}

async fn prove(world: &World, operation: &Operation) {
    let request = request_of(operation);
    let proved = world
        .pxe
        .prove_tx(&request, &scopes_of(operation), &Watch::default())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let digests = world.digests.0.borrow();
    let recorded = operation.circuits.iter().filter(|circuit| {
        let is_utility = circuit.kind == "contract" && circuit.outputs.len() < 800;
        !is_utility
    });
    let mut expected: Vec<(usize, String)> = recorded
        .map(|circuit| (circuit.witnesses, circuit.witness_sha256.clone()))
        .collect();
    let mut actual: Vec<(usize, String)> = digests
        .iter()
        .map(|(_, witnesses, digest)| (*witnesses, digest.clone()))
        .collect();
    // The recorded circuits are in the order in which they ran, ours in that of the proof.
    expected.sort();
    actual.sort();
    assert_eq!(actual, expected, "the witnesses differ; ours: {digests:?}");
    let result = &operation.result;
    assert_eq!(
        proved.public_inputs.to_bytes(),
        hex(&result["publicInputs"]),
        "public inputs"
    );
    assert_eq!(proved.tx.to_bytes(), hex(&result["tx"]), "transaction");
    assert_eq!(
        proved.tx.tx_hash().to_string(),
        result["txHash"].as_str().unwrap()
    );
    check_execution(&proved.execution, &result["privateExecution"]);
}

async fn simulate(world: &World, operation: &Operation) {
    let request = request_of(operation);
    let recorded = operation.options.as_ref().unwrap();
    let flag = |name: &str| recorded[name].as_bool().unwrap();
    let mut overrides = ContractOverrides::default();
    for stand_in in &operation.overrides {
        let artifact = world::artifact(&stand_in.artifact);
        overrides.insert(stand_in.address, stand_in.instance.instance, artifact);
    }
    let is_kernelless = !overrides.is_empty();
    let options = SimulateOptions {
        public: flag("simulatePublic"),
        skip_validation: flag("skipTxValidation"),
        skip_fee_enforcement: flag("skipFeeEnforcement"),
        overrides,
    };
    let simulated = world
        .pxe
        .simulate_tx(&request, &scopes_of(operation), options, &Watch::default())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let result = &operation.result;
    assert_eq!(
        simulated.public_inputs.to_bytes(),
        hex(&result["publicInputs"]),
        "public inputs"
    );
    assert_eq!(simulated.tx.to_bytes(), hex(&result["tx"]), "transaction");
    assert_eq!(
        serde_json::to_value(simulated.gas_used()).unwrap(),
        result["gasUsed"],
        "gas"
    );
    if !is_kernelless {
        check_execution(&simulated.execution, &result["privateExecution"]);
    }
}

fn check_execution(execution: &pixie_pxe::execution::ResultTree, recorded: &Value) {
    assert_eq!(
        execution.first_nullifier.to_field(),
        short(recorded["firstNullifier"].as_str().unwrap())
    );
    let recorded_calldata = recorded["publicFunctionCalldata"].as_array().unwrap();
    assert_eq!(execution.public_calldata.len(), recorded_calldata.len());
    for (ours, theirs) in execution.public_calldata.iter().zip(recorded_calldata) {
        assert_eq!(ours.hash, short(theirs["hash"].as_str().unwrap()));
    }
    check_call(&execution.entrypoint, &recorded["entrypoint"]);
}

fn fields(value: &Value) -> Vec<Fr> {
    let items = value.as_array().unwrap().iter();
    items.map(|field| short(field.as_str().unwrap())).collect()
}

fn check_call(call: &pixie_pxe::execution::PrivateCall, recorded: &Value) {
    use pixie_primitives::ToFields;
    assert_eq!(
        call.public_inputs.to_fields(),
        fields(&recorded["publicInputs"])
    );
    assert_eq!(call.return_values, fields(&recorded["returnValues"]));
    let nested = recorded["nested"].as_array().unwrap();
    assert_eq!(call.nested.len(), nested.len());
    for (ours, theirs) in call.nested.iter().zip(nested) {
        check_call(ours, theirs);
    }
}

async fn utility(world: &World, operation: &Operation) {
    let recorded = operation.call.as_ref().unwrap();
    let selector = recorded.selector.parse().unwrap();
    let call = FunctionCall {
        name: recorded.name.clone(),
        to: recorded.to,
        selector,
        function_type: pixie_primitives::abi::FunctionType::Utility,
        is_static: false,
        hide_msg_sender: false,
        args: recorded.args.iter().map(|arg| short(arg)).collect(),
        return_types: Vec::new(),
    };
    let values = world
        .pxe
        .execute_utility(&call, &[], &scopes_of(operation), &Watch::default())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(values, fields(&operation.result["returnValues"]));
}

#[test]
fn a_balance_as_of_the_same_block_takes_one_question() {
    let life = recording::read("balance");
    pollster::block_on(async {
        let world = world::begin(&life).await;
        let operation = &life.operations[0];
        perform(&world, &life, operation).await;
        world.node.answers(Some(1));
        utility(&world, operation).await;
    });
}

async fn events(world: &World, operation: &Operation) {
    let filter = operation.filter.as_ref().unwrap();
    let block = |name: &str| {
        let number = filter.get(name)?.as_u64()?;
        Some(BlockNumber(u32::try_from(number).unwrap()))
    };
    let query = EventQuery {
        contract: serde_json::from_value(filter["contractAddress"].clone()).unwrap(),
        selector: operation.event_selector.as_ref().unwrap().parse().unwrap(),
        from_block: block("fromBlock"),
        to_block: block("toBlock"),
        scopes: serde_json::from_value(filter["scopes"].clone()).unwrap(),
        tx_hash: None,
    };
    let found = world
        .pxe
        .private_events(query, &Watch::default())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let recorded = operation.result["events"].as_array().unwrap();
    assert_eq!(found.events.len(), recorded.len());
    for (ours, theirs) in found.events.iter().zip(recorded) {
        assert_eq!(ours.content, fields(&theirs["packedEvent"]));
        assert_eq!(ours.tx_hash.to_string(), theirs["txHash"].as_str().unwrap());
    }
}

/// A test for each recording, and one that none is left out.
macro_rules! replays {
    ($($(#[$attribute:meta])* $name:ident $(= $file:literal)?),* $(,)?) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $name() {
                replay(replays!(@file $name $($file)?));
            }
        )*

        #[test]
        fn no_recording_is_left_out() {
            let mut known = vec![$(replays!(@file $name $($file)?)),*];
            known.sort_unstable();
            let index = recording::root().join("tests/vectors/transactions/index.json");
            let index: Value = serde_json::from_slice(&std::fs::read(index).unwrap()).unwrap();
            let files = index.as_array().unwrap().iter();
            let names = files.map(|entry| entry["file"].as_str().unwrap());
            let mut names: Vec<_> = names.map(|n| n.trim_end_matches(".json.gz")).collect();
            names.sort_unstable();
            assert_eq!(known, names);
        }
    };
    (@file $name:ident $file:literal) => { $file };
    (@file $name:ident) => { stringify!($name) };
}

replays! {
    amm_add_liquidity, amm_add_liquidity_simulated = "amm_add_liquidity.simulated",
    amm_swap, amm_swap_simulated = "amm_swap.simulated",
    balance,
    batch, batch_simulated = "batch.simulated",
    burn_private, burn_private_simulated = "burn_private.simulated",
    cast_vote, cast_vote_simulated = "cast_vote.simulated",
    crowdfunding_donate, crowdfunding_donate_simulated = "crowdfunding_donate.simulated",
    deploy_account, deploy_account_simulated = "deploy_account.simulated",
    deploy_contract, deploy_contract_simulated = "deploy_contract.simulated",
    ecdsa_k_transfer, ecdsa_k_transfer_simulated = "ecdsa_k_transfer.simulated",
    ecdsa_r_transfer, ecdsa_r_transfer_simulated = "ecdsa_r_transfer.simulated",
    fpc_private, fpc_private_simulated = "fpc_private.simulated",
    fpc_public, fpc_public_simulated = "fpc_public.simulated",
    inner_resets, inner_resets_simulated = "inner_resets.simulated",
    many_notes, many_notes_simulated = "many_notes.simulated",
    mint_to_private, mint_to_private_simulated = "mint_to_private.simulated",
    nested_events, nested_events_simulated = "nested_events.simulated",
    nft_transfer_private, nft_transfer_private_simulated = "nft_transfer_private.simulated",
    nft_transfer_to_public, nft_transfer_to_public_simulated = "nft_transfer_to_public.simulated",
    offchain, offchain_simulated = "offchain.simulated",
    partial_note_finalize, partial_note_finalize_simulated = "partial_note_finalize.simulated",
    partial_note_prepare, partial_note_prepare_simulated = "partial_note_prepare.simulated",
    private_events,
    sequence,
    side_effects, side_effects_simulated = "side_effects.simulated",
    simulate_kernelless,
    static_call, static_call_simulated = "static_call.simulated",
    transfer_authwit, transfer_authwit_simulated = "transfer_authwit.simulated",
    transfer_private, transfer_private_simulated = "transfer_private.simulated",
    transfer_public, transfer_public_simulated = "transfer_public.simulated",
    transfer_to_private, transfer_to_private_simulated = "transfer_to_private.simulated",
    transfer_to_public, transfer_to_public_simulated = "transfer_to_public.simulated",
}
