//! Killed at random points: after every kill the next start has the right balances.
//!
//! 200 commands, one process each, drawn from a seed (`PIXIE_SEED`), are killed at a point drawn from
//! the time that such a command takes; a part of them is faster. What must be true afterwards follows
//! from the chain: the balances before, and the effects of those transactions in the journal that are
//! in blocks.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::pixie::{Keys, Pixie};
use crate::token::{TOKEN, deploy, two_accounts};
use crate::world::{World, artifact};

/// How many commands, unless `PIXIE_KILL_OPERATIONS` says otherwise.
const OPERATIONS: usize = 200;

/// How long transactions may stay undecided.
const SETTLED_AFTER: Duration = Duration::from_secs(60);

/// Random numbers that a seed gives (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// What a transaction does to the private balances of alice and bob.
#[derive(Debug, Clone, Copy)]
struct Effect {
    alice: i64,
    bob: i64,
}

/// A command, and what its success must have done.
struct Operation {
    /// Operations of one kind take about the same time.
    kind: &'static str,
    words: Vec<String>,
    effect: Option<Effect>,
    /// A sender that is to be known afterwards, or not.
    sender: Option<(String, bool)>,
}

impl Operation {
    fn new(kind: &'static str, words: &[&str]) -> Self {
        Self {
            kind,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            effect: None,
            sender: None,
        }
    }
}

/// What must be true.
struct Ledger {
    /// The transactions of the journal, by number, with what they do.
    effects: BTreeMap<u64, Effect>,
    /// Senders of which a command said that they are known, or are not.
    senders: BTreeMap<String, bool>,
    /// How long operations take, in milliseconds.
    durations: BTreeMap<&'static str, u64>,
    killed: usize,
    /// Those of the killed that were to send something, and those of them that had written it down.
    killed_sends: (usize, usize),
    finished: usize,
    refused: usize,
}

/// Draws the next operation. `free` is whether no transaction is under way.
fn draw(dice: &mut Dice, free: bool, balances: (i64, i64)) -> Operation {
    match dice.below(100) {
        0..35 if free => transaction(dice, balances),
        0..50 => {
            let owner = ["alice", "bob"][dice.below(2) as usize];
            let arguments = json!([owner]).to_string();
            let words = [
                "call-utility",
                "tok",
                "balance_of_private",
                "--args",
                &arguments,
            ];
            let mut operation = Operation::new("utility", &words);
            operation
                .words
                .extend(["--from".to_owned(), owner.to_owned()]);
            operation
        }
        50..62 => Operation::new("sync", &["sync"]),
        62..70 => Operation::new("events", &["events", "tok"]),
        70..82 => {
            let address = format!("0x{:064x}", 1 + dice.below(4));
            let is_there = dice.below(2) == 0;
            let verb = if is_there { "add" } else { "remove" };
            let mut operation = Operation::new("sender", &["sender", verb, &address]);
            operation.sender = Some((address, is_there));
            operation
        }
        82..90 => {
            let salt = format!("{:#x}", dice.below(6));
            let words = [
                "contract",
                "register",
                &artifact(TOKEN),
                "--salt",
                &salt,
                "--args",
                r#"["alice","Other","OTH",6]"#,
            ];
            Operation::new("register", &words)
        }
        90..95 => {
            let arguments = r#"["alice", 1]"#;
            let words = [
                "simulate", "tok", "transfer", "--args", arguments, "--from", "bob",
            ];
            Operation::new("simulate", &words)
        }
        _ => Operation::new("journal", &["tx"]),
    }
}

/// Draws a transaction that the balances allow.
fn transaction(dice: &mut Dice, (alice, bob): (i64, i64)) -> Operation {
    let amount = 1 + dice.below(20) as i64;
    let (method, from, to, effect) = match dice.below(5) {
        0 | 1 if alice >= amount => {
            let effect = Effect {
                alice: -amount,
                bob: amount,
            };
            ("transfer", "alice", "bob", effect)
        }
        2 | 3 if bob >= amount => {
            let effect = Effect {
                alice: amount,
                bob: -amount,
            };
            ("transfer", "bob", "alice", effect)
        }
        _ => (
            "mint_to_private",
            "alice",
            "bob",
            Effect {
                alice: 0,
                bob: amount,
            },
        ),
    };
    let arguments = json!([to, amount]).to_string();
    let mut words = vec![
        "send",
        "tok",
        method,
        "--args",
        &arguments,
        "--from",
        from,
        "--fee",
        "sponsored",
    ];
    let waits = dice.below(3) == 0;
    if !waits {
        words.extend(["--wait", "sent"]);
    }
    let kind = if waits { "send, wait" } else { "send" };
    let mut operation = Operation::new(kind, &words);
    operation.effect = Some(effect);
    operation
}

impl Ledger {
    /// Runs an operation and kills it at a point that the dice say.
    fn run(&mut self, pixie: &Pixie, dice: &mut Dice, operation: &Operation) {
        // An unknown kind is given time to show how long it takes.
        let typical = self.durations.get(operation.kind).copied();
        let point = typical.map(|typical| match operation.effect {
            // Of a transaction the end is what matters: written down, sent.
            Some(_) => typical / 2 + dice.below(typical),
            None => dice.below(typical * 3 / 2 + 1),
        });
        let words: Vec<&str> = operation.words.iter().map(String::as_str).collect();
        let mut command = pixie.command(&words);
        let begun = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("pixie can be run");
        let deadline = point.map(|point| begun + Duration::from_millis(point));
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let output = child.wait_with_output().unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(!log.contains("damaged"), "{words:?}: {log}");
        match status {
            None => {
                self.killed += 1;
                if operation.effect.is_some() {
                    self.killed_sends.0 += 1;
                    // What was approved goes on, what was not is given up.
                    pixie.run(&["resume"]);
                }
                if let Some((address, _)) = &operation.sender {
                    self.senders.remove(address);
                }
            }
            Some(status) if status.success() => {
                self.finished += 1;
                let took = begun.elapsed().as_millis() as u64;
                self.durations.insert(operation.kind, took.max(1));
                if let Some((address, is_there)) = &operation.sender {
                    self.senders.insert(address.clone(), *is_there);
                }
            }
            // A transaction before may have taken the notes meanwhile; nothing else is forgiven.
            Some(status) => {
                self.refused += 1;
                let is_transaction = operation.effect.is_some() || operation.kind == "simulate";
                assert!(is_transaction, "{words:?} ended with {status}: {log}");
            }
        }
    }

    /// Takes up what is new in the journal: at most one transaction, that of the last operation.
    fn take_up(&mut self, journal: &Value, last: Option<Effect>) {
        let journal = journal.as_array().unwrap().iter();
        let numbers = journal.map(|entry| entry["number"].as_u64().unwrap());
        let new: Vec<_> = numbers
            .filter(|number| !self.effects.contains_key(number))
            .collect();
        assert!(new.len() <= 1, "one operation made {new:?}");
        for number in new {
            let effect = last.expect("only a transaction makes an entry in the journal");
            self.effects.insert(number, effect);
        }
    }

    /// The balances of alice and bob that follow from the transactions in blocks.
    fn balances(&self, journal: &Value) -> (i64, i64) {
        let mined = journal.as_array().unwrap().iter().filter(|entry| {
            assert!(entry["reverted"] != json!(true), "{entry}");
            entry["stage"] == "mined"
        });
        let effects = mined.filter_map(|entry| self.effects.get(&entry["number"].as_u64()?));
        effects.fold((0, 0), |(alice, bob), effect| {
            (alice + effect.alice, bob + effect.bob)
        })
    }
}

/// Whether a transaction may be mined yet.
fn is_under_way(journal: &Value) -> bool {
    let mut entries = journal.as_array().unwrap().iter();
    entries.any(|entry| entry["stage"] == "sent" || entry["stage"] == "proved")
}

/// What the active notes of alice and bob add up to.
fn noted(pixie: &Pixie, accounts: &[Keys; 2]) -> (i64, i64) {
    let notes = pixie.run(&["notes", "tok"]);
    let sum = |keys: &Keys| {
        let notes = notes.as_array().unwrap().iter();
        let own = notes.filter(|note| note["owner"] == keys.address.as_str());
        own.map(|note| {
            let digits = note["items"][0].as_str().unwrap().trim_start_matches("0x");
            i64::from_str_radix(digits, 16).unwrap()
        })
        .sum()
    };
    (sum(&accounts[0]), sum(&accounts[1]))
}

/// What the contract's own functions say.
fn told(pixie: &Pixie) -> (i64, i64) {
    let [alice, bob] = ["alice", "bob"].map(|owner| {
        let balance = pixie.utility("tok", "balance_of_private", json!([owner]), owner);
        balance.as_str().unwrap().parse().unwrap()
    });
    (alice, bob)
}

fn number_from(variable: &str, default: u64) -> u64 {
    let value = std::env::var(variable).ok();
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

pub fn killed_at_random_points(world: &World) {
    let seed = number_from("PIXIE_SEED", 20_261_121);
    let operations = number_from("PIXIE_KILL_OPERATIONS", OPERATIONS as u64);
    let mut dice = Dice(seed);
    let pixie = world.pixie();
    let accounts = two_accounts(world, &pixie);
    deploy(world, &pixie, "tok", &accounts[0]);
    pixie.send(
        "tok",
        "mint_to_private",
        json!(["alice", 100]),
        "alice",
        &[],
    );
    let mut ledger = Ledger {
        effects: BTreeMap::new(),
        senders: BTreeMap::new(),
        durations: BTreeMap::new(),
        killed: 0,
        killed_sends: (0, 0),
        finished: 0,
        refused: 0,
    };
    let mut journal = pixie.run(&["tx"]);
    let entries = journal.as_array().unwrap().iter();
    for entry in entries {
        let is_mint = entry["calls"][0]["function"] == "mint_to_private";
        let effect = Effect {
            alice: if is_mint { 100 } else { 0 },
            bob: 0,
        };
        let number = entry["number"].as_u64().unwrap();
        ledger.effects.insert(number, effect);
    }

    let begun = Instant::now();
    for number in 0..operations {
        let free = !is_under_way(&journal);
        let operation = draw(&mut dice, free, ledger.balances(&journal));
        let (killed, known) = (ledger.killed, ledger.effects.len());
        ledger.run(&pixie, &mut dice, &operation);
        let context = || format!("seed {seed}, operation {number}: {:?}", operation.words);
        journal = check(
            &pixie,
            &mut ledger,
            &accounts,
            operation.effect,
            journal,
            &context,
        );
        if ledger.killed > killed {
            ledger.killed_sends.1 += ledger.effects.len() - known;
        }
        if number % 20 == 19 {
            check_senders(&pixie, &ledger, &context);
        }
    }
    // In the end all is decided, and the reference agrees.
    let settling = Instant::now();
    while is_under_way(&journal) {
        assert!(settling.elapsed() < SETTLED_AFTER, "{journal:#}");
        std::thread::sleep(Duration::from_millis(500));
        journal = pixie.run(&["tx"]);
    }
    let (alice, bob) = ledger.balances(&journal);
    assert_eq!(told(&pixie), (alice, bob), "seed {seed}");
    let expected = [
        (&accounts[0], alice as u64, 0),
        (&accounts[1], bob as u64, 0),
    ];
    world.check_balances(&pixie, "tok", &expected);
    assert!(ledger.killed > 0 && ledger.finished > 0);
    eprintln!(
        "killed_at_random_points: seed {seed}, {operations} operations in {:.0} s: {} killed ({} while sending, of which {} after writing it down), {} finished, {} refused; {} transactions; alice {alice}, bob {bob}",
        begun.elapsed().as_secs_f64(),
        ledger.killed,
        ledger.killed_sends.0,
        ledger.killed_sends.1,
        ledger.finished,
        ledger.refused,
        ledger.effects.len(),
    );
}

/// Starts anew and compares the balances with the ledger. Blocks may come in between, so while a
/// transaction is under way, or was at the beginning, it is looked at again. Gives the journal.
fn check(
    pixie: &Pixie,
    ledger: &mut Ledger,
    accounts: &[Keys; 2],
    mut last: Option<Effect>,
    journal: Value,
    context: &dyn Fn() -> String,
) -> Value {
    let begun = Instant::now();
    // The journal changes only with transactions.
    let mut known = (last.is_none() && !is_under_way(&journal)).then_some(journal);
    loop {
        let before = known.take().unwrap_or_else(|| pixie.run(&["tx"]));
        ledger.take_up(&before, last.take());
        let found = noted(pixie, accounts);
        if found == ledger.balances(&before) {
            return before;
        }
        let after = pixie.run(&["tx"]);
        if found == ledger.balances(&after) {
            return after;
        }
        let is_open = is_under_way(&before) || before != after;
        assert!(
            is_open && begun.elapsed() < SETTLED_AFTER,
            "{}: the notes say {found:?}, the chain {:?}; {after:#}",
            context(),
            ledger.balances(&after),
        );
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// What a command said it did is done.
fn check_senders(pixie: &Pixie, ledger: &Ledger, context: &dyn Fn() -> String) {
    let senders = pixie.run(&["sender", "list"]);
    let senders = senders.as_array().unwrap();
    for (address, is_there) in &ledger.senders {
        let found = senders
            .iter()
            .any(|sender| sender["address"] == address.as_str());
        assert_eq!(found, *is_there, "{}: {address}", context());
    }
}
