//! A chain that tests build, fork and falsify, behind a mocked node.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pixie_node::mock::{ManualClock, MockReply, MockTransport};
use pixie_node::types::{BlockId, CheckpointId, L2Tips, LeafLocation, Tip, TxScopedLog};
use pixie_node::{AztecNode, RpcNode};
use pixie_primitives::block::{
    BlockHeader, BlockNumber, BlockParameter, CheckpointNumber, GlobalVariables,
};
use pixie_primitives::effect::{IndexedTxEffect, TxEffect};
use pixie_primitives::receipt::{TxExecutionResult, TxReceipt, TxStatus};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, Fr};
use pixie_store::{Database, MemoryBackend, Sealing};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};

use crate::progress::Unobserved;
use crate::state::tests::{address, contract};
use crate::state::{PxeTables, shards};
use crate::work::{AnchorBlock, Cancellation, Work};

/// What the node knows.
#[derive(Default)]
pub(super) struct Chain {
    /// From the genesis block on.
    pub(super) headers: Vec<BlockHeader>,
    pub(super) finalized: u32,
    pub(super) effects: BTreeMap<TxHash, IndexedTxEffect>,
    /// By siloed tag.
    pub(super) private_logs: BTreeMap<Fr, Vec<TxScopedLog>>,
    /// By tag.
    pub(super) public_logs: BTreeMap<Fr, Vec<TxScopedLog>>,
    /// Block numbers by nullifier.
    pub(super) nullifiers: BTreeMap<Fr, u32>,
    pub(super) statuses: BTreeMap<TxHash, (TxStatus, Option<TxExecutionResult>)>,
    /// Public storage of the contract instance registry.
    pub(super) storage: BTreeMap<Fr, Fr>,
    /// Methods that fail.
    pub(super) broken: BTreeSet<&'static str>,
}

impl Chain {
    /// Adds a block. Chains that differ in `fork` have different blocks.
    pub(super) fn mine(&mut self, fork: u64) -> AnchorBlock {
        let number = self.headers.len() as u32;
        let previous = self.headers.last().map(BlockHeader::hash);
        let mut header = BlockHeader {
            global_variables: GlobalVariables {
                chain_id: Fr::from(31337u32),
                version: Fr::ONE,
                block_number: BlockNumber(number),
                timestamp: 1_000_000 + u64::from(number) * 100,
                ..GlobalVariables::default()
            },
            total_fees: Fr::from(fork),
            ..BlockHeader::default()
        };
        header.last_archive.root = previous.map(|hash| hash.to_field()).unwrap_or_default();
        self.headers.push(header.clone());
        AnchorBlock::new(header)
    }

    pub(super) fn block(&self, number: u32) -> AnchorBlock {
        AnchorBlock::new(self.headers[number as usize].clone())
    }

    pub(super) fn tip(&self) -> AnchorBlock {
        AnchorBlock::new(self.headers.last().unwrap().clone())
    }

    /// Makes a transaction part of a block.
    pub(super) fn include(&mut self, tx: TxHash, block: u32, data: TxEffect) {
        let effect = IndexedTxEffect {
            data: TxEffect {
                tx_hash: tx,
                ..data
            },
            l2_block_number: BlockNumber(block),
            l2_block_hash: self.block(block).hash,
            tx_index_in_block: 0,
        };
        self.effects.insert(tx, effect);
    }

    fn tips(&self) -> L2Tips {
        let id = |block: AnchorBlock| BlockId {
            number: block.number(),
            hash: block.hash,
        };
        let tip = |number| Tip {
            block: id(self.block(number)),
            checkpoint: CheckpointId {
                number: CheckpointNumber(number),
                hash: format!("0x{number:064x}"),
            },
        };
        let last = self.headers.len() as u32 - 1;
        L2Tips {
            proposed: id(self.tip()),
            checkpointed: tip(last),
            proven: tip(self.finalized),
            finalized: tip(self.finalized),
        }
    }

    fn header(&self, at: BlockParameter) -> Option<&BlockHeader> {
        match at {
            BlockParameter::Latest => self.headers.last(),
            BlockParameter::Number(number) => self.headers.get(number.0 as usize),
            BlockParameter::Hash(hash) => self.headers.iter().find(|header| header.hash() == hash),
        }
    }

    fn location(&self, nullifier: &Fr) -> Option<LeafLocation> {
        let number = *self.nullifiers.get(nullifier)?;
        Some(LeafLocation {
            index: 7,
            l2_block_number: BlockNumber(number),
            l2_block_hash: self.block(number).hash,
        })
    }

    fn receipt(&self, tx: TxHash) -> TxReceipt {
        let known = self.statuses.get(&tx).copied();
        let (status, execution_result) = known.unwrap_or((TxStatus::Dropped, None));
        TxReceipt {
            tx_hash: tx,
            status,
            execution_result,
            error: None,
            transaction_fee: None,
            block_hash: None,
            block_number: None,
            epoch_number: None,
            debug_logs: None,
        }
    }

    fn answer(&self, method: &str, params: &Value) -> Value {
        let logs = |logs: &BTreeMap<Fr, Vec<TxScopedLog>>, tags: &Value, page: &Value| {
            let tags: Vec<Fr> = serde_json::from_value(tags.clone()).unwrap();
            let page = page.as_u64().unwrap() as usize;
            let of = |tag| logs.get(tag).cloned().unwrap_or_default();
            let found = tags.iter().map(|tag| {
                let pages = of(tag);
                pages.chunks(10).nth(page).unwrap_or_default().to_vec()
            });
            json!(found.collect::<Vec<_>>())
        };
        let parse =
            |value: &Value| serde_json::from_value::<BlockParameter>(value.clone()).unwrap();
        let tx = |value: &Value| serde_json::from_value::<TxHash>(value.clone()).unwrap();
        match method {
            "node_getL2Tips" => json!(self.tips()),
            "node_getBlockHeader" => json!(self.header(parse(&params[0]))),
            "node_getTxEffect" => json!(self.effects.get(&tx(&params[0]))),
            "node_getTxReceipt" => json!(self.receipt(tx(&params[0]))),
            "node_getPrivateLogsByTags" => logs(&self.private_logs, &params[0], &params[1]),
            "node_getPublicLogsByTagsFromContract" => {
                logs(&self.public_logs, &params[1], &params[2])
            }
            "node_findLeavesIndexes" => {
                let leaves: Vec<Fr> = serde_json::from_value(params[2].clone()).unwrap();
                let found = leaves.iter().map(|leaf| self.location(leaf));
                json!(found.collect::<Vec<_>>())
            }
            "node_getPublicStorageAt" => {
                let slot: Fr = serde_json::from_value(params[2].clone()).unwrap();
                json!(self.storage.get(&slot).copied().unwrap_or_default())
            }
            _ => panic!("nobody told the mock about {method}"),
        }
    }
}

/// A node on a chain, and the state of a wallet with contract 1.
pub(super) struct Fixture {
    pub(super) chain: Rc<RefCell<Chain>>,
    pub(super) node: Rc<dyn AztecNode>,
    pub(super) mock: MockTransport,
    pub(super) state: Database<PxeTables, MemoryBackend>,
}

const METHODS: [&str; 8] = [
    "node_getL2Tips",
    "node_getBlockHeader",
    "node_getTxEffect",
    "node_getTxReceipt",
    "node_getPrivateLogsByTags",
    "node_getPublicLogsByTagsFromContract",
    "node_findLeavesIndexes",
    "node_getPublicStorageAt",
];

impl Fixture {
    /// A chain of so many blocks after the genesis block.
    pub(super) fn new(blocks: u32) -> Self {
        let mut chain = Chain::default();
        for _ in 0..=blocks {
            chain.mine(0);
        }
        let chain = Rc::new(RefCell::new(chain));
        let mock = MockTransport::new();
        for method in METHODS {
            let chain = chain.clone();
            mock.on(method, move |params| {
                let chain = chain.borrow();
                if chain.broken.contains(method) {
                    return MockReply::Error {
                        code: -32000,
                        message: "broken".to_owned(),
                    };
                }
                MockReply::Result(chain.answer(method, params))
            });
        }
        let opened = Database::<PxeTables, _>::open(MemoryBackend::new(), "test", Sealing::plain());
        let (state, _) = pollster::block_on(opened).unwrap();
        pollster::block_on(state.load(&[shards::contract(&address(1))])).unwrap();
        let mut job = state.job();
        job.contracts.put(address(1), contract(50));
        pollster::block_on(state.commit(job)).unwrap();
        Self {
            chain,
            node: Rc::new(RpcNode::new(mock.client(ManualClock::new()))),
            mock,
            state,
        }
    }

    /// An operation that sees the tip of the chain as it is now.
    pub(super) fn work(&self) -> Work {
        self.work_at(self.chain.borrow().tip())
    }

    pub(super) fn work_at(&self, anchor: AnchorBlock) -> Work {
        Work::new(
            self.node.clone(),
            self.state.job(),
            anchor,
            Box::new(ChaCha20Rng::seed_from_u64(1)),
            Rc::new(Unobserved),
            Cancellation::default(),
        )
    }

    pub(super) fn commit(&self, work: Work) {
        pollster::block_on(self.state.commit(work.into_job())).unwrap();
    }

    pub(super) fn chain(&self) -> std::cell::RefMut<'_, Chain> {
        self.chain.borrow_mut()
    }

    /// How often a method was called.
    pub(super) fn calls(&self, method: &str) -> usize {
        let calls = self.mock.calls();
        calls.iter().filter(|call| call.method == method).count()
    }
}

/// The contract of the fixture.
pub(super) fn app() -> AztecAddress {
    address(1)
}
