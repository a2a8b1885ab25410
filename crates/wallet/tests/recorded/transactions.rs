//! The way of transactions, with the real steps.

use std::sync::atomic::Ordering;

use pixie_bridge::session::{RequestId, RequestKey};
use pixie_primitives::abi::FunctionType;
use pixie_primitives::gas::PartialGasSettings;
use pixie_primitives::tx::ExecutionPayload;
use pixie_wallet::engine::{Fee, Order, SimulatedLimits, Task};
use pixie_wallet::journal::{Asker, Failure, Rejection, Stage, StageKind};
use serde_json::json;

use super::world::{Mood, World};

/// An own transfer of one of the recorded account's notes.
fn transfer(world: &World, amount: u128) -> Order {
    let from = world.account(0);
    let token = world.contract(0);
    let call = world
        .engine
        .encode_call(token, "transfer", json!([from, amount.to_string()]))
        .unwrap();
    let payload = ExecutionPayload {
        calls: vec![call],
        ..ExecutionPayload::default()
    };
    let mut rng = world.engine.entropy();
    Order::new(from, Task::Calls(payload), Fee::FeeJuice, &mut rng)
}

#[test]
fn a_simulation_shows_what_happens_underneath() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_to_public.simulated"]).await;
        let (from, token) = (world.account(0), world.contract(0));
        let arguments = json!([from, from, "1", "0"]);
        let call = world
            .engine
            .encode_call(token, "transfer_to_public", arguments)
            .unwrap();
        let payload = ExecutionPayload {
            calls: vec![call.clone()],
            ..ExecutionPayload::default()
        };
        let simulation = world
            .engine
            .simulate(
                from,
                payload,
                &[],
                PartialGasSettings::default(),
                SimulatedLimits::Unbounded,
            )
            .await
            .unwrap();
        let observed = simulation.observed;
        let entrypoint = &observed.calls[0];
        assert_eq!((entrypoint.by, entrypoint.depth), (None, 0));
        assert_eq!(entrypoint.contract, from);
        let direct = observed
            .calls
            .iter()
            .find(|seen| seen.selector == Some(call.selector))
            .unwrap();
        assert_eq!((direct.by, direct.depth), (Some(from), 1));
        assert_eq!(direct.contract, token);
        assert_eq!(direct.function_type, FunctionType::Private);
        // The token credits the recipient in public, in its own name.
        let public = observed
            .calls
            .iter()
            .find(|seen| seen.function_type == FunctionType::Public)
            .unwrap();
        assert_eq!((public.by, public.contract), (Some(token), token));
        let facts = public.public.as_ref().unwrap();
        assert_eq!(facts.sender, Some(token));
        assert!(facts.args.contains(&from.to_field()));
        let name = world.engine.pxe().state().contract(&token).unwrap();
        let name = name
            .artifact()
            .function_abi_by_selector(public.selector.unwrap())
            .unwrap();
        assert!(
            name.name.contains("increase_public_balance"),
            "{}",
            name.name
        );
        assert!(observed.authorizations.is_empty());
    });
}

#[test]
fn an_approved_transaction_is_sent_once_and_followed() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        let order = transfer(&world, 1);
        let id = world.engine.request(Asker::User, &order).await.unwrap();
        let ended = world
            .engine
            .run(id, &world.user, &*world.vault)
            .await
            .unwrap();
        assert_eq!(ended.entry.stage, Stage::Sent, "{:?}", ended.trouble);
        assert_eq!(world.chain.sent.borrow().len(), 1);
        let followed = world.engine.follow(id).await.unwrap().unwrap();
        assert_eq!(followed.stage.kind(), StageKind::Mined);
        let passed: Vec<_> = followed.passed.iter().map(|passed| passed.stage).collect();
        use StageKind::{Approved, Mined, Proved, Requested, Sent, Simulated};
        assert_eq!(
            passed,
            [Requested, Approved, Simulated, Proved, Sent, Mined]
        );
        assert!(world.engine.unfinished().is_empty());
        let seen = world.user.seen.borrow();
        let shown = serde_json::to_value(&seen[0].shown).unwrap();
        let request = &shown["request"];
        assert_eq!(request["kind"], "transaction");
        assert_eq!(request["calls"][0]["function"]["name"], "transfer");
        assert_eq!(request["privacy"]["isLinkable"], true, "it pays itself");
    });
}

#[test]
fn what_the_user_does_not_want_is_neither_signed_nor_sent() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        for (mood, rejection) in [
            (Mood::No, Rejection::ByUser),
            (Mood::Leaves, Rejection::Abandoned),
        ] {
            world.user.mood.set(mood);
            let order = transfer(&world, 1);
            let id = world.engine.request(Asker::User, &order).await.unwrap();
            let ended = world
                .engine
                .run(id, &world.user, &*world.vault)
                .await
                .unwrap();
            assert_eq!(ended.entry.stage, Stage::Rejected { rejection });
        }
        assert!(world.chain.sent.borrow().is_empty());
    });
}

#[test]
fn a_fee_that_rises_above_what_was_approved_ends_a_transaction() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        let order = transfer(&world, 1);
        let id = world.engine.request(Asker::User, &order).await.unwrap();
        let run = async {
            let price = |price: &str| json!({"feePerDaGas": "0", "feePerL2Gas": price});
            let chain = std::rc::Rc::clone(&world.chain);
            let desk = &world.user;
            // The price rises in the moment in which the user says yes.
            struct Riser<'a>(&'a dyn pixie_wallet::approval::User, Box<dyn Fn() + 'a>);
            impl pixie_wallet::approval::User for Riser<'_> {
                fn ask(
                    &self,
                    asked: pixie_wallet::approval::Asked,
                ) -> Result<pixie_wallet::approval::Waiting, pixie_wallet::approval::ApprovalError>
                {
                    (self.1)();
                    self.0.ask(asked)
                }
            }
            let rise = Box::new(move || {
                let method = "node_getCurrentMinFees".to_owned();
                chain.own.borrow_mut().insert(method, price("100000"));
            });
            let riser = Riser(desk, rise);
            world.engine.run(id, &riser, &*world.vault).await.unwrap()
        };
        let ended = run.await;
        let Stage::Failed {
            failure: Failure::FeeAboveApproved { approved, needed },
        } = ended.entry.stage
        else {
            panic!("{:?}", ended.entry.stage);
        };
        let number = |text: String| text.parse::<u128>().unwrap();
        assert!(number(needed) > number(approved));
        assert!(world.chain.sent.borrow().is_empty());
    });
}

#[test]
fn killed_in_any_commit_there_is_exactly_one_transaction() {
    pollster::block_on(async {
        let mut lives = 0;
        // Each life ends one commit later, until one is long enough.
        for commits in 0.. {
            let mut world = World::begin(&["transfer_private"]).await;
            let order = transfer(&world, 1);
            world.backend.life.store(commits, Ordering::Relaxed);
            let requested = world.engine.request(Asker::User, &order).await;
            let is_over = match requested {
                Ok(id) => {
                    let ran = world.engine.run(id, &world.user, &*world.vault).await;
                    ran.is_ok_and(|ended| ended.entry.stage == Stage::Sent)
                }
                Err(_) => false,
            };
            world.backend.life.store(u32::MAX, Ordering::Relaxed);
            world.restart().await;
            let unfinished = world.engine.unfinished();
            for id in &unfinished {
                let ended = world.engine.run(*id, &world.user, &*world.vault).await;
                let ended = ended.unwrap();
                let is_there = matches!(ended.entry.stage, Stage::Sent | Stage::Mined { .. });
                assert!(is_there, "{commits}: {:?}", ended.entry.stage);
            }
            let sent: std::collections::BTreeSet<_> =
                world.chain.sent.borrow().iter().cloned().collect();
            match world.engine.journal().entries().len() {
                0 => assert!(sent.is_empty(), "{commits}: nobody asked for it"),
                1 => assert_eq!(sent.len(), 1, "{commits}"),
                more => panic!("{commits}: {more} entries"),
            }
            lives += 1;
            if is_over {
                break;
            }
        }
        println!("killed in {lives} different commits");
        assert!(lives >= 6, "there are at least as many commits as stages");
    });
}

#[test]
fn an_account_puts_itself_on_the_chain() {
    pollster::block_on(async {
        let world = World::begin(&["deploy_account"]).await;
        let account = world.account(0);
        let mut rng = world.engine.entropy();
        let order = Order::new(
            account,
            Task::Deployment,
            Fee::canonical_sponsor(),
            &mut rng,
        );
        let id = world.engine.request(Asker::User, &order).await.unwrap();
        let ended = world
            .engine
            .run(id, &world.user, &*world.vault)
            .await
            .unwrap();
        assert_eq!(ended.entry.stage, Stage::Sent, "{:?}", ended.trouble);
        let seen = world.user.seen.borrow();
        let shown = serde_json::to_value(&seen[0].shown).unwrap();
        let names: Vec<_> = shown["request"]["calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call["function"]["name"].clone())
            .collect();
        assert_eq!(names, ["constructor", "entrypoint"]);
    });
}

#[test]
fn a_dapp_gets_its_answer_after_a_restart() {
    pollster::block_on(async {
        let mut answered = 0;
        for commits in 1..8 {
            let mut world = World::begin(&["transfer_private"]).await;
            world.grant_all().await;
            let from = world.account(0);
            let call = world.function_call(world.contract(0), "transfer", json!([from, "1"]));
            let arguments = [
                super::world::payload(&[call]),
                json!({"from": from, "wait": "NO_WAIT"}),
            ];
            let mut caller = world.caller();
            caller.request = Some(RequestId {
                session: "00112233445566778899aabbccddeeff".parse().unwrap(),
                key: RequestKey::Frame(7),
            });
            world.backend.life.store(commits, Ordering::Relaxed);
            let cut_off = world.call_as(&caller, "sendTx", &arguments).await;
            assert!(cut_off.is_err(), "{commits}: the wallet died");
            world.backend.life.store(u32::MAX, Ordering::Relaxed);
            world.restart().await;
            for (id, awaited) in world.engine.awaited() {
                assert_eq!(Some(&awaited.request), caller.request.as_ref());
                let resumed = world
                    .engine
                    .resume(id, &caller, awaited.wait, world.services());
                let outcome = Box::pin(resumed).await.unwrap();
                assert!(outcome.get().contains("txHash"), "{commits}: {outcome}");
                answered += 1;
            }
            assert!(world.engine.awaited().is_empty());
            let sent: std::collections::BTreeSet<_> =
                world.chain.sent.borrow().iter().cloned().collect();
            assert!(sent.len() <= 1, "{commits}");
        }
        assert!(
            answered >= 4,
            "{answered} requests were answered after a restart"
        );
    });
}

#[test]
fn a_private_balance_is_what_the_reference_found() {
    pollster::block_on(async {
        let world = World::begin(&["balance"]).await;
        let recorded = super::world::recording("balance");
        let values = &recorded["operations"][0]["result"]["returnValues"];
        let expected = super::world::short(values[0].as_str().unwrap());
        let (token, account) = (world.contract(0), world.account(0));
        let found = world.engine.private_balance(token, account).await.unwrap();
        assert_eq!(found, expected.to_u128().unwrap());
        assert!(found > 0);
        let unlisted = world.engine.balance(token, account).await;
        assert!(matches!(
            unlisted,
            Err(pixie_wallet::engine::EngineError::UnknownToken(address)) if address == token
        ));
    });
}

#[test]
fn a_claim_pays_for_itself() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        let mut order = transfer(&world, 1);
        order.fee = Fee::Claim {
            amount: u128::MAX,
            secret: 5u8.into(),
            message_leaf_index: 7,
        };
        let id = world.engine.request(Asker::User, &order).await.unwrap();
        // As it lies in the journal.
        assert_eq!(world.engine.order(id), Some(order.clone()));
        let shown = format!("{order:?}");
        assert!(
            shown.contains("Claim(") && !shown.contains("secret"),
            "{shown}"
        );
        // Nothing was sent from layer 1, so that there is nothing to claim.
        let ended = world.engine.run(id, &world.user, &*world.vault).await;
        match ended {
            Ok(ended) => assert_eq!(ended.entry.stage.kind(), StageKind::Failed),
            Err(error) => assert!(error.to_string().contains("not recorded"), "{error}"),
        }
        assert!(world.user.seen.borrow().is_empty());
        assert!(world.chain.sent.borrow().is_empty());
    });
}
