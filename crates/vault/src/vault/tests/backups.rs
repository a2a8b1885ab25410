use proptest::prelude::*;

use super::*;
use crate::codec::{Format, FormatError};
use crate::{
    AccountKeys, BackupError, BackupInfo, BackupSection, BackupSections, KeyBytes, SigningHalf,
};

const BACKUP_PASSWORD: &str = "kept in a drawer";

fn sections() -> BackupSections {
    let section = |version, bytes: &[u8]| BackupSection {
        version,
        bytes: bytes.to_vec(),
    };
    BackupSections::from([
        ("senders".to_owned(), section(1, b"them")),
        ("tagging".to_owned(), section(3, &[0xab; 100_000])),
        ("empty".to_owned(), section(0, b"")),
    ])
}

/// A vault with all kinds of accounts, and its backup.
fn backed_up() -> (Bench, TestVault, Vec<u8>) {
    let (bench, mut vault) = Bench::with_vault();
    let typed = password(PASSWORD);
    let backup = block_on(async {
        for account_type in AccountType::ALL {
            let label = format!("my {account_type}");
            vault.add_account(account_type, label).await.unwrap();
        }
        let key = |byte| KeyBytes::new(&mut [byte; 32]);
        let imported = AccountKeys {
            secret_key: key(1),
            salt: Fr::ONE,
            signing: SigningHalf::Key(AccountType::EcdsaSecp256k1, key(2)),
        };
        let imported = vault.import_account(imported, String::new()).await.unwrap();
        let watched = AccountKeys {
            secret_key: key(3),
            salt: Fr::ONE,
            signing: SigningHalf::PublicOnly(imported.account.signing_public_key),
        };
        vault.import_account(watched, String::new()).await.unwrap();
        let policy = LockPolicy::new(seconds(120), seconds(240)).unwrap();
        vault.set_lock_policy(policy).await.unwrap();
        let credential = Credential::Password(&typed);
        let drawer = password(BACKUP_PASSWORD);
        vault.backup(credential, &drawer, sections()).await.unwrap()
    });
    (bench, vault, backup)
}

fn restore(bench: &Bench, backup: &[u8], typed: &str) -> Result<BackupSections, VaultError> {
    let mut vault = bench.open();
    block_on(vault.restore(backup, &password(typed), &password(OTHER)))
}

#[test]
fn a_backup_brings_everything_back() {
    let (_, mut vault, backup) = backed_up();
    let info = BackupInfo::read(&backup).unwrap();
    assert_eq!((info.created_at, info.kdf), (START, config().kdf));

    let bench = Bench::new();
    bench.clock.advance(seconds(1000));
    let (mut restored, authority) = bench.open_with(config());
    let drawer = password(BACKUP_PASSWORD);
    let brought = block_on(restored.restore(&backup, &drawer, &password(OTHER))).unwrap();
    assert_eq!(brought, sections());
    assert_eq!(restored.accounts().unwrap(), vault.accounts().unwrap());
    assert_eq!(
        restored.lock_policy().unwrap(),
        vault.lock_policy().unwrap()
    );
    for address in addresses(&mut vault) {
        let before = vault.secret_key(address).unwrap().expose();
        assert_eq!(restored.secret_key(address).unwrap().expose(), before);
        let approval = authority.approve(address, [message(address, 1).hash()]);
        let can_sign = restored.account(address).unwrap().can_sign();
        assert_eq!(restored.signer(approval).is_ok(), can_sign);
    }
    let mut vault_again = bench.open();
    unlock(&mut vault_again, OTHER).unwrap();
    assert_eq!(
        vault_again.accounts().unwrap(),
        restored.accounts().unwrap()
    );
    let words = phrase(&mut vault, PASSWORD).unwrap().to_text();
    assert_eq!(*phrase(&mut vault_again, OTHER).unwrap().to_text(), *words);
    assert_ne!(vault_again.id(), vault.id());
}

#[test]
fn a_backup_says_nothing_without_its_password() {
    let (bench, mut vault, backup) = backed_up();
    let words = phrase(&mut vault, PASSWORD).unwrap();
    let entropy = words.entropy();
    let root = words.root();
    let secrets = [
        entropy.as_array(),
        root.as_array(),
        &[1; 32],
        &[2; 32],
        &[3; 32],
    ];
    let everything = bench.records().into_iter().flatten().chain([backup]);
    for bytes in everything {
        for secret in secrets {
            assert!(!bytes.windows(32).any(|window| window == secret));
        }
        for text in ["my schnorr", "senders", PASSWORD, BACKUP_PASSWORD] {
            let text = text.as_bytes();
            assert!(!bytes.windows(text.len()).any(|window| window == text));
        }
    }
}

#[test]
fn backups_that_cannot_be_used_change_nothing() {
    let (_, _, backup) = backed_up();
    let bench = Bench::new();
    let error = |bytes: &[u8], typed: &str| match restore(&bench, bytes, typed) {
        Err(VaultError::Backup(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error(&backup, PASSWORD), BackupError::WrongPassword);
    for length in [0, 1, 10, 100, backup.len() / 2, backup.len() - 1] {
        assert_eq!(
            error(&backup[..length], BACKUP_PASSWORD),
            BackupError::Unreadable(FormatError::Truncated)
        );
    }
    let mut damaged = backup.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert_eq!(
        error(&damaged, BACKUP_PASSWORD),
        BackupError::Unreadable(FormatError::Checksum)
    );
    let other = |namespace, version| {
        let format = Format {
            namespace,
            version,
            limit: 4096,
        };
        format.encode(&"another shape").unwrap()
    };
    assert_eq!(
        error(&other("pixie/backup", 9), BACKUP_PASSWORD),
        BackupError::Unreadable(FormatError::Version {
            found: 9,
            supported: 1
        })
    );
    assert!(matches!(
        error(&other("pixie/other", 1), BACKUP_PASSWORD),
        BackupError::Unreadable(FormatError::Foreign { .. })
    ));
    assert_eq!(bench.records(), vec![None; 4]);
    let short = block_on(bench.open().restore(
        &backup,
        &password(BACKUP_PASSWORD),
        &password("short"),
    ));
    assert!(matches!(short, Err(VaultError::PasswordTooShort)));
    assert_eq!(bench.records(), vec![None; 4]);
}

#[test]
fn a_backup_does_not_overwrite_a_vault() {
    let (bench, mut vault, backup) = backed_up();
    let before = bench.records();
    let refused = restore(&bench, &backup, BACKUP_PASSWORD);
    assert!(matches!(refused, Err(VaultError::AlreadyExists)));
    assert_eq!(bench.records(), before);
    assert!(is_unlocked(&mut vault));
    let typed = password(PASSWORD);
    let weak = block_on(vault.backup(Credential::Password(&typed), &password("weak"), sections()));
    assert!(matches!(weak, Err(VaultError::PasswordTooShort)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn backups_round_trip_and_damage_is_found(
        contents in prop::collection::btree_map("[a-z]{1,8}", (any::<u32>(), any::<Vec<u8>>()), 0..5),
        place: prop::sample::Index, bit in 0u8..8,
    ) {
        let sections: BackupSections = contents
            .into_iter()
            .map(|(name, (version, bytes))| (name, BackupSection { version, bytes }))
            .collect();
        let (_, mut vault) = Bench::with_vault();
        let typed = password(PASSWORD);
        let mut backup = block_on(
            vault.backup(Credential::Password(&typed), &typed, sections.clone()),
        ).unwrap();
        let restored = restore(&Bench::new(), &backup, PASSWORD).unwrap();
        prop_assert_eq!(restored, sections);
        let place = place.index(backup.len());
        backup[place] ^= 1 << bit;
        let refused = restore(&Bench::new(), &backup, PASSWORD);
        prop_assert!(matches!(refused, Err(VaultError::Backup(_))));
    }

    #[test]
    fn random_bytes_are_no_backup(bytes: Vec<u8>) {
        prop_assert!(BackupInfo::read(&bytes).is_err());
    }
}
