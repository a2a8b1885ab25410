use pixie_accounts::{Signer, SignerError};

use super::*;
use crate::{AccountKeys, AccountOrigin, ApprovalError, KeyBytes, SigningHalf};

fn keys(seed: u8, account_type: AccountType) -> AccountKeys {
    AccountKeys {
        secret_key: KeyBytes::new(&mut [seed; 32]),
        salt: Fr::from(5u64),
        signing: SigningHalf::Key(account_type, KeyBytes::new(&mut [seed + 1; 32])),
    }
}

fn watched(seed: u8, account_type: AccountType) -> AccountKeys {
    let full = keys(seed, account_type);
    let public = crate::derive::derived_account(&full).unwrap();
    AccountKeys {
        signing: SigningHalf::PublicOnly(public.signing_public_key),
        ..full
    }
}

fn refusal(error: &SignerError) -> ApprovalError {
    match error {
        SignerError::Unavailable(source) => *source.downcast_ref().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_phrase_alone_brings_derived_accounts_back() {
    let (bench, mut vault) = Bench::with_vault();
    block_on(async {
        for account_type in AccountType::ALL {
            vault
                .add_account(account_type, String::new())
                .await
                .unwrap();
        }
        vault
            .add_account_at(AccountType::Schnorr, 7, String::new())
            .await
            .unwrap();
    });
    let origins: Vec<_> = vault.accounts().unwrap().iter().map(|a| a.origin).collect();
    let indexes = [0, 1, 0, 0, 7].map(|index| AccountOrigin::Derived { index });
    assert_eq!(origins, indexes);
    let before = addresses(&mut bench.unlocked());
    assert_eq!(before.len(), 5);

    let words = phrase(&mut vault, PASSWORD).unwrap().to_text();
    let elsewhere = Bench::new();
    let mut again = elsewhere.open();
    block_on(async {
        let phrase = RecoveryPhrase::parse(&words).unwrap();
        again.create(&password(OTHER), Some(phrase)).await.unwrap();
        for account in vault.accounts().unwrap() {
            let AccountOrigin::Derived { index } = account.origin else {
                panic!("{account:?}")
            };
            let found = again.preview_account(account.account.account_type, index);
            assert_eq!(found.unwrap(), account.account);
            again
                .add_account_at(account.account.account_type, index, String::new())
                .await
                .unwrap();
        }
    });
    assert_eq!(addresses(&mut again), before);
}

#[test]
fn accounts_are_added_renamed_and_removed() {
    let (bench, mut vault) = Bench::with_vault();
    let first = addresses(&mut vault)[0];
    block_on(async {
        let again = vault
            .add_account_at(AccountType::Schnorr, 0, String::new())
            .await;
        assert!(matches!(again, Err(VaultError::AccountExists { address }) if address == first));
        let long = vault.rename_account(first, "x".repeat(257)).await;
        assert!(matches!(long, Err(VaultError::Oversized)));
        vault.rename_account(first, "new".to_owned()).await.unwrap();
        let last = vault
            .add_account_at(AccountType::Schnorr, u32::MAX, String::new())
            .await
            .unwrap();
        let none = vault.add_account(AccountType::Schnorr, String::new()).await;
        assert!(matches!(none, Err(VaultError::NoMoreAccounts)));
        vault.remove_account(last.address()).await.unwrap();
        let gone = vault.remove_account(last.address()).await;
        assert!(matches!(gone, Err(VaultError::UnknownAccount { .. })));
    });
    let mut vault = bench.unlocked();
    assert_eq!(addresses(&mut vault), [first]);
    assert_eq!(vault.account(first).unwrap().label, "new");
}

#[test]
fn imported_accounts_are_kept_with_their_keys() {
    let (bench, mut vault) = Bench::with_vault();
    let imported = block_on(async {
        let bad = AccountKeys {
            secret_key: KeyBytes::new(&mut [0xff; 32]),
            ..keys(1, AccountType::Schnorr)
        };
        let refused = vault.import_account(bad, String::new()).await;
        assert!(matches!(refused, Err(VaultError::InvalidKeys)));
        vault
            .import_account(keys(1, AccountType::EcdsaSecp256r1), "theirs".to_owned())
            .await
            .unwrap()
    });
    let address = imported.address();
    assert_eq!(imported.origin, AccountOrigin::Imported);
    assert!(imported.can_sign());
    let mut vault = bench.unlocked();
    assert_eq!(vault.account(address).unwrap(), &imported);
    let secret = vault.secret_key(address).unwrap();
    assert_eq!(secret.expose().to_be_bytes(), [1; 32]);
    let typed = password(PASSWORD);
    let shown = block_on(vault.reveal_keys(Credential::Password(&typed), address)).unwrap();
    assert_eq!(shown.secret_key.as_bytes(), &[1; 32]);
    assert!(matches!(
        &shown.signing,
        SigningHalf::Key(AccountType::EcdsaSecp256r1, key) if key.as_bytes() == &[2; 32]
    ));
    block_on(vault.remove_account(address)).unwrap();
    let (secrets, part) = (vault.secrets().unwrap(), vault.accounts().unwrap().len());
    assert_eq!((secrets.held.len(), part), (0, 1));
}

#[test]
fn watched_accounts_show_and_do_not_sign() {
    for account_type in AccountType::ALL {
        let (bench, mut vault) = Bench::with_vault();
        let added =
            block_on(vault.import_account(watched(3, account_type), String::new())).unwrap();
        let address = added.address();
        assert_eq!(added.origin, AccountOrigin::ViewOnly);
        assert!(!added.can_sign());
        let full = crate::derive::derived_account(&keys(3, account_type)).unwrap();
        assert_eq!(added.account, full, "the same account as with its key");

        let (mut vault, authority) = bench.open_with(config());
        unlock(&mut vault, PASSWORD).unwrap();
        let secret = vault.secret_key(address).unwrap();
        assert_eq!(secret.expose().to_be_bytes(), [3; 32]);
        let approval = authority.approve(address, [message(address, 1).hash()]);
        let refused = vault.signer(approval);
        assert!(
            matches!(refused, Err(VaultError::ViewOnly { address: refused }) if refused == address)
        );
    }
}

#[test]
fn an_approval_signs_what_it_names_and_once() {
    for account_type in AccountType::ALL {
        let (bench, _) = Bench::with_vault();
        let (mut vault, authority) = bench.open_with(config());
        unlock(&mut vault, PASSWORD).unwrap();
        let added = block_on(vault.add_account(account_type, String::new())).unwrap();
        let (address, public_key) = (added.address(), added.account.signing_public_key);
        let messages = [1, 2].map(|number| message(address, number));
        let approval = authority.approve(address, messages.iter().map(SigningMessage::hash));
        assert_eq!(
            (approval.account(), approval.messages().len()),
            (address, 2)
        );
        let signer = vault.signer(approval).unwrap();
        assert_eq!(signer.public_key(), public_key);
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let mut sign = |message: &SigningMessage| block_on(signer.sign(message, &mut rng));

        let other = message(address, 3);
        let unapproved = ApprovalError::NotApproved {
            account: address,
            hash: other.hash(),
        };
        assert_eq!(refusal(&sign(&other).unwrap_err()), unapproved);
        let stranger = AztecAddress::from_field(Fr::from(99u64));
        assert!(sign(&message(stranger, 1)).is_err(), "another account");
        for message in &messages {
            let signature = sign(message).unwrap();
            public_key.verify(&message.to_bytes(), &signature).unwrap();
            assert_eq!(
                refusal(&sign(message).unwrap_err()),
                ApprovalError::NotApproved {
                    account: address,
                    hash: message.hash()
                }
            );
        }
    }
}

#[test]
fn an_approval_is_for_one_vault_and_known_accounts() {
    let (bench, mut vault) = Bench::with_vault();
    let address = addresses(&mut vault)[0];
    let hash = message(address, 1).hash();
    let (_, stranger) = bench.open_with(config());
    let refused = vault.signer(stranger.approve(address, [hash]));
    assert!(matches!(refused, Err(VaultError::ForeignApproval)));
    let (mut vault, authority) = bench.open_with(config());
    unlock(&mut vault, PASSWORD).unwrap();
    let unknown = AztecAddress::from_field(Fr::from(99u64));
    let refused = vault.signer(authority.approve(unknown, [hash]));
    assert!(matches!(refused, Err(VaultError::UnknownAccount { address }) if address == unknown));
}

#[test]
fn locking_takes_the_key_from_signers() {
    let (bench, _) = Bench::with_vault();
    let (mut vault, authority) = bench.open_with(config());
    unlock(&mut vault, PASSWORD).unwrap();
    let address = addresses(&mut vault)[0];
    let asked = message(address, 1);
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let approve = || authority.approve(address, [asked.hash()]);
    let signer = vault.signer(approve()).unwrap();
    block_on(vault.lock(LockReason::ScreenLocked)).unwrap();
    let refused = block_on(signer.sign(&asked, &mut rng)).unwrap_err();
    assert_eq!(refusal(&refused), ApprovalError::Locked);
    unlock(&mut vault, PASSWORD).unwrap();
    assert!(block_on(signer.sign(&asked, &mut rng)).is_err());
    // The vault may be gone as well.
    let signer = vault.signer(approve()).unwrap();
    drop(vault);
    let refused = block_on(signer.sign(&asked, &mut rng)).unwrap_err();
    assert_eq!(refusal(&refused), ApprovalError::Locked);
}
