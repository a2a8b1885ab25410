//! What one running operation works with.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::rc::Rc;

use pixie_node::AztecNode;
use pixie_primitives::block::{BlockHash, BlockHeader, BlockNumber};
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::{AztecAddress, Fr, FunctionSelector};
use pixie_store::Job;
use rand_core::CryptoRng;

use crate::error::PxeError;
use crate::execution::CircuitCache;
use crate::progress::{Progress, ProgressSink};
use crate::scopes::AccessScopes;
use crate::state::notes::NoteKey;
use crate::state::{
    ContractFunction, ContractOverrides, NoteFilter, PxeTables, StateError, StoredNote,
};

/// A switch that stops an operation at its next step. Clones are the same switch.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Rc<Cell<bool>>);

impl Cancellation {
    /// Stops the operation.
    pub fn cancel(&self) {
        self.0.set(true);
    }

    /// Whether the operation was stopped.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.get()
    }
}

/// The block whose state an operation sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorBlock {
    /// The header.
    pub header: BlockHeader,
    /// The hash of the header.
    pub hash: BlockHash,
}

impl AnchorBlock {
    /// The anchor with this header.
    #[must_use]
    pub fn new(header: BlockHeader) -> Self {
        let hash = header.hash();
        Self { header, hash }
    }

    /// The block's number.
    #[must_use]
    pub const fn number(&self) -> BlockNumber {
        self.header.block_number()
    }
}

/// One running operation: the node, the staged state, the block it sees, randomness, and whoever
/// watches.
///
/// Shared by all calls of the operation, also nested ones. The state is read and written
/// synchronously; no borrow of it may be held across an await.
pub struct Work {
    node: Rc<dyn AztecNode>,
    job: RefCell<Job<PxeTables>>,
    anchor: AnchorBlock,
    rng: RefCell<Box<dyn CryptoRng>>,
    progress: Rc<dyn ProgressSink>,
    cancellation: Cancellation,
    overrides: ContractOverrides,
    circuits: Rc<CircuitCache>,
    deliveries: RefCell<BTreeMap<AztecAddress, Delivery>>,
    listed: RefCell<Option<ListedNotes>>,
}

/// The notes that a contract reads page by page.
struct ListedNotes {
    /// The filter that they have passed, and its accounts.
    filter: NoteFilter<'static>,
    scopes: AccessScopes,
    keys: Rc<[NoteKey]>,
}

/// Stands in filters that are kept for the accounts that are kept beside them.
const BESIDE: &AccessScopes = &AccessScopes::NONE;

/// Messages on their way to a contract that is being brought up to date.
#[derive(Default)]
struct Delivery {
    was_fetched: bool,
    waiting: VecDeque<Vec<Fr>>,
}

/// How many messages a contract is handed at once while it is brought up to date. Brillig never frees
/// memory, so that all at once would need more with each of them, up to the machine's bound.
const MESSAGES_AT_ONCE: usize = 32;

impl Work {
    /// Puts an operation together.
    #[must_use]
    pub fn new(
        node: Rc<dyn AztecNode>,
        job: Job<PxeTables>,
        anchor: AnchorBlock,
        rng: Box<dyn CryptoRng>,
        progress: Rc<dyn ProgressSink>,
        cancellation: Cancellation,
    ) -> Self {
        Self {
            node,
            job: RefCell::new(job),
            anchor,
            rng: RefCell::new(rng),
            progress,
            cancellation,
            overrides: ContractOverrides::default(),
            circuits: Rc::default(),
            deliveries: RefCell::default(),
            listed: RefCell::default(),
        }
    }

    /// The notes that pass a filter, in the order of [`PxeTables::notes`]. A contract that reads
    /// thousands of them asks once for every page: the list is kept until the state changes.
    pub(crate) fn note_keys(&self, filter: &NoteFilter<'_>) -> Rc<[NoteKey]> {
        let kept = NoteFilter {
            scopes: BESIDE,
            ..*filter
        };
        let mut listed = self.listed.borrow_mut();
        if let Some(listed) = &*listed
            && listed.filter == kept
            && listed.scopes == *filter.scopes
        {
            return Rc::clone(&listed.keys);
        }
        let state = self.state();
        let keys = state.notes(filter).into_iter().map(StoredNote::key);
        let keys: Rc<[NoteKey]> = keys.collect();
        *listed = Some(ListedNotes {
            filter: kept,
            scopes: filter.scopes.clone(),
            keys: Rc::clone(&keys),
        });
        keys
    }

    /// From now on a contract is handed its messages in portions: its synchronisation has to run
    /// until [`Self::undelivered`] says 0.
    pub(crate) fn begin_delivery(&self, contract: AztecAddress) {
        let mut deliveries = self.deliveries.borrow_mut();
        deliveries.insert(contract, Delivery::default());
    }

    /// How many messages wait that the contract was not handed yet.
    pub(crate) fn undelivered(&self, contract: &AztecAddress) -> usize {
        let deliveries = self.deliveries.borrow();
        let delivery = deliveries.get(contract);
        delivery.map_or(0, |delivery| delivery.waiting.len())
    }

    /// From now on a contract is handed its messages all at once.
    pub(crate) fn end_delivery(&self, contract: &AztecAddress) {
        self.deliveries.borrow_mut().remove(contract);
    }

    /// The next portion of messages that were fetched before; nothing if they are still to be fetched.
    pub(crate) fn next_portion(&self, contract: &AztecAddress) -> Option<Vec<Vec<Fr>>> {
        let mut deliveries = self.deliveries.borrow_mut();
        let delivery = deliveries.get_mut(contract)?;
        let count = delivery.waiting.len().min(MESSAGES_AT_ONCE);
        delivery
            .was_fetched
            .then(|| delivery.waiting.drain(..count).collect())
    }

    /// Takes messages that were fetched for a contract; returns those to hand over now.
    pub(crate) fn deliver(&self, contract: AztecAddress, messages: Vec<Vec<Fr>>) -> Vec<Vec<Fr>> {
        if let Some(delivery) = self.deliveries.borrow_mut().get_mut(&contract) {
            delivery.was_fetched = true;
            delivery.waiting = messages.into();
        } else {
            return messages;
        }
        self.next_portion(&contract).unwrap_or_default()
    }

    /// Shares decoded functions with other operations.
    #[must_use]
    pub fn with_circuits(mut self, circuits: Rc<CircuitCache>) -> Self {
        self.circuits = circuits;
        self
    }

    /// The decoded functions.
    #[must_use]
    pub fn circuits(&self) -> &CircuitCache {
        &self.circuits
    }

    /// Has contracts stand in for others.
    #[must_use]
    pub fn with_overrides(mut self, overrides: ContractOverrides) -> Self {
        self.overrides = overrides;
        self
    }

    /// The contracts that stand in for others.
    #[must_use]
    pub const fn overrides(&self) -> &ContractOverrides {
        &self.overrides
    }

    /// The instance at an address, or what stands in for it.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`].
    pub fn contract_instance(
        &self,
        address: &AztecAddress,
    ) -> Result<ContractInstanceWithAddress, StateError> {
        self.overrides.instance(&self.state(), address)
    }

    /// A function with code of the contract at an address, or of what stands in for it.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`], [`StateError::UnknownClass`],
    /// [`StateError::UnknownFunction`], [`StateError::Artifact`].
    pub fn contract_function(
        &self,
        address: &AztecAddress,
        selector: FunctionSelector,
    ) -> Result<ContractFunction, StateError> {
        self.overrides.function(&self.state(), address, selector)
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> &dyn AztecNode {
        &*self.node
    }

    /// The state with the operation's own writes.
    #[must_use]
    pub fn state(&self) -> Ref<'_, PxeTables> {
        Ref::map(self.job.borrow(), |job| &**job)
    }

    /// The state, to be written to.
    #[must_use]
    pub fn state_mut(&self) -> RefMut<'_, PxeTables> {
        *self.listed.borrow_mut() = None;
        RefMut::map(self.job.borrow_mut(), |job| &mut **job)
    }

    /// The block whose state the operation sees.
    #[must_use]
    pub const fn anchor(&self) -> &AnchorBlock {
        &self.anchor
    }

    /// Fills `bytes` with random values.
    pub fn fill_random(&self, bytes: &mut [u8]) {
        self.rng.borrow_mut().fill_bytes(bytes);
    }

    /// Says what the operation is doing.
    pub fn report(&self, step: Progress) {
        self.progress.report(step);
    }

    /// Fails if the operation was stopped. Asked between steps.
    ///
    /// # Errors
    /// [`PxeError::Cancelled`].
    pub fn check_cancelled(&self) -> Result<(), PxeError> {
        if self.cancellation.is_cancelled() {
            Err(PxeError::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Ends the operation and hands over its staged writes, to be committed or dropped.
    #[must_use]
    pub fn into_job(self) -> Job<PxeTables> {
        self.job.into_inner()
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("anchor", &self.anchor.number())
            .finish_non_exhaustive()
    }
}
