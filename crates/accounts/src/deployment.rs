use pixie_primitives::artifact::{ArtifactError, ContractArtifact};
use pixie_primitives::capsule::Capsule;
use pixie_primitives::constants::{
    CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT, CONTRACT_CLASS_REGISTRY_CONTRACT_ADDRESS,
    CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS, MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS,
};
use pixie_primitives::contract::{
    ContractClassIdPreimage, ContractError, ContractInstance, ContractInstanceWithAddress,
    Instantiation,
};
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall, TxExecutionRequest};
use pixie_primitives::{AztecAddress, ContractClassId, Fr, ToFields as _};
use rand_core::CryptoRng;

use crate::known::{PUBLISH_CLASS, PUBLISH_INSTANCE};
use crate::{
    AccountError, AccountFeePayment, AccountInterface, CallError, DerivedAccount,
    EntrypointOptions, FeePayment, SignerlessAccount, TxParameters, encode_call,
};

/// Why a contract cannot be deployed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The artifact does not make a class or an instance.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The artifact lacks the constructor.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The constructor's arguments do not fit.
    #[error(transparent)]
    Constructor(#[from] CallError),
    /// The class to be published is not the one that the instance has.
    #[error("the artifact's class is {artifact}, the instance's is {instance}")]
    WrongClass {
        /// The class of the artifact.
        artifact: ContractClassId,
        /// The class of the instance.
        instance: ContractClassId,
    },
    /// Neither publication nor initialisation is left to do.
    #[error("the deployment of {address} has nothing to do on chain")]
    NothingToDo {
        /// The contract.
        address: AztecAddress,
    },
}

/// What publishing a contract class takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPublication {
    preimage: ContractClassIdPreimage,
    encoded_bytecode: Vec<Fr>,
}

impl ClassPublication {
    /// The publication of an artifact's class.
    pub fn new(artifact: &ContractArtifact) -> Result<Self, ContractError> {
        Ok(Self {
            preimage: artifact.class_id_preimage()?,
            encoded_bytecode: encode_bytecode(artifact.packed_bytecode())?,
        })
    }

    /// The class.
    #[must_use]
    pub fn class_id(&self) -> ContractClassId {
        self.preimage.id()
    }

    /// The call of the class registry, and the bytecode that it looks for
    /// (Aztec 4.1.2, aztec.js `publishContractClass`).
    #[must_use]
    pub fn payload(&self) -> ExecutionPayload {
        let registry = CONTRACT_CLASS_REGISTRY_CONTRACT_ADDRESS;
        let args = vec![
            self.preimage.artifact_hash.to_field(),
            self.preimage.private_functions_root.to_field(),
            self.preimage.public_bytecode_commitment.to_field(),
        ];
        ExecutionPayload {
            calls: vec![PUBLISH_CLASS.call(registry, args)],
            capsules: vec![Capsule {
                contract_address: registry,
                storage_slot: StorageSlot::from_field(
                    CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT,
                ),
                data: self.encoded_bytecode.clone(),
            }],
            ..ExecutionPayload::default()
        }
    }
}

/// Bytecode as the class registry reads it: the number of bytes, runs of 31 bytes, and zeros up to the
/// greatest size (Aztec 4.1.2, stdlib `bufferAsFields`).
fn encode_bytecode(bytecode: &[u8]) -> Result<Vec<Fr>, ContractError> {
    const RUN: usize = Fr::SIZE_IN_BYTES - 1;
    let size = MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS;
    let (maximum, actual) = ((size - 1) * RUN, bytecode.len());
    if actual > maximum {
        return Err(ContractError::BytecodeTooLarge { maximum, actual });
    }
    let mut fields = Vec::with_capacity(size);
    fields.push(Fr::from(actual as u64));
    fields.extend(bytecode.chunks(RUN).map(|run| {
        let mut bytes = [0; RUN];
        bytes[..run.len()].copy_from_slice(run);
        Fr::from_be_bytes_reduced(&bytes)
    }));
    fields.resize(size, Fr::ZERO);
    Ok(fields)
}

/// The call of the instance registry that makes an instance's public functions callable
/// (Aztec 4.1.2, aztec.js `publishInstance`).
#[must_use]
pub fn publish_instance_call(instance: &ContractInstance) -> FunctionCall {
    let mut args = vec![
        instance.salt,
        instance.current_contract_class_id.to_field(),
        instance.initialization_hash.to_field(),
    ];
    instance.public_keys.write_fields(&mut args);
    // Whether anybody may deploy it.
    args.push(Fr::from(instance.deployer.is_zero()));
    PUBLISH_INSTANCE.call(CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS, args)
}

/// What putting a contract on chain takes: publishing its class and its instance, and calling its
/// constructor, each where needed (Aztec 4.1.2, aztec.js `DeployMethod`, `DeployAccountMethod`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    instance: ContractInstanceWithAddress,
    class: Option<ClassPublication>,
    publish_instance: bool,
    constructor: Option<FunctionCall>,
}

impl Deployment {
    /// The deployment of a contract whose class is public already: publishes the instance and calls
    /// the constructor, if there is one.
    pub fn of_contract(
        artifact: &ContractArtifact,
        instantiation: &Instantiation<'_>,
    ) -> Result<Self, DeployError> {
        let instance = artifact.instantiate(instantiation)?;
        let constructor = match instantiation.constructor {
            Some(name) => Some(artifact.initializer(name)?),
            None => artifact.default_initializer(),
        };
        let constructor = constructor
            .map(|abi| encode_call(abi, instance.address, &instantiation.arguments))
            .transpose()?;
        Ok(Self {
            instance,
            class: None,
            publish_instance: true,
            constructor,
        })
    }

    /// The deployment of an account, which is a call of its constructor; nothing needs to be public.
    #[must_use]
    pub fn of_account(account: &DerivedAccount) -> Self {
        Self {
            instance: account.instance(),
            class: None,
            publish_instance: false,
            constructor: Some(account.constructor_call()),
        }
    }

    /// Publishes the class as well. That fails on chain if it is public already.
    pub fn with_class(mut self, class: ClassPublication) -> Result<Self, DeployError> {
        let (artifact, instance) = (
            class.class_id(),
            self.instance.instance.current_contract_class_id,
        );
        if artifact != instance {
            return Err(DeployError::WrongClass { artifact, instance });
        }
        self.class = Some(class);
        Ok(self)
    }

    /// Whether to publish the instance.
    #[must_use]
    pub const fn publish_instance(mut self, publish: bool) -> Self {
        self.publish_instance = publish;
        self
    }

    /// Leaves the constructor out.
    #[must_use]
    pub fn without_initialization(mut self) -> Self {
        self.constructor = None;
        self
    }

    /// The instance, which has to be known before the payload is executed.
    #[must_use]
    pub const fn instance(&self) -> &ContractInstanceWithAddress {
        &self.instance
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> AztecAddress {
        self.instance.address
    }

    /// The calls, for another account to make: class, instance, constructor.
    pub fn payload(&self) -> Result<ExecutionPayload, DeployError> {
        let mut payload = match &self.class {
            Some(class) => class.payload(),
            None => ExecutionPayload::default(),
        };
        if self.publish_instance {
            let call = publish_instance_call(&self.instance.instance);
            payload.calls.push(call);
        }
        payload.calls.extend(self.constructor.clone());
        if payload.calls.is_empty() {
            let address = self.address();
            return Err(DeployError::NothingToDo { address });
        }
        Ok(payload)
    }

    /// The calls of an account that deploys itself: the deployment, then the fee through the new
    /// account's own entrypoint, for it must be there before it can pay
    /// (aztec.js `AccountEntrypointMetaPaymentMethod`).
    pub async fn self_paid_payload(
        &self,
        account: &dyn AccountInterface,
        fee: &FeePayment,
        parameters: &TxParameters,
        rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, SelfDeployError> {
        if account.address() != self.address() {
            return Err(SelfDeployError::AnotherAccount {
                deployed: self.address(),
                paying: account.address(),
            });
        }
        let deployment = self.payload()?;
        let payment = fee
            .execution_payload(account, &parameters.chain, rng)
            .await?;
        let option = AccountFeePayment::for_payer(account.address(), payment.fee_payer);
        let options = EntrypointOptions::new(option, rng);
        let payment = account
            .wrap_execution_payload(payment, &options, rng)
            .await?;
        Ok(ExecutionPayload::merge([deployment, payment]).map_err(AccountError::from)?)
    }

    /// The request by which an account deploys itself, through the multi-call entrypoint. With a
    /// sponsor it needs nothing beforehand, with a claim nothing but the claim.
    pub async fn self_paid_request(
        &self,
        account: &dyn AccountInterface,
        fee: &FeePayment,
        parameters: &TxParameters,
        rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, SelfDeployError> {
        let payload = self
            .self_paid_payload(account, fee, parameters, rng)
            .await?;
        let options = EntrypointOptions::new(AccountFeePayment::External, rng);
        Ok(SignerlessAccount
            .create_tx_execution_request(payload, &options, parameters, rng)
            .await?)
    }
}

/// Why an account cannot deploy itself.
#[derive(Debug, thiserror::Error)]
pub enum SelfDeployError {
    /// There is nothing to deploy.
    #[error(transparent)]
    Deployment(#[from] DeployError),
    /// The account cannot pay or sign.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The account that is to pay is another one.
    #[error("the account to be deployed is {deployed}, the one to pay is {paying}")]
    AnotherAccount {
        /// The account to be deployed.
        deployed: AztecAddress,
        /// The account to pay.
        paying: AztecAddress,
    },
}

#[cfg(test)]
mod tests {
    use pixie_primitives::artifact::DebugData;
    use pixie_primitives::keys::SecretKey;
    use proptest::prelude::*;

    use super::*;
    use crate::{AccountType, SigningKey};

    /// The inverse of [`encode_bytecode`] (stdlib `bufferFromFields`).
    fn decode_bytecode(fields: &[Fr]) -> Vec<u8> {
        let (length, runs) = fields.split_first().unwrap();
        let mut bytes: Vec<u8> = runs
            .iter()
            .flat_map(|run| run.to_be_bytes()[1..].to_vec())
            .collect();
        bytes.truncate(length.to_u32().unwrap() as usize);
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn bytecode_round_trips(bytecode in prop::collection::vec(any::<u8>(), 0..200)) {
            let fields = encode_bytecode(&bytecode).unwrap();
            prop_assert_eq!(fields.len(), MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS);
            prop_assert_eq!(decode_bytecode(&fields), bytecode);
        }
    }

    #[test]
    fn bytecode_beyond_the_limit_is_refused() {
        let limit = (MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS - 1) * 31;
        assert!(encode_bytecode(&vec![1; limit]).is_ok());
        assert!(matches!(
            encode_bytecode(&vec![1; limit + 1]),
            Err(ContractError::BytecodeTooLarge { maximum, actual })
                if maximum == limit && actual == limit + 1
        ));
    }

    fn account() -> DerivedAccount {
        let key = SigningKey::from_be_bytes(AccountType::EcdsaSecp256r1, &[2; 32]).unwrap();
        DerivedAccount::derive(&SecretKey::from_field(Fr::ONE), Fr::ONE, &key)
    }

    #[test]
    fn a_class_of_another_contract_is_refused() {
        let json = include_bytes!("../../../tests/vectors/artifact-small.json");
        let artifact = ContractArtifact::from_json(json, DebugData::Drop).unwrap();
        let class = ClassPublication::new(&artifact).unwrap();
        assert!(matches!(
            Deployment::of_account(&account()).with_class(class.clone()),
            Err(DeployError::WrongClass { artifact, .. }) if artifact == class.class_id()
        ));
    }

    #[test]
    fn a_deployment_of_nothing_is_refused() {
        let deployment = Deployment::of_account(&account()).without_initialization();
        assert!(matches!(
            deployment.payload(),
            Err(DeployError::NothingToDo { address }) if address == account().address()
        ));
        assert_eq!(
            deployment
                .publish_instance(true)
                .payload()
                .unwrap()
                .calls
                .len(),
            1
        );
    }
}
