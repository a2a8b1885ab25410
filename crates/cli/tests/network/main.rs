//! The wallet on a real network, beside the reference's: both must say the same of every balance.
//!
//! `AZTEC_NODE_URL` names the network; without it one is brought up by `scripts/network` for as long
//! as the tests run. `PIXIE_NETWORK_TESTS=later` leaves them out. What is executed is the program `pixie`, a process for each command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

mod amm;
mod claim;
mod crowdfunding;
mod kill;
mod mortal;
mod nft;
mod peer;
mod pixie;
mod runaway;
mod steps;
mod story;
mod token;
mod voting;
mod world;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use world::{Network, World};

/// A test on the network.
type Scenario = fn(&World);

const SCENARIOS: &[(&str, Scenario)] = &[
    // The longest first.
    ("killed_at_random_points", kill::killed_at_random_points),
    ("killed_after_every_step", steps::killed_after_every_step),
    ("from_init_to_restore", story::from_init_to_restore),
    (
        "fee_juice_that_is_claimed",
        claim::fee_juice_that_is_claimed,
    ),
    ("accounts_of_all_types", token::accounts_of_all_types),
    ("token_between_own_accounts", token::between_own_accounts),
    ("token_with_the_reference", token::with_the_reference),
    ("token_shield_unshield_burn", token::shield_unshield_burn),
    ("nft", nft::nft),
    ("amm", amm::amm),
    ("crowdfunding", crowdfunding::crowdfunding),
    ("private_voting", voting::private_voting),
    (
        "a_contract_that_calls_itself",
        runaway::a_contract_that_calls_itself,
    ),
];

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    if let Some((first, rest)) = words.split_first()
        && first == mortal::MORTAL
    {
        return mortal::process(rest);
    }
    let mut arguments = Arguments::from_args();
    // They wait for blocks more than they work.
    arguments.test_threads.get_or_insert(4);
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(None)).exit_code();
    }
    let missing = world::missing();
    if let Some(missing) = missing {
        eprintln!("left out: {missing}");
        return ExitCode::SUCCESS;
    }
    let world = Arc::new(World::new(Network::connect()));
    let conclusion = libtest_mimic::run(&arguments, trials(Some(&world)));
    // Stops the network, if it was brought up for this.
    drop(world);
    conclusion.exit_code()
}

fn trials(world: Option<&Arc<World>>) -> Vec<Trial> {
    let trial = |(name, scenario): &(&str, Scenario)| {
        let (world, scenario) = (world.cloned(), *scenario);
        Trial::test(*name, move || {
            if let Some(world) = &world {
                scenario(world);
            }
            Ok(())
        })
    };
    SCENARIOS.iter().map(trial).collect()
}
