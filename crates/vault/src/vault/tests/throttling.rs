use super::*;
use crate::throttle::Throttle;
use crate::{VaultStorageError, WriteFault};

fn fail_once(bench: &Bench, vault: &mut TestVault) -> (u32, Option<u64>) {
    match unlock(vault, OTHER) {
        Err(VaultError::WrongPassword { failures, retry_at }) => {
            let now = bench.clock.now_after_zero();
            (failures, retry_at.map(|at| at.since(now).as_secs()))
        }
        other => panic!("{other:?}"),
    }
}

impl ManualClock {
    fn now_after_zero(&self) -> UnixMillis {
        crate::Clock::now(self)
    }
}

#[test]
fn wrong_passwords_are_counted_and_throttled() {
    let (bench, _) = Bench::with_vault();
    let mut vault = bench.open();
    assert_eq!(fail_once(&bench, &mut vault), (1, None));
    assert_eq!(fail_once(&bench, &mut vault), (2, None));
    assert_eq!(fail_once(&bench, &mut vault), (3, None));
    assert_eq!(fail_once(&bench, &mut vault), (4, Some(5)));
    // No attempt is made meanwhile, not even with the right password.
    let records = bench.records();
    for text in [OTHER, PASSWORD] {
        assert!(matches!(
            unlock(&mut vault, text),
            Err(VaultError::Throttled { retry_at }) if retry_at == START.after(seconds(5))
        ));
    }
    assert_eq!(bench.records(), records);
    bench.clock.advance(seconds(5));
    assert_eq!(fail_once(&bench, &mut vault), (5, Some(15)));
    bench.clock.advance(seconds(15));
    unlock(&mut vault, PASSWORD).unwrap();
    assert_eq!(bench.storage.get(VaultRecord::Throttle), None);
    assert_eq!(fail_once(&bench, &mut vault), (1, None));
}

#[test]
fn a_restart_does_not_help() {
    let (bench, _) = Bench::with_vault();
    for _ in 0..4 {
        let _ = unlock(&mut bench.open(), OTHER);
    }
    assert!(matches!(
        unlock(&mut bench.open(), PASSWORD),
        Err(VaultError::Throttled { .. })
    ));
    assert!(matches!(
        bench.open().status(),
        VaultStatus::Locked { retry_at: Some(at), .. } if at == START.after(seconds(5))
    ));
}

#[test]
fn everything_that_takes_a_password_is_throttled() {
    let (bench, _) = Bench::with_vault();
    type Attempt = fn(&mut TestVault) -> Result<(), VaultError>;
    let attempts: [Attempt; 6] = [
        |vault| phrase(vault, OTHER).map(|_| ()),
        |vault| {
            let wrong = password(OTHER);
            block_on(vault.change_password(Credential::Password(&wrong), &wrong))
        },
        |vault| {
            let (wrong, secret) = (password(OTHER), prf(1));
            block_on(vault.add_passkey(Credential::Password(&wrong), passkey(&secret))).map(|_| ())
        },
        |vault| {
            let wrong = password(OTHER);
            block_on(vault.backup(Credential::Password(&wrong), &wrong, Default::default()))
                .map(|_| ())
        },
        |vault| block_on(vault.verify(Credential::Password(&password(OTHER)))),
        |vault| {
            let wrong = password(OTHER);
            block_on(vault.reveal_keys(Credential::Password(&wrong), AztecAddress::ZERO))
                .map(|_| ())
        },
    ];
    let before = bench.storage.get(VaultRecord::FirstCopy);
    for (number, attempt) in (1..).zip(attempts) {
        let mut vault = bench.open();
        let failed = attempt(&mut vault);
        assert!(
            matches!(failed, Err(VaultError::WrongPassword { failures, .. }) if failures == number),
            "{number}: {failed:?}"
        );
        bench.clock.advance(seconds(60));
    }
    assert_eq!(bench.storage.get(VaultRecord::FirstCopy), before);
}

#[test]
fn an_attempt_is_counted_before_it_is_made() {
    let (bench, _) = Bench::with_vault();
    // The program is stopped right after the count was written: whatever the password.
    for counted in 1..=3 {
        bench.storage.stop_after(Some(1));
        let _ = unlock(&mut bench.open(), OTHER);
        bench.storage.stop_after(None);
        let record = bench.storage.get(VaultRecord::Throttle).unwrap();
        assert_eq!(Throttle::from_bytes(&record).unwrap().failures(), counted);
    }
}

#[test]
fn what_cannot_be_counted_is_not_tried() {
    let (bench, _) = Bench::with_vault();
    let mut vault = bench.open();
    let fault = Some((VaultRecord::Throttle, WriteFault::Full));
    bench.storage.fail(fault);
    assert!(matches!(
        unlock(&mut vault, PASSWORD),
        Err(VaultError::Storage(VaultStorageError::Full))
    ));
    bench.storage.fail(None);
    unlock(&mut vault, PASSWORD).unwrap();
}

#[test]
fn a_damaged_count_delays_and_does_not_lock_out() {
    let (bench, _) = Bench::with_vault();
    let damaged = Some(b"damaged".to_vec());
    bench.storage.set(VaultRecord::Throttle, damaged);
    let mut vault = bench.open();
    assert!(matches!(
        unlock(&mut vault, PASSWORD),
        Err(VaultError::Throttled { retry_at }) if retry_at == START.after(seconds(60))
    ));
    bench.clock.advance(seconds(60));
    unlock(&mut vault, PASSWORD).unwrap();
}

#[test]
fn passkeys_are_not_throttled_and_do_not_count() {
    let (bench, mut vault) = Bench::with_vault();
    let secret = prf(1);
    let credential = password(PASSWORD);
    block_on(vault.add_passkey(Credential::Password(&credential), passkey(&secret))).unwrap();
    let mut vault = bench.open();
    for _ in 0..4 {
        let _ = unlock(&mut vault, OTHER);
    }
    block_on(vault.unlock(by_passkey(&secret))).unwrap();
    // The password's failures stay: whoever has a passkey may not know the password.
    assert!(matches!(
        phrase(&mut vault, PASSWORD),
        Err(VaultError::Throttled { .. })
    ));
}
