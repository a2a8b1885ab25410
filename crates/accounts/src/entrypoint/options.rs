use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::constants::DomainSeparator;
use pixie_primitives::gas::GasSettings;
use pixie_primitives::hash::poseidon2_hash_with_separator;
use pixie_primitives::note::{Nullifier, SiloedNullifier, silo_nullifier};
use pixie_primitives::tx::TxContext;
use pixie_primitives::{
    AztecAddress, DecodeError, FieldReader, Fr, FromFields, ToFields, field_newtype,
};
use rand_core::CryptoRng;

field_newtype!(
    /// A number in an entrypoint's payload. Of cancellable transactions of one account with the same
    /// number only one can be mined.
    TxNonce
);

/// How the account contract takes part in paying the fee
/// (Aztec 4.1.2, entrypoints `AccountFeePaymentMethodOptions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountFeePayment {
    /// Not at all; another contract pays.
    External = 0,
    /// The account pays from its balance and ends the set-up phase.
    PreexistingFeeJuice = 1,
    /// The account pays with what it claims in this transaction; the claim ends the set-up phase.
    FeeJuiceWithClaim = 2,
}

impl AccountFeePayment {
    /// What follows from the fee payer that a payload names. Nobody named means the account's own
    /// balance; the account itself is named by a claim only
    /// (wallet-sdk `BaseWallet.completeFeeOptions`).
    #[must_use]
    pub fn for_payer(account: AztecAddress, payer: Option<AztecAddress>) -> Self {
        match payer {
            None => Self::PreexistingFeeJuice,
            Some(payer) if payer == account => Self::FeeJuiceWithClaim,
            Some(_) => Self::External,
        }
    }
}

impl ToFields for AccountFeePayment {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(Fr::from(*self as u8));
    }
}

impl FromFields for AccountFeePayment {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        match reader.read::<u8>()? {
            0 => Ok(Self::External),
            1 => Ok(Self::PreexistingFeeJuice),
            2 => Ok(Self::FeeJuiceWithClaim),
            value => Err(DecodeError::UnknownValue {
                what: "fee payment of an account",
                value: value.into(),
            }),
        }
    }
}

/// How an account's entrypoint is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntrypointOptions {
    /// How the account takes part in paying the fee.
    pub fee_payment: AccountFeePayment,
    /// Whether the transaction emits a nullifier of its nonce, so that another one with the same
    /// nonce and a higher fee can take its place.
    pub cancellable: bool,
    /// The nonce.
    pub tx_nonce: TxNonce,
}

impl EntrypointOptions {
    /// Options for a transaction that cannot be cancelled, with a random nonce.
    #[must_use]
    pub fn new(fee_payment: AccountFeePayment, rng: &mut dyn CryptoRng) -> Self {
        Self {
            fee_payment,
            cancellable: false,
            tx_nonce: TxNonce::from_field(random(rng)),
        }
    }
}

/// What else a request for a transaction needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TxParameters {
    /// The limits and prices accepted.
    pub gas_settings: GasSettings,
    /// The chain.
    pub chain: ChainInfo,
    /// Makes the hash of the request unpredictable.
    pub salt: Fr,
}

impl TxParameters {
    /// Parameters with a random salt.
    #[must_use]
    pub fn new(gas_settings: GasSettings, chain: ChainInfo, rng: &mut dyn CryptoRng) -> Self {
        Self {
            gas_settings,
            chain,
            salt: random(rng),
        }
    }

    pub(super) const fn tx_context(&self) -> TxContext {
        TxContext {
            chain_id: self.chain.chain_id,
            version: self.chain.version,
            gas_settings: self.gas_settings,
        }
    }
}

/// The nullifier that an account's cancellable transaction with this nonce emits: once it is in the
/// tree, none of the others can be mined (Aztec 4.1.2, aztec.nr `AccountActions.entrypoint`).
#[must_use]
pub fn compute_cancellation_nullifier(account: AztecAddress, nonce: TxNonce) -> SiloedNullifier {
    let inner = poseidon2_hash_with_separator(&[nonce.to_field()], DomainSeparator::TxNullifier);
    silo_nullifier(account, Nullifier::from_field(inner))
}

pub(crate) fn random(mut rng: &mut dyn CryptoRng) -> Fr {
    Fr::random(&mut rng)
}
