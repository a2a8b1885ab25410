mod method;
mod sponsor;

pub use method::{ClaimSecret, FeeJuiceClaim, FeePayment, FpcPayment, accepted_asset_call};
pub use sponsor::sponsored_fpc_instance;
