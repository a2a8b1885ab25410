use std::cell::Cell;

use pixie_primitives::Fr;
use pixie_primitives::crypto::SignatureError;
use pixie_primitives::gas::GasSettings;
use pixie_primitives::keys::SecretKey;
use pollster::block_on;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::authwit::set_public_authorization;
use crate::{
    AccountFeePayment, AccountSignature, AccountType, Deployment, FeePayment, KeySigner,
    SelfDeployError, SigningKey, SigningPurpose, TransactionPlan, TxNonce,
};

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([5; 32])
}

fn key(byte: u8, account_type: AccountType) -> SigningKey {
    SigningKey::from_be_bytes(account_type, &[byte; 32]).unwrap()
}

fn derived(key: &SigningKey) -> DerivedAccount {
    DerivedAccount::derive(&SecretKey::from_field(Fr::from(8u8)), Fr::ONE, key)
}

fn chain() -> ChainInfo {
    ChainInfo {
        chain_id: Fr::from(1u8),
        version: Fr::from(2u8),
    }
}

fn parameters() -> TxParameters {
    TxParameters::new(GasSettings::default(), chain(), &mut rng())
}

fn payload() -> ExecutionPayload {
    ExecutionPayload {
        calls: vec![set_public_authorization(Default::default(), true)],
        ..ExecutionPayload::default()
    }
}

/// A signer as a page with a user behind it: counts questions, and may refuse or cheat.
struct Page {
    signer: KeySigner,
    behaviour: Behaviour,
    asked: Cell<usize>,
}

#[derive(Clone, Copy)]
enum Behaviour {
    Signs,
    Refuses,
    SignsSomethingElse,
}

#[async_trait(?Send)]
impl Signer for Page {
    fn public_key(&self) -> SigningPublicKey {
        self.signer.public_key()
    }

    fn needs_user_gesture(&self) -> bool {
        true
    }

    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignerError> {
        self.asked.set(self.asked.get() + 1);
        match self.behaviour {
            Behaviour::Signs => self.signer.sign(message, rng).await,
            Behaviour::Refuses => Err(SignerError::Refused),
            Behaviour::SignsSomethingElse => {
                let intent = AuthWitIntent::InnerHash {
                    consumer: AztecAddress::from(9),
                    inner_hash: Default::default(),
                };
                let other = SigningMessage::authorization(message.account(), intent, chain());
                self.signer.sign(&other, rng).await
            }
        }
    }
}

fn page(behaviour: Behaviour, account_type: AccountType) -> Account<Box<dyn Signer>> {
    let key = key(6, account_type);
    let signer: Box<dyn Signer> = Box::new(Page {
        signer: KeySigner::new(key.clone()),
        behaviour,
        asked: Cell::new(0),
    });
    Account::new(&derived(&key), signer).unwrap()
}

#[test]
fn a_signer_is_asked_once_and_checked() {
    for account_type in AccountType::ALL {
        let options = EntrypointOptions::new(AccountFeePayment::External, &mut rng());
        let request = |behaviour| {
            let account = page(behaviour, account_type);
            assert!(account.signer().needs_user_gesture());
            block_on(account.create_tx_execution_request(
                payload(),
                &options,
                &parameters(),
                &mut rng(),
            ))
        };
        assert!(request(Behaviour::Signs).is_ok());
        assert!(matches!(
            request(Behaviour::Refuses),
            Err(AccountError::Signer(SignerError::Refused))
        ));
        assert!(matches!(
            request(Behaviour::SignsSomethingElse),
            Err(AccountError::Signer(SignerError::Signature(
                SignatureError::Mismatch
            )))
        ));
    }
}

#[test]
fn another_key_is_no_signer_of_the_account() {
    let account = derived(&key(6, AccountType::Schnorr));
    for signer in [
        key(7, AccountType::Schnorr),
        key(6, AccountType::EcdsaSecp256k1),
    ] {
        let refused = Account::new(&account, KeySigner::new(signer));
        let address = account.address();
        assert_eq!(refused.err(), Some(WrongSigner { account: address }));
    }
}

#[test]
fn a_cancellable_transaction_keeps_its_nonce() {
    let account = page(Behaviour::Signs, AccountType::EcdsaSecp256r1);
    let nonce = TxNonce::from_field(Fr::from(123u8));
    let request = |payload| {
        let plan = TransactionPlan {
            payload,
            fee: Some(FeePayment::FeeJuice),
            cancellable: Some(nonce),
        };
        let request = block_on(plan.create_request(&account, &parameters(), &mut rng())).unwrap();
        crate::entrypoint::EntrypointArguments::of_request(&request).unwrap()
    };
    for payload in [payload(), ExecutionPayload::default()] {
        let arguments = request(payload);
        assert!(arguments.cancellable);
        assert_eq!(arguments.app_payload.tx_nonce, nonce);
        assert_eq!(
            arguments.fee_payment,
            AccountFeePayment::PreexistingFeeJuice
        );
    }
}

#[test]
fn a_payment_beside_another_is_refused() {
    let account = page(Behaviour::Signs, AccountType::Schnorr);
    let sponsor = AztecAddress::from(44);
    let embedded = ExecutionPayload {
        fee_payer: Some(sponsor),
        ..payload()
    };
    let plan = TransactionPlan::new(embedded.clone(), FeePayment::FeeJuice);
    let (chain, mut rng) = (chain(), rng());
    let refused = block_on(plan.full_payload(&account, &chain, &mut rng));
    assert!(matches!(
        refused,
        Err(AccountError::FeePaidAlready { named, asked })
            if named == sponsor && asked == account.address()
    ));
    let plan = TransactionPlan {
        fee: None,
        ..TransactionPlan::new(embedded.clone(), FeePayment::FeeJuice)
    };
    let kept = block_on(plan.full_payload(&account, &chain, &mut rng)).unwrap();
    assert_eq!(kept, embedded);
}

#[test]
fn nobody_deploys_and_pays_for_another_account() {
    let deployment = Deployment::of_account(&derived(&key(9, AccountType::Schnorr)));
    let account = page(Behaviour::Signs, AccountType::Schnorr);
    let (fee, parameters, mut rng) = (FeePayment::canonical_sponsor(), parameters(), rng());
    let refused = deployment.self_paid_request(&account, &fee, &parameters, &mut rng);
    assert!(matches!(
        block_on(refused),
        Err(SelfDeployError::AnotherAccount { .. })
    ));
}

#[test]
fn without_an_account_nothing_is_signed() {
    let intent = AuthWitIntent::InnerHash {
        consumer: AztecAddress::from(1),
        inner_hash: Default::default(),
    };
    let (chain, mut rng) = (chain(), rng());
    let refused = SignerlessAccount.create_auth_wit(intent, &chain, &mut rng);
    assert!(matches!(block_on(refused), Err(AccountError::NoAccount)));
}

#[test]
fn a_message_says_what_is_signed() {
    let intent = AuthWitIntent::InnerHash {
        consumer: AztecAddress::from(1),
        inner_hash: Default::default(),
    };
    let message = SigningMessage::authorization(AztecAddress::from(3), intent.clone(), chain());
    assert_eq!(message.hash(), intent.message_hash(&chain()));
    assert!(
        matches!(message.purpose(), SigningPurpose::Authorization { intent: shown, .. } if *shown == intent)
    );
    let elsewhere = ChainInfo {
        version: Fr::from(3u8),
        ..chain()
    };
    assert_ne!(message.hash(), intent.message_hash(&elsewhere));
}
