//! The contracts and accounts of a recording.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use pixie_node::AztecNode;
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::constants::FUNCTION_TREE_HEIGHT;
use pixie_primitives::contract::{
    ContractClass, ContractClassIdPreimage, ContractInstance, ContractInstanceWithAddress,
    PrivateFunction, ProtocolContract, private_function_witness,
};
use pixie_primitives::keys::{KeyKind, MasterSecretKey, MasterSecretKeys, SecretKey};
use pixie_primitives::trees::MembershipWitness;
use pixie_primitives::{AztecAddress, ContractClassId, Fr, FunctionSelector, Point};
use serde_json::Value;

use super::circuits::reference;
use pixie_pxe::kernel::{KernelError, KernelOracle};
use pixie_pxe::state::{LoadedContract, StateError};

/// What the kernels need of an artifact.
pub struct Class {
    pub id: ContractClassId,
    preimage: ContractClassIdPreimage,
    functions: Vec<PrivateFunction>,
    pub contract: Arc<LoadedContract>,
}

static CLASSES: LazyLock<Mutex<HashMap<String, Arc<Class>>>> = LazyLock::new(Mutex::default);

pub fn class(path: &str) -> Arc<Class> {
    if let Some(class) = CLASSES.lock().unwrap().get(path) {
        return Arc::clone(class);
    }
    let artifact = ContractArtifact::from_json(&reference(path), DebugData::Drop).unwrap();
    let made = ContractClass::from_artifact(&artifact).unwrap();
    let preimage = made.id_preimage().unwrap();
    let id = preimage.id();
    let class = Arc::new(Class {
        id,
        preimage,
        functions: made.private_functions,
        contract: Arc::new(LoadedContract::new(id, artifact)),
    });
    let mut classes = CLASSES.lock().unwrap();
    classes.insert(path.to_owned(), Arc::clone(&class));
    class
}

/// What was registered, and the node.
pub struct Registered {
    pub node: Box<dyn AztecNode>,
    instances: HashMap<AztecAddress, ContractInstance>,
    pub classes: HashMap<ContractClassId, Arc<Class>>,
    keys: Vec<MasterSecretKeys>,
    pub progress: std::cell::RefCell<Vec<pixie_pxe::Progress>>,
    pub cancel_after: Option<usize>,
}

impl Registered {
    pub fn new(recording: &Value, node: Box<dyn AztecNode>) -> Self {
        let register = &recording["register"];
        let mut instances = HashMap::new();
        let mut classes = HashMap::new();
        for contract in register["contracts"].as_array().unwrap() {
            let instance: ContractInstanceWithAddress =
                serde_json::from_value(contract["instance"].clone()).unwrap();
            let class = class(contract["artifact"].as_str().unwrap());
            assert_eq!(class.id, instance.instance.current_contract_class_id);
            instances.insert(instance.address, instance.instance);
            classes.insert(class.id, class);
        }
        for contract in ProtocolContract::ALL {
            let name = contract.name();
            let class = class(&format!("@aztec/protocol-contracts/artifacts/{name}.json"));
            let instance = contract.instance(class.id);
            instances.insert(instance.address, instance.instance);
            classes.insert(class.id, class);
        }
        let accounts = register["accounts"].as_array().unwrap().iter();
        let secret = |account: &Value| {
            let secret: Fr = account["secretKey"].as_str().unwrap().parse().unwrap();
            MasterSecretKeys::derive(&SecretKey::from_field(secret))
        };
        Self {
            node,
            instances,
            classes,
            keys: accounts.map(secret).collect(),
            progress: std::cell::RefCell::default(),
            cancel_after: None,
        }
    }

    pub fn class_of(&self, address: AztecAddress) -> &Arc<Class> {
        &self.classes[&self.instances[&address].current_contract_class_id]
    }

    /// Has something stand in for a contract.
    pub fn stand_in(&mut self, address: AztecAddress, class: Arc<Class>) {
        let instance = self.instances.get_mut(&address).unwrap();
        instance.current_contract_class_id = class.id;
        self.classes.insert(class.id, class);
    }
}

impl KernelOracle for Registered {
    fn node(&self) -> &dyn AztecNode {
        &*self.node
    }

    fn contract_instance(&self, address: AztecAddress) -> Result<ContractInstance, KernelError> {
        let instance = self.instances.get(&address).copied();
        Ok(instance.ok_or(StateError::UnknownContract(address))?)
    }

    fn contract_class(&self, id: ContractClassId) -> Result<ContractClassIdPreimage, KernelError> {
        Ok(self.classes[&id].preimage)
    }

    fn function_witness(
        &self,
        class: ContractClassId,
        selector: FunctionSelector,
    ) -> Result<MembershipWitness<FUNCTION_TREE_HEIGHT>, KernelError> {
        let functions = &self.classes[&class].functions;
        Ok(private_function_witness(functions, selector).unwrap())
    }

    fn master_secret_key(&self, public_key: &Point) -> Result<MasterSecretKey, KernelError> {
        let mut keys = self.keys.iter().flat_map(|keys| {
            let all = KeyKind::ALL;
            all.map(|kind| keys.get(kind).clone())
        });
        let key = keys.find(|key| key.public_key() == *public_key);
        Ok(key.ok_or(StateError::KeyDenied(public_key.hash()))?)
    }

    fn report(&self, step: pixie_pxe::Progress) {
        self.progress.borrow_mut().push(step);
    }

    fn is_cancelled(&self) -> bool {
        self.cancel_after
            .is_some_and(|steps| self.progress.borrow().len() >= steps)
    }
}
