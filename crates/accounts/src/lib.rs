//! Account contracts of Aztec: which there are, the addresses that follow from their keys, and how an
//! account turns calls into a request for a transaction.
//!
//! - [`DerivedAccount`]: an account from its secrets; [`Deployment`] puts it (or any contract) on chain.
//! - [`Signer`]: whoever holds the signing key; it is told what it signs ([`SigningMessage`]) and may
//!   ask its user. [`KeySigner`] holds the key itself, [`webauthn`] is the seam for passkeys.
//! - [`AccountInterface`]: makes requests for transactions and authentication witnesses. [`Account`]
//!   signs, [`SimulatedAccount`] stands in for it where nothing needs to be signed,
//!   [`SignerlessAccount`] runs calls without any account.
//! - [`TransactionPlan`]: calls and who pays for them ([`FeePayment`]); [`gas`] completes the limits and
//!   prices.
//! - [`authwit`]: what an account may allow others to do.
//!
//! Nothing here does I/O or knows a clock; randomness is handed in. Behaviour is that of Aztec 4.1.2
//! (`@aztec/accounts`, `@aztec/entrypoints`, `@aztec/aztec.js`, `@aztec/wallet-sdk`).

mod account;
mod account_type;
pub mod authwit;
mod call;
mod contracts;
mod deployment;
mod derive;
pub mod entrypoint;
mod error;
mod fee;
pub mod gas;
mod known;
mod public_key;
mod signer;
mod signing_key;
mod transaction;
pub mod webauthn;

pub use account::{Account, AccountInterface, SignerlessAccount, SimulatedAccount, WrongSigner};
pub use account_type::{AccountType, UnknownAccountType};
pub use authwit::AuthWitIntent;
pub use call::{CallError, encode_call};
pub use contracts::AccountContract;
pub use deployment::{
    ClassPublication, DeployError, Deployment, SelfDeployError, publish_instance_call,
};
pub use derive::DerivedAccount;
pub use entrypoint::{AccountFeePayment, EntrypointOptions, TxNonce, TxParameters};
pub use error::{AccountError, PayloadError};
pub use fee::{
    ClaimSecret, FeeJuiceClaim, FeePayment, FpcPayment, accepted_asset_call, sponsored_fpc_instance,
};
pub use public_key::{AccountSignature, SigningPublicKey};
pub use signer::{KeySigner, Signer, SignerError, SigningMessage, SigningPurpose};
pub use signing_key::SigningKey;
pub use transaction::TransactionPlan;
