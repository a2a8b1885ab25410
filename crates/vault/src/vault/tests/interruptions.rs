//! The program is stopped after every single write of every change.

use super::*;

/// What a change does, and what holds once it is done.
struct Change {
    name: &'static str,
    make: fn(&mut TestVault) -> Result<(), VaultError>,
    /// Seen from a vault that was opened anew.
    is_made: fn(&Bench) -> bool,
    /// What still opens the vault then.
    password: &'static str,
}

fn opens(bench: &Bench, text: &str) -> bool {
    unlock(&mut bench.fork().open(), text).is_ok()
}

fn changes() -> [Change; 5] {
    [
        Change {
            name: "add an account",
            make: |vault| {
                block_on(vault.add_account(AccountType::EcdsaSecp256k1, String::new())).map(|_| ())
            },
            is_made: |bench| addresses(&mut bench.fork().unlocked()).len() == 2,
            password: PASSWORD,
        },
        Change {
            name: "rename an account",
            make: |vault| {
                let address = addresses(vault)[0];
                block_on(vault.rename_account(address, "new".to_owned()))
            },
            is_made: |bench| bench.fork().unlocked().accounts().unwrap()[0].label == "new",
            password: PASSWORD,
        },
        Change {
            name: "change the password",
            make: |vault| {
                let old = password(PASSWORD);
                block_on(vault.change_password(Credential::Password(&old), &password(OTHER)))
            },
            is_made: |bench| opens(bench, OTHER),
            password: OTHER,
        },
        Change {
            name: "add a passkey",
            make: |vault| {
                let (typed, secret) = (password(PASSWORD), prf(1));
                block_on(vault.add_passkey(Credential::Password(&typed), passkey(&secret)))
                    .map(|_| ())
            },
            is_made: |bench| bench.open().slots().unwrap().len() == 2,
            password: PASSWORD,
        },
        Change {
            name: "set the policy",
            make: |vault| {
                let policy = LockPolicy::new(seconds(60), seconds(120)).unwrap();
                block_on(vault.set_lock_policy(policy))
            },
            is_made: |bench| bench.fork().unlocked().lock_policy().unwrap().idle() == seconds(60),
            password: PASSWORD,
        },
    ]
}

#[test]
fn a_change_is_made_or_not_wherever_the_program_stops() {
    let (good, mut vault) = Bench::with_vault();
    let words = phrase(&mut vault, PASSWORD).unwrap().to_text();
    for change in changes() {
        let whole = good.fork();
        let mut vault = whole.unlocked();
        let before = whole.storage.writes();
        (change.make)(&mut vault).unwrap();
        let writes = whole.storage.writes() - before;
        assert!((change.is_made)(&whole), "{}", change.name);
        assert!(writes >= 2, "{}: both copies", change.name);

        let mut seen = [false; 2];
        for stop in 0..writes {
            let bench = good.fork();
            let mut vault = bench.unlocked();
            bench.storage.stop_after(Some(stop));
            let result = (change.make)(&mut vault);
            bench.storage.stop_after(None);
            let made = (change.is_made)(&bench);
            seen[usize::from(made)] = true;
            // Whoever is told that it succeeded finds it made, and nobody else is told so.
            assert_eq!(result.is_ok(), made, "{} after {stop}", change.name);
            let opens_with = if made { change.password } else { PASSWORD };
            let mut again = bench.open();
            unlock(&mut again, opens_with).unwrap();
            assert!(!addresses(&mut again).is_empty());
            assert_eq!(*phrase(&mut again, opens_with).unwrap().to_text(), *words);
            if change.password != PASSWORD && made {
                assert!(!opens(&bench, PASSWORD), "{} after {stop}", change.name);
            }
        }
        assert_eq!(seen, [true, true], "{}", change.name);
    }
}

#[test]
fn making_a_vault_is_done_or_not_wherever_the_program_stops() {
    let whole = Bench::new();
    block_on(whole.open().create(&password(PASSWORD), None)).unwrap();
    let writes = whole.storage.writes();
    for stop in 0..writes {
        let bench = Bench::new();
        let mut vault = bench.open();
        bench.storage.stop_after(Some(stop));
        let made = block_on(vault.create(&password(PASSWORD), None));
        bench.storage.stop_after(None);
        let mut again = bench.open();
        if made.is_ok() {
            unlock(&mut again, PASSWORD).unwrap();
        } else {
            assert_eq!(again.status(), VaultStatus::Absent, "after {stop}");
        }
    }
}

#[test]
fn torn_writes_leave_one_good_copy() {
    let (good, _) = Bench::with_vault();
    for record in [VaultRecord::FirstCopy, VaultRecord::SecondCopy] {
        for change in changes() {
            let bench = good.fork();
            let mut vault = bench.unlocked();
            let fault = Some((record, crate::WriteFault::Torn));
            bench.storage.fail(fault);
            let result = (change.make)(&mut vault);
            bench.storage.fail(None);
            let made = (change.is_made)(&bench);
            assert_eq!(result.is_ok(), made, "{}", change.name);
            assert_eq!(made, record == VaultRecord::SecondCopy, "{}", change.name);
            let opens_with = if made { change.password } else { PASSWORD };
            assert!(opens(&bench, opens_with), "{}", change.name);
        }
    }
}
