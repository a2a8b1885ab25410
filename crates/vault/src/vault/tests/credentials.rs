use super::*;
use crate::slot::SlotKind;
use crate::{SlotId, VaultError};

fn right() -> Password {
    password(PASSWORD)
}

#[test]
fn the_password_is_changed() {
    let (bench, mut vault) = Bench::with_vault();
    let before = phrase(&mut vault, PASSWORD).unwrap();
    let secret = prf(1);
    let typed = right();
    block_on(async {
        let credential = Credential::Password(&typed);
        vault
            .add_passkey(credential, passkey(&secret))
            .await
            .unwrap();
        let short = vault.change_password(credential, &password("short")).await;
        assert!(matches!(short, Err(VaultError::PasswordTooShort)));
        vault
            .change_password(credential, &password(OTHER))
            .await
            .unwrap();
    });
    assert!(is_unlocked(&mut vault), "a change does not lock");
    for mut vault in [vault, bench.open()] {
        assert!(matches!(
            unlock(&mut vault, PASSWORD),
            Err(VaultError::WrongPassword { failures: 1, .. })
        ));
        unlock(&mut vault, OTHER).unwrap();
        assert_eq!(addresses(&mut vault).len(), 1);
        let after = phrase(&mut vault, OTHER).unwrap();
        assert_eq!(*after.to_text(), *before.to_text());
        block_on(vault.unlock(by_passkey(&secret))).unwrap();
    }
}

#[test]
fn a_forgotten_password_is_changed_by_a_passkey_and_while_locked() {
    let (bench, mut vault) = Bench::with_vault();
    let (typed, secret) = (right(), prf(1));
    block_on(vault.add_passkey(Credential::Password(&typed), passkey(&secret))).unwrap();
    let mut vault = bench.open();
    block_on(vault.change_password(by_passkey(&secret), &password(OTHER))).unwrap();
    assert!(is_locked(&mut vault, LockReason::Started));
    unlock(&mut bench.open(), OTHER).unwrap();
    assert!(unlock(&mut bench.open(), PASSWORD).is_err());
}

#[test]
fn passkeys_open_the_vault_until_they_are_removed() {
    let (bench, mut vault) = Bench::with_vault();
    let (typed, secret) = (right(), prf(1));
    let credential = Credential::Password(&typed);
    let slot = block_on(vault.add_passkey(credential, passkey(&secret))).unwrap();
    let again = block_on(vault.add_passkey(credential, passkey(&secret)));
    assert!(matches!(again, Err(VaultError::PasskeyInUse)));

    let mut vault = bench.open();
    let slots = vault.slots().unwrap();
    let [first, second] = slots.as_slice() else {
        panic!("{slots:?}")
    };
    assert_eq!(first.kind, SlotKind::Password(config().kdf));
    assert_eq!((second.id, second.label.as_str()), (slot, "my key"));
    let SlotKind::Passkey(asked) = &second.kind else {
        panic!("{second:?}")
    };
    assert_eq!(asked.credential_id, CREDENTIAL);
    assert_eq!(asked.prf_input, [5; 32]);
    assert_eq!(asked.relying_party, "example");

    let wrong = prf(2);
    let failed = block_on(vault.unlock(by_passkey(&wrong)));
    assert!(matches!(failed, Err(VaultError::WrongPasskey)));
    let unknown = Credential::Passkey {
        credential_id: b"another",
        secret: &secret,
    };
    let failed = block_on(vault.unlock(unknown));
    assert!(matches!(failed, Err(VaultError::UnknownPasskey)));
    block_on(vault.unlock(by_passkey(&secret))).unwrap();
    let shown = block_on(vault.phrase(by_passkey(&secret))).unwrap();
    assert_eq!(
        *shown.to_text(),
        *phrase(&mut vault, PASSWORD).unwrap().to_text()
    );

    let of_password = first.id;
    block_on(async {
        let removed = vault.remove_passkey(credential, of_password).await;
        assert!(matches!(removed, Err(VaultError::PasswordSlot)));
        let unknown = SlotId(99);
        let removed = vault.remove_passkey(credential, unknown).await;
        assert!(matches!(removed, Err(VaultError::UnknownSlot { slot }) if slot == unknown));
        vault.remove_passkey(credential, slot).await.unwrap();
        let failed = vault.unlock(by_passkey(&secret)).await;
        assert!(matches!(failed, Err(VaultError::UnknownPasskey)));
        // A name is not given a second time.
        let next = vault
            .add_passkey(credential, passkey(&secret))
            .await
            .unwrap();
        assert!(next > slot);
    });
}

#[test]
fn slots_are_bounded() {
    let (_, mut vault) = Bench::with_vault();
    let (typed, secret) = (right(), prf(1));
    let credential = Credential::Password(&typed);
    let add = |vault: &mut TestVault, id: Vec<u8>, label: String| {
        let mut added = passkey(&secret);
        added.credential_id = id;
        added.label = label;
        block_on(vault.add_passkey(credential, added))
    };
    for (id, label) in [
        (Vec::new(), String::new()),
        (vec![0; 1024], String::new()),
        (vec![0], "x".repeat(257)),
    ] {
        assert!(matches!(
            add(&mut vault, id, label),
            Err(VaultError::Oversized)
        ));
    }
    for number in 1..16 {
        add(&mut vault, vec![number], String::new()).unwrap();
    }
    assert!(matches!(
        add(&mut vault, vec![16], String::new()),
        Err(VaultError::TooManySlots)
    ));
}

#[test]
fn a_cheap_password_is_upgraded_when_it_unlocks() {
    let (bench, _) = Bench::with_vault();
    let mut dearer = config();
    dearer.kdf = KdfParams::new(16, 2, 1).unwrap();
    let kind = |vault: &TestVault| vault.slots().unwrap()[0].kind.clone();
    let mut vault = bench.open_with(dearer).0;
    assert!(unlock(&mut vault, OTHER).is_err());
    assert_eq!(kind(&vault), SlotKind::Password(config().kdf));
    unlock(&mut vault, PASSWORD).unwrap();
    assert_eq!(kind(&vault), SlotKind::Password(dearer.kdf));
    // It is stored, works, and is not taken back by a configuration that wants less.
    let mut vault = bench.unlocked();
    assert_eq!(kind(&vault), SlotKind::Password(dearer.kdf));
    assert_eq!(addresses(&mut vault).len(), 1);
}

#[test]
fn an_upgrade_that_cannot_be_stored_is_no_obstacle() {
    let (bench, _) = Bench::with_vault();
    let mut dearer = config();
    dearer.kdf = KdfParams::new(16, 2, 1).unwrap();
    let mut vault = bench.open_with(dearer).0;
    bench
        .storage
        .fail(Some((VaultRecord::FirstCopy, crate::WriteFault::Full)));
    unlock(&mut vault, PASSWORD).unwrap();
    bench.storage.fail(None);
    unlock(&mut bench.open(), PASSWORD).unwrap();
}
