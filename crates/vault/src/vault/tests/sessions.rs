use super::*;
use crate::SessionToken;

fn copy(token: &SessionToken) -> SessionToken {
    SessionToken::new(&mut token.as_bytes().clone())
}

#[test]
fn a_session_survives_a_restart_with_its_deadlines() {
    let (bench, mut vault) = Bench::with_vault();
    let before = addresses(&mut vault);
    let token = block_on(vault.start_session()).unwrap();
    let VaultStatus::Unlocked { deadlines, .. } = vault.status() else {
        panic!("unlocked")
    };
    drop(vault);
    bench.clock.advance(seconds(60));
    let mut vault = bench.open();
    let resumed = block_on(vault.resume(&token)).unwrap();
    assert_eq!(
        (resumed.idle, resumed.absolute, resumed.unlocked_at),
        (deadlines.idle, deadlines.absolute, deadlines.unlocked_at)
    );
    assert_eq!(addresses(&mut vault), before);
    // The data key is the same: the phrase needs a credential all the same.
    assert!(phrase(&mut vault, PASSWORD).is_ok());
    bench.clock.advance(seconds(14 * 60));
    assert!(is_locked(&mut vault, LockReason::Idle));
}

#[test]
fn activity_moves_the_stored_deadline() {
    let (bench, mut vault) = Bench::with_vault();
    let token = block_on(vault.start_session()).unwrap();
    bench.clock.advance(seconds(10));
    let writes = bench.storage.writes();
    block_on(vault.touch()).unwrap();
    assert_eq!(bench.storage.writes(), writes, "not for every key press");
    bench.clock.advance(seconds(10 * 60));
    block_on(vault.touch()).unwrap();
    bench.clock.advance(seconds(10 * 60));
    let mut vault = bench.open();
    block_on(vault.resume(&token)).unwrap();
    block_on(vault.touch()).unwrap();
    bench.clock.advance(seconds(10 * 60));
    block_on(bench.open().resume(&token)).unwrap();
}

#[test]
fn a_session_ends() {
    let over = |bench: &Bench, token: &SessionToken| {
        let mut vault = bench.open();
        let resumed = block_on(vault.resume(token));
        assert!(
            matches!(resumed, Err(VaultError::SessionOver)),
            "{resumed:?}"
        );
        assert!(!is_unlocked(&mut vault));
        assert_eq!(bench.storage.get(VaultRecord::Session), None);
        unlock(&mut vault, PASSWORD).unwrap();
    };
    let start = || {
        let (bench, mut vault) = Bench::with_vault();
        let token = block_on(vault.start_session()).unwrap();
        (bench, vault, token)
    };

    let (bench, _, token) = start();
    bench.clock.advance(seconds(15 * 60));
    over(&bench, &token);

    let (bench, _, token) = start();
    bench.clock.set(UnixMillis(START.0 - 120_000));
    over(&bench, &token);

    let (bench, mut vault, token) = start();
    block_on(vault.lock(LockReason::User)).unwrap();
    assert_eq!(bench.storage.get(VaultRecord::Session), None);
    over(&bench, &token);

    let (bench, mut vault, token) = start();
    bench.clock.advance(seconds(15 * 60));
    assert_eq!(block_on(vault.poll()).unwrap(), Some(LockReason::Idle));
    assert_eq!(bench.storage.get(VaultRecord::Session), None);
    over(&bench, &token);

    let (bench, mut vault, token) = start();
    let newer = block_on(vault.start_session()).unwrap();
    over(&bench, &token);
    over(&bench, &newer);

    let (bench, mut vault, token) = start();
    unlock(&mut vault, PASSWORD).unwrap();
    over(&bench, &token);

    let (bench, _, token) = start();
    let mut record = bench.storage.get(VaultRecord::Session).unwrap();
    let middle = record.len() / 2;
    record[middle] ^= 1;
    bench.storage.set(VaultRecord::Session, Some(record));
    over(&bench, &token);

    let (bench, _, _) = start();
    over(&bench, &SessionToken::new(&mut [1; 32]));
}

#[test]
fn the_absolute_deadline_holds_over_restarts() {
    let (bench, mut vault) = Bench::with_vault();
    let token = block_on(vault.start_session()).unwrap();
    let mut hours = 0;
    loop {
        let mut vault = bench.open();
        match block_on(vault.resume(&token)) {
            Ok(_) => block_on(vault.touch()).map(|_| ()).unwrap(),
            Err(error) => {
                assert!(matches!(error, VaultError::SessionOver));
                break;
            }
        }
        bench.clock.advance(seconds(600));
        hours += 1;
    }
    assert_eq!(hours, 8 * 6);
}

#[test]
fn neither_half_tells_the_key() {
    let (bench, mut vault) = Bench::with_vault();
    let token = block_on(vault.start_session()).unwrap();
    let super::super::State::Unlocked(unlocked) = &vault.state else {
        panic!("unlocked")
    };
    let key = unlocked.data.as_array();
    assert_ne!(token.as_bytes(), key);
    for record in bench.records().into_iter().flatten() {
        assert!(!record.windows(32).any(|window| window == key));
        assert!(!record.windows(32).any(|window| window == token.as_bytes()));
    }
    assert_eq!(
        format!("{:?}", copy(&token)),
        "SessionToken(SecretBytes(…))"
    );
}

#[test]
fn a_changed_policy_is_in_the_session() {
    let (bench, mut vault) = Bench::with_vault();
    let token = block_on(vault.start_session()).unwrap();
    let policy = LockPolicy::new(seconds(60), seconds(3600)).unwrap();
    block_on(vault.set_lock_policy(policy)).unwrap();
    bench.clock.advance(seconds(60));
    let resumed = block_on(bench.open().resume(&token));
    assert!(matches!(resumed, Err(VaultError::SessionOver)));
}
