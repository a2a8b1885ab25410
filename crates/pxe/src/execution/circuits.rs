//! Decoded functions, kept between operations.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use pixie_acir::{Diagnostics, Program, ProgramLimits};
use pixie_primitives::{ContractClassId, FunctionSelector};

use super::error::ExecutionFailure;
use crate::state::ContractFunction;

/// A private or utility function, decoded and ready to run. Shared by all its calls.
pub struct Circuit {
    function: ContractFunction,
    /// The decoded program.
    pub program: Arc<Program>,
}

impl Circuit {
    fn decode(function: &ContractFunction) -> Result<Self, ExecutionFailure> {
        let bytecode = function.artifact().bytecode.as_slice();
        let program = Program::from_gzip(bytecode, &ProgramLimits::default())?;
        Ok(Self {
            function: function.clone(),
            program: Arc::new(program),
        })
    }

    /// The function in its artifact.
    #[must_use]
    pub const fn function(&self) -> &ContractFunction {
        &self.function
    }

    /// The name of the contract.
    #[must_use]
    pub fn contract_name(&self) -> &str {
        self.function.contract_name()
    }

    /// The name of the function.
    #[must_use]
    pub fn function_name(&self) -> &str {
        &self.function.artifact().abi.name
    }

    /// The function's selector.
    #[must_use]
    pub const fn selector(&self) -> FunctionSelector {
        self.function.selector()
    }

    /// The class that the function belongs to. With a contract that stands in for another one it is
    /// the class that the instance names, whatever the artifact.
    #[must_use]
    pub fn class_id(&self) -> ContractClassId {
        self.function.class_id()
    }

    /// The code as in the artifact, base64 taken off: what a prover is given.
    #[must_use]
    pub fn bytecode(&self) -> &[u8] {
        self.function.artifact().bytecode.as_slice()
    }

    /// The verification key as in the artifact; empty for a function without one.
    #[must_use]
    pub fn verification_key(&self) -> &[u8] {
        let key = self.function.artifact().verification_key.as_ref();
        key.map_or(&[], |key| key.as_slice())
    }

    /// Explains a failure of the circuit with what the ABI says about its errors.
    pub(crate) fn explain(&self, error: pixie_acir::ExecutionError) -> ExecutionFailure {
        // Looked at only now: a function that runs well has no use for its error types.
        let message = error.message().map(str::to_owned).or_else(|| {
            let assertion = error.assertion()?;
            let error_types = serde_json::to_string(&self.function.artifact().abi.error_types);
            let diagnostics = Diagnostics::from_error_types(&error_types.ok()?).ok()?;
            diagnostics.message(assertion)
        });
        ExecutionFailure::Circuit { error, message }
    }

    /// About how many bytes the decoded function takes.
    fn weight(&self) -> usize {
        let (opcodes, instructions) = self.program.opcode_counts();
        64 * opcodes + 40 * instructions + self.bytecode().len()
    }
}

impl fmt::Debug for Circuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.contract_name(), self.function_name())
    }
}

/// Two artifacts may claim one class during a simulation with overrides; the length of the code tells
/// them apart but for chance, and a hit is compared in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    class: ContractClassId,
    selector: FunctionSelector,
    length: usize,
}

#[derive(Default)]
struct Entries {
    circuits: HashMap<Key, Entry>,
    weight: usize,
    clock: u64,
}

struct Entry {
    circuit: Arc<Circuit>,
    weight: usize,
    used: u64,
}

/// Decoded functions by class and selector. Those that were not used for the longest time make room
/// for others.
pub struct CircuitCache {
    entries: RefCell<Entries>,
    capacity: usize,
}

impl CircuitCache {
    /// Keeps functions of about so many bytes, decoded.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: RefCell::default(),
            capacity,
        }
    }

    /// A function, decoded now if it is not kept.
    ///
    /// # Errors
    /// [`ExecutionFailure::Code`].
    pub fn circuit(&self, function: &ContractFunction) -> Result<Arc<Circuit>, ExecutionFailure> {
        let bytecode = function.artifact().bytecode.as_slice();
        let key = Key {
            class: function.class_id(),
            selector: function.selector(),
            length: bytecode.len(),
        };
        let mut entries = self.entries.borrow_mut();
        entries.clock += 1;
        let now = entries.clock;
        if let Some(entry) = entries.circuits.get_mut(&key)
            && (Arc::ptr_eq(entry.circuit.function.contract(), function.contract())
                || entry.circuit.bytecode() == bytecode)
        {
            entry.used = now;
            return Ok(entry.circuit.clone());
        }
        let circuit = Arc::new(Circuit::decode(function)?);
        let weight = circuit.weight();
        let entry = Entry {
            circuit: circuit.clone(),
            weight,
            used: now,
        };
        if let Some(replaced) = entries.circuits.insert(key, entry) {
            entries.weight -= replaced.weight;
        }
        entries.weight += weight;
        while entries.weight > self.capacity && entries.circuits.len() > 1 {
            let oldest = entries.circuits.iter().min_by_key(|(_, entry)| entry.used);
            let Some(key) = oldest.map(|(key, _)| *key) else {
                break;
            };
            if let Some(entry) = entries.circuits.remove(&key) {
                entries.weight -= entry.weight;
            }
        }
        Ok(circuit)
    }

    /// How many functions are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.borrow().circuits.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for CircuitCache {
    /// Room for 128 MiB.
    fn default() -> Self {
        Self::new(128 << 20)
    }
}

impl fmt::Debug for CircuitCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.borrow();
        write!(
            f,
            "CircuitCache({} functions, about {} bytes)",
            entries.circuits.len(),
            entries.weight
        )
    }
}
