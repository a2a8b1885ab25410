use super::*;

#[test]
fn a_vault_is_made_locked_and_unlocked() {
    let bench = Bench::new();
    let mut vault = bench.open();
    assert_eq!(vault.status(), VaultStatus::Absent);
    assert!(matches!(
        unlock(&mut vault, PASSWORD),
        Err(VaultError::Absent)
    ));
    assert!(matches!(vault.accounts(), Err(VaultError::Absent)));
    let made = block_on(vault.create(&password(PASSWORD), None)).unwrap();
    assert!(is_unlocked(&mut vault));
    let key = format!("{:?}", vault.store_key().unwrap());
    assert_eq!(key, "DataKey(…)");
    block_on(vault.add_account(AccountType::EcdsaSecp256k1, String::new())).unwrap();
    let before = addresses(&mut vault);

    block_on(vault.lock(LockReason::User)).unwrap();
    assert!(is_locked(&mut vault, LockReason::User));
    unlock(&mut vault, PASSWORD).unwrap();
    assert_eq!(addresses(&mut vault), before);

    let mut vault = bench.open();
    assert!(is_locked(&mut vault, LockReason::Started));
    unlock(&mut vault, PASSWORD).unwrap();
    assert_eq!(addresses(&mut vault), before);
    let shown = phrase(&mut vault, PASSWORD).unwrap();
    assert_eq!(*shown.to_text(), *made.to_text());
}

#[test]
fn locked_vaults_give_nothing() {
    let (bench, mut vault) = Bench::with_vault();
    let address = addresses(&mut vault)[0];
    let (mut vault, authority) = bench.open_with(config());
    let locked = |result: Result<(), VaultError>| {
        matches!(
            result,
            Err(VaultError::Locked {
                reason: LockReason::Started
            })
        )
    };
    assert!(locked(vault.accounts().map(|_| ())));
    assert!(locked(vault.secret_key(address).map(|_| ())));
    assert!(locked(vault.store_key().map(|_| ())));
    assert!(locked(vault.lock_policy().map(|_| ())));
    let approval = authority.approve(address, [message(address, 1).hash()]);
    assert!(locked(vault.signer(approval).map(|_| ())));
    assert!(locked(
        vault.preview_account(AccountType::Schnorr, 1).map(|_| ())
    ));
    block_on(async {
        let label = String::new;
        let added = vault.add_account(AccountType::Schnorr, label()).await;
        assert!(locked(added.map(|_| ())));
        assert!(locked(vault.rename_account(address, label()).await));
        assert!(locked(vault.remove_account(address).await));
        assert!(locked(vault.touch().await.map(|_| ())));
        assert!(locked(vault.start_session().await.map(|_| ())));
        assert!(locked(vault.set_lock_policy(LockPolicy::DEFAULT).await));
    });
}

#[test]
fn an_existing_vault_is_never_overwritten() {
    let (bench, mut vault) = Bench::with_vault();
    let before = bench.records();
    let made = block_on(vault.create(&password(OTHER), None));
    assert!(matches!(made, Err(VaultError::AlreadyExists)));
    // Nor by one that was opened when there was none yet.
    let late = Bench::new();
    let mut vault = late.open();
    let (first, second) = (VaultRecord::FirstCopy, VaultRecord::SecondCopy);
    late.storage.set(first, bench.storage.get(first));
    let made = block_on(vault.create(&password(OTHER), None));
    assert!(matches!(made, Err(VaultError::AlreadyExists)));
    assert_eq!(late.storage.get(first), bench.storage.get(first));
    assert_eq!(late.storage.get(second), None);
    assert_eq!(bench.records(), before);
}

#[test]
fn short_passwords_are_refused() {
    let bench = Bench::new();
    let mut vault = bench.open();
    let made = block_on(vault.create(&password("1234567"), None));
    assert!(matches!(made, Err(VaultError::PasswordTooShort)));
    assert_eq!(bench.records(), vec![None; 4]);
}

#[test]
fn deadlines_are_enforced_without_a_timer() {
    let (bench, mut vault) = Bench::with_vault();
    bench.clock.advance(seconds(15 * 60 - 1));
    assert!(vault.accounts().is_ok());
    let deadlines = block_on(vault.touch()).unwrap();
    assert_eq!(deadlines.idle, bench.clock.now_after(15 * 60));
    bench.clock.advance(seconds(15 * 60));
    assert!(matches!(
        vault.accounts(),
        Err(VaultError::Locked {
            reason: LockReason::Idle
        })
    ));
    assert!(is_locked(&mut vault, LockReason::Idle));
    assert_eq!(block_on(vault.poll()).unwrap(), None);

    unlock(&mut vault, PASSWORD).unwrap();
    let mut reason = None;
    for _ in 0..8 * 6 {
        bench.clock.advance(seconds(10 * 60));
        reason = block_on(vault.poll()).unwrap();
        if reason.is_some() {
            break;
        }
        block_on(vault.touch()).unwrap();
    }
    assert_eq!(reason, Some(LockReason::Deadline));
    assert_eq!(
        bench.clock.now_after(0),
        START.after(seconds(2 * (15 * 60) - 1 + 8 * 3600))
    );
}

impl ManualClock {
    fn now_after(&self, by: u64) -> UnixMillis {
        use crate::Clock;
        self.now().after(seconds(by))
    }
}

#[test]
fn a_policy_holds_from_now_on_and_is_kept() {
    let (bench, mut vault) = Bench::with_vault();
    let policy = LockPolicy::new(seconds(60), seconds(3600)).unwrap();
    block_on(vault.set_lock_policy(policy)).unwrap();
    bench.clock.advance(seconds(59));
    assert!(is_unlocked(&mut vault));
    bench.clock.advance(seconds(1));
    assert!(is_locked(&mut vault, LockReason::Idle));
    let mut vault = bench.unlocked();
    assert_eq!(vault.lock_policy().unwrap(), policy);
}

#[test]
fn setting_the_clock_back_locks() {
    let (bench, mut vault) = Bench::with_vault();
    bench.clock.advance(seconds(600));
    assert!(is_unlocked(&mut vault));
    bench.clock.set(START);
    assert!(is_locked(&mut vault, LockReason::ClockSetBack));
}

pixie_store::table! {
    Names("names"): u64 => String
}

pixie_store::tables! {
    struct Book: version 1, migrations [] {
        names: Names,
    }
}

/// The namespaces that the store makes of the vault's key: they are named by keyed hashes.
fn namespaces(vault: &mut TestVault) -> Vec<pixie_store::NamespaceId> {
    use pixie_store::{Backend, Database, MemoryBackend, Sealing};

    let sealing = Sealing::sealed(vault.store_key().unwrap(), ChaCha20Rng::seed_from_u64(1));
    let backend = MemoryBackend::new();
    block_on(async {
        let opened = Database::<Book, _>::open(backend.clone(), "test", sealing).await;
        assert!(opened.is_ok());
        backend.namespaces().await.unwrap()
    })
}

#[test]
fn the_store_key_is_the_vaults_own() {
    let (bench, mut vault) = Bench::with_vault();
    let first = namespaces(&mut vault);
    assert!(!first.is_empty());
    assert_eq!(namespaces(&mut bench.unlocked()), first);
    let other = Bench::new();
    let mut other = other.open();
    other.rng = Box::new(ChaCha20Rng::seed_from_u64(99));
    block_on(other.create(&password(PASSWORD), None)).unwrap();
    assert_ne!(namespaces(&mut other), first);
}

#[test]
fn erasing_leaves_nothing() {
    let (bench, mut vault) = Bench::with_vault();
    let _ = unlock(&mut vault, OTHER);
    block_on(vault.start_session()).unwrap();
    block_on(vault.erase()).unwrap();
    assert_eq!(bench.records(), vec![None; 4]);
    assert_eq!(vault.status(), VaultStatus::Absent);
    block_on(vault.create(&password(OTHER), None)).unwrap();
}

#[test]
fn nothing_secret_is_printed() {
    let (_, vault) = Bench::with_vault();
    assert_eq!(format!("{vault:?}"), "Vault(unlocked)");
}
