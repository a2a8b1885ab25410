//! The methods of the `Wallet` of aztec.js 4.1.2 as they go over the wire: names, arguments, options.
//!
//! The reference describes them by the zod schemas of `aztec.js/src/wallet/wallet.ts`. Here a request
//! is parsed once, into a [`WalletCall`], whose values cannot be out of range any more; what does not
//! fit is refused with a [`CallError`] that names the argument and the place in it.

mod call;
mod intent;
mod method;
mod options;
#[cfg(test)]
mod tests;

pub use call::{CallError, WalletCall};
pub use intent::AuthWitIntent;
pub use method::Method;
pub use options::{
    EventMetadataDefinition, FeeOptions, GasSettingsOption, PrivateEventFilter, ProfileMode,
    ProfileOptions, SendOptions, SimulateOptions, SimulationFeeOptions, UtilityOptions, Wait,
    WaitOptions,
};
