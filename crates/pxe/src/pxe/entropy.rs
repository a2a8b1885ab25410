//! One source of random values for all operations.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt;
use std::rc::Rc;

use rand_core::{CryptoRng, TryCryptoRng, TryRng};

/// A source of random values. Clones draw from the same one.
#[derive(Clone)]
pub struct SharedEntropy(Rc<RefCell<Box<dyn CryptoRng>>>);

impl SharedEntropy {
    /// Shares a source.
    #[must_use]
    pub fn new(source: Box<dyn CryptoRng>) -> Self {
        Self(Rc::new(RefCell::new(source)))
    }
}

impl fmt::Debug for SharedEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedEntropy")
    }
}

impl TryRng for SharedEntropy {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.borrow_mut().next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.borrow_mut().next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.borrow_mut().fill_bytes(bytes);
        Ok(())
    }
}

impl TryCryptoRng for SharedEntropy {}
