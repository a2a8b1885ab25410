use proptest::prelude::*;

use super::*;
use crate::cipher::Sealed;
use crate::codec::{Format, FormatError};
use crate::envelope::{self, Envelope, VaultPart};
use crate::wipe::SecretBytes;
use crate::{CopiesHealth, CopyFault, CopyId, WriteFault};

const COPIES: [(CopyId, VaultRecord); 2] = [
    (CopyId::First, VaultRecord::FirstCopy),
    (CopyId::Second, VaultRecord::SecondCopy),
];

type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;

fn damages() -> Vec<(&'static str, Damage)> {
    vec![
        ("missing", |_| None),
        ("empty", |_| Some(Vec::new())),
        ("half", |bytes| Some(bytes[..bytes.len() / 2].to_vec())),
        ("flipped", |mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x10;
            Some(bytes)
        }),
        ("zeros", |bytes| Some(vec![0; bytes.len()])),
        ("longer", |bytes| Some([bytes, vec![0]].concat())),
        ("foreign", |_| Some(b"another program's".to_vec())),
    ]
}

fn health(vault: &mut TestVault) -> CopiesHealth {
    match vault.status() {
        VaultStatus::Locked { copies, .. } | VaultStatus::Unlocked { copies, .. } => copies,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_damaged_copy_is_repaired_from_the_other() {
    let (good, mut vault) = Bench::with_vault();
    let expected = addresses(&mut vault);
    for (copy, record) in COPIES {
        for (name, damage) in damages() {
            let bench = good.fork();
            let bytes = bench.storage.get(record).unwrap();
            bench.storage.set(record, damage(bytes.clone()));
            let mut vault = bench.open();
            assert!(
                matches!(health(&mut vault), CopiesHealth::OneFaulty(faulty, _) if faulty == copy),
                "{name}"
            );
            // Nothing is written before the keys have shown that the other copy is good.
            assert_ne!(bench.storage.get(record).as_ref(), Some(&bytes), "{name}");
            let _ = unlock(&mut vault, OTHER);
            assert_ne!(bench.storage.get(record).as_ref(), Some(&bytes), "{name}");
            unlock(&mut vault, PASSWORD).unwrap();
            assert_eq!(addresses(&mut vault), expected, "{name}");
            assert_eq!(health(&mut vault), CopiesHealth::Intact, "{name}");
            assert_eq!(bench.storage.get(record), Some(bytes), "{name}");
        }
    }
}

#[test]
fn two_damaged_copies_are_reported_and_left_alone() {
    let (good, mut vault) = Bench::with_vault();
    let credential = password(PASSWORD);
    let backup = block_on(vault.backup(
        Credential::Password(&credential),
        &credential,
        Default::default(),
    ))
    .unwrap();
    for (first_name, first) in damages() {
        for (second_name, second) in damages() {
            let bench = good.fork();
            for (record, damage) in [
                (VaultRecord::FirstCopy, first),
                (VaultRecord::SecondCopy, second),
            ] {
                let bytes = bench.storage.get(record).unwrap();
                bench.storage.set(record, damage(bytes));
            }
            let before = bench.records();
            let mut vault = bench.open();
            if (first_name, second_name) == ("missing", "missing") {
                assert_eq!(vault.status(), VaultStatus::Absent);
                continue;
            }
            assert!(matches!(vault.status(), VaultStatus::Damaged { .. }));
            let damaged =
                |result: Result<(), VaultError>| matches!(result, Err(VaultError::Damaged { .. }));
            assert!(damaged(unlock(&mut vault, PASSWORD)));
            assert!(damaged(vault.accounts().map(|_| ())));
            let made = block_on(vault.create(&credential, None));
            assert!(damaged(made.map(|_| ())));
            let restored = block_on(vault.restore(&backup, &credential, &credential));
            assert!(damaged(restored.map(|_| ())));
            assert_eq!(bench.records(), before, "{first_name} and {second_name}");
            // Only the user's explicit wish makes room for the backup.
            block_on(vault.erase()).unwrap();
            block_on(vault.restore(&backup, &credential, &credential)).unwrap();
        }
    }
}

#[test]
fn the_only_good_copy_is_never_written_first() {
    let (good, _) = Bench::with_vault();
    for (copy, record) in COPIES {
        let other = copy.other().record();
        let bench = good.fork();
        bench.storage.set(record, None);
        // Every write of the missing copy is torn: the good one must stay as it is.
        bench.storage.fail(Some((record, WriteFault::Torn)));
        let kept = bench.storage.get(other);
        let mut vault = bench.unlocked();
        assert!(matches!(
            health(&mut vault),
            CopiesHealth::OneFaulty(faulty, CopyFault::NotWritten) if faulty == copy
        ));
        let added = block_on(vault.add_account(AccountType::Schnorr, String::new()));
        assert!(matches!(added, Err(VaultError::Storage(_))));
        assert_eq!(addresses(&mut vault).len(), 1);
        assert_eq!(bench.storage.get(other), kept);
        bench.storage.fail(None);
        block_on(vault.add_account(AccountType::Schnorr, String::new())).unwrap();
        assert_eq!(health(&mut vault), CopiesHealth::Intact);
        assert_eq!(addresses(&mut bench.unlocked()).len(), 2);
    }
}

#[test]
fn what_is_read_back_counts() {
    for (fault, stored) in [(WriteFault::Denied, true), (WriteFault::Lost, false)] {
        let (bench, mut vault) = Bench::with_vault();
        bench.storage.fail(Some((VaultRecord::FirstCopy, fault)));
        let added = block_on(vault.add_account(AccountType::Schnorr, String::new()));
        assert_eq!(added.is_ok(), stored, "{fault:?}");
        bench.storage.fail(None);
        let in_memory = addresses(&mut vault);
        assert_eq!(in_memory.len(), if stored { 2 } else { 1 });
        assert_eq!(addresses(&mut bench.unlocked()), in_memory);
    }
}

/// What the records hold, and the key that the parts are under.
fn opened(bench: &Bench) -> (Envelope, SecretBytes<32>) {
    let bytes = bench.storage.get(VaultRecord::FirstCopy).unwrap();
    let envelope = Envelope::from_bytes(&bytes).unwrap();
    let credential = password(PASSWORD);
    let slot = envelope.slots.first().unwrap();
    let keys = slot.open(envelope.vault, Credential::Password(&credential));
    (envelope, keys.unwrap().unwrap().data)
}

#[test]
fn what_the_keys_did_not_seal_is_not_used() {
    let (good, _) = Bench::with_vault();
    let (envelope, _) = opened(&good);
    let mut rng = ChaCha20Rng::seed_from_u64(77);
    let foreign = SecretBytes::random(&mut rng);
    let part = |part| -> Sealed {
        envelope::seal(envelope.vault, part, &foreign, &1u8, &mut rng.clone()).unwrap()
    };
    let mut forged = [envelope.clone(), envelope.clone(), envelope.clone()];
    forged[0].accounts = part(VaultPart::Accounts);
    forged[1].secrets = part(VaultPart::Secrets);
    forged[2].phrase = part(VaultPart::Phrase);
    for (forged, newer) in forged
        .iter()
        .flat_map(|forged| [(forged, false), (forged, true)])
    {
        for (copy, record) in COPIES {
            let bench = good.fork();
            let mut forged = forged.clone();
            forged.revision += u64::from(newer);
            bench.storage.set(record, Some(forged.to_bytes().unwrap()));
            // The other copy is used as soon as the keys show which one is forged.
            let mut vault = bench.unlocked();
            assert_eq!(addresses(&mut vault).len(), 1);
            assert_eq!(health(&mut vault), CopiesHealth::Intact);
            let other = bench.storage.get(copy.other().record());
            assert_eq!(bench.storage.get(record), other);
            assert_eq!(other, Some(envelope.to_bytes().unwrap()));
        }
    }
    // Both forged in the same way: what is left can still be used, the rest says so.
    let bench = good.fork();
    for (_, record) in COPIES {
        bench
            .storage
            .set(record, Some(forged[1].to_bytes().unwrap()));
    }
    let mut vault = bench.unlocked();
    let address = addresses(&mut vault)[0];
    assert!(matches!(
        vault.secret_key(address),
        Err(VaultError::PartDamaged {
            part: VaultPart::Secrets
        })
    ));
    assert_eq!(phrase(&mut vault, PASSWORD).unwrap().words().count(), 24);
    for (_, record) in COPIES {
        bench
            .storage
            .set(record, Some(forged[0].to_bytes().unwrap()));
    }
    assert!(matches!(
        unlock(&mut bench.open(), PASSWORD),
        Err(VaultError::PartDamaged {
            part: VaultPart::Accounts
        })
    ));
}

#[test]
fn a_forged_slot_of_the_same_age_does_not_lock_out() {
    let (good, _) = Bench::with_vault();
    let bench = Bench::new();
    let mut vault = bench.open();
    vault.rng = Box::new(ChaCha20Rng::seed_from_u64(1234));
    block_on(vault.create(&password(OTHER), None)).unwrap();
    let other = bench.storage.get(VaultRecord::FirstCopy).unwrap();
    let other = Envelope::from_bytes(&other).unwrap();
    let (mut forged, _) = opened(&good);
    forged.slots = other.slots;
    for (_, record) in COPIES {
        let bench = good.fork();
        bench.storage.set(record, Some(forged.to_bytes().unwrap()));
        assert!(unlock(&mut bench.open(), OTHER).is_err());
        let mut vault = bench.unlocked();
        assert_eq!(health(&mut vault), CopiesHealth::Intact);
    }
}

#[test]
fn an_older_copy_is_not_opened_beside_a_newer_one() {
    let (bench, mut vault) = Bench::with_vault();
    let old = bench.storage.get(VaultRecord::SecondCopy);
    let credential = password(PASSWORD);
    block_on(vault.change_password(Credential::Password(&credential), &password(OTHER))).unwrap();
    // As if the program had been stopped between the two writes.
    bench.storage.set(VaultRecord::SecondCopy, old.clone());
    let mut vault = bench.open();
    assert_eq!(
        health(&mut vault),
        CopiesHealth::OneFaulty(CopyId::Second, CopyFault::Stale)
    );
    assert!(matches!(
        unlock(&mut vault, PASSWORD),
        Err(VaultError::WrongPassword { .. })
    ));
    unlock(&mut vault, OTHER).unwrap();
    assert_ne!(bench.storage.get(VaultRecord::SecondCopy), old);
}

#[test]
fn a_newer_version_is_left_alone() {
    const NEWER: Format = Format {
        namespace: "pixie/vault",
        version: 2,
        limit: 4096,
    };
    let (good, _) = Bench::with_vault();
    for (_, record) in COPIES {
        let bench = good.fork();
        let newer = NEWER.encode(&"another shape").unwrap();
        bench.storage.set(record, Some(newer));
        let before = bench.records();
        let mut vault = bench.open();
        let expected = CopyFault::Unreadable(FormatError::Version {
            found: 2,
            supported: 1,
        });
        assert!(matches!(
            vault.status(),
            VaultStatus::Damaged { first, second } if first == expected || second == expected
        ));
        assert!(matches!(
            unlock(&mut vault, PASSWORD),
            Err(VaultError::NewerVersion {
                found: 2,
                supported: 1
            })
        ));
        assert!(block_on(vault.create(&password(PASSWORD), None)).is_err());
        assert_eq!(bench.records(), before);
    }
}

#[test]
fn expensive_parameters_are_refused_before_they_are_used() {
    let (good, _) = Bench::with_vault();
    let (mut envelope, _) = opened(&good);
    for (memory_kib, passes, lanes) in [(u32::MAX, 1, 1), (8, u32::MAX, 1), (7, 1, 1), (8, 1, 0)] {
        if let crate::slot::SlotLock::Password { argon2id, .. } = &mut envelope.slots[0].lock {
            *argon2id = crate::password::Costs {
                memory_kib,
                passes,
                lanes,
            };
        }
        let bytes = envelope.to_bytes().unwrap();
        assert_eq!(
            Envelope::from_bytes(&bytes),
            Err(FormatError::KdfParameters)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn envelopes_round_trip_and_damage_is_found(
        seed: u64, label in "\\PC{0,40}", credential in prop::collection::vec(any::<u8>(), 1..100),
        place: prop::sample::Index, bit in 0u8..8,
    ) {
        let bench = Bench::new();
        let mut vault = bench.open();
        vault.rng = Box::new(ChaCha20Rng::seed_from_u64(seed));
        let (typed, secret) = (password(PASSWORD), prf(3));
        block_on(async {
            vault.create(&typed, None).await.unwrap();
            let mut added = passkey(&secret);
            added.label.clone_from(&label);
            added.credential_id.clone_from(&credential);
            vault.add_passkey(Credential::Password(&typed), added).await.unwrap();
        });
        let mut bytes = bench.storage.get(VaultRecord::FirstCopy).unwrap();
        let envelope = Envelope::from_bytes(&bytes).unwrap();
        prop_assert_eq!(envelope.to_bytes().unwrap(), bytes.clone());
        prop_assert_eq!(&envelope.slots[1].label, &label);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(Envelope::from_bytes(&bytes).is_err());
        prop_assert!(Envelope::from_bytes(&bytes[..place]).is_err());
    }

    #[test]
    fn random_bytes_are_no_envelope(bytes: Vec<u8>) {
        prop_assert!(Envelope::from_bytes(&bytes).is_err());
    }
}
