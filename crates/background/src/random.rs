//! Random numbers of the browser.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

/// `crypto.getRandomValues`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserRng;

impl TryRng for BrowserRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        // Without random numbers nothing here may go on.
        if getrandom::fill(bytes).is_err() {
            wasm_bindgen::throw_str("the browser gives no random numbers");
        }
        Ok(())
    }
}

impl TryCryptoRng for BrowserRng {}
