//! The conformance suite on the memory backend.

use pixie_store::conformance::Harness;
use pixie_store::{FaultPlan, MemoryBackend};

/// Rows in memory; a "restart" is another handle.
struct Memory<const SEALED: bool>(MemoryBackend);

impl<const SEALED: bool> Harness for Memory<SEALED> {
    type Backend = MemoryBackend;

    const SEALED: bool = SEALED;

    async fn create() -> Self {
        Self(MemoryBackend::new())
    }

    async fn open(&self) -> MemoryBackend {
        self.0.clone()
    }

    fn faults(&self) -> &FaultPlan {
        self.0.faults()
    }
}

pixie_store::conformance_suite!(plain, Memory<false>, pollster::block_on);
pixie_store::conformance_suite!(sealed, Memory<true>, pollster::block_on);
