//! What the private kernel circuits take and give.
//!
//! Everything that a circuit sees has a form as field elements ([`ToFields`](crate::ToFields)) in the
//! order of the circuit's interface: the elements are the circuit's first witnesses, and its return
//! values decode the same way.

mod accumulated;
mod call_data;
mod circuit;
mod hints;
mod inputs;
mod public_inputs;
mod requests;
mod reset;
mod side_effects;
mod tail;
#[cfg(test)]
mod tests;
mod verification_key;

pub use accumulated::{
    PrivateAccumulatedData, PrivateToPublicAccumulatedData, PrivateToRollupAccumulatedData,
    PrivateValidationRequests,
};
pub use call_data::{PrivateCallData, PrivateVerificationKeyHints, UpdatedClassIdHints};
pub use circuit::{PrivateCircuitPublicInputs, PrivateContextInputs};
pub use hints::{
    KeyValidationHint, NoteHashReadRequestHints, NullifierReadRequestHints, PendingReadHint,
    ReadRequestAction, ReadRequestHints, SettledReadHint, TransientDataSquashingHint,
};
pub use inputs::{
    HidingKernelToPublicPrivateInputs, HidingKernelToRollupPrivateInputs, PaddedSideEffectAmounts,
    PrivateKernelInitPrivateInputs, PrivateKernelInnerPrivateInputs,
    PrivateKernelTailPrivateInputs, PrivateKernelTailToPublicPrivateInputs,
};
pub use public_inputs::{
    PrivateKernelCircuitPublicInputs, PrivateToPublicKernelCircuitPublicInputs,
    PrivateToRollupKernelCircuitPublicInputs,
};
pub use requests::{
    CountedPublicCallRequest, KeyValidationRequest, KeyValidationRequestAndSeparator,
    PrivateCallRequest, PublicCallRequest, ScopedKeyValidationRequestAndSeparator,
};
pub use reset::{
    PaddedSideEffects, PrivateKernelResetDimensions, PrivateKernelResetHints,
    PrivateKernelResetPrivateInputs,
};
pub use side_effects::{
    Counted, CountedL2ToL1Message, CountedLogHash, CountedNoteHash, CountedNullifier,
    LogOfNoteHash, NewNoteHash, NullifierOfNoteHash, PrivateLogData, Read, ReadRequest, Scoped,
    ScopedCountedL2ToL1Message, ScopedCountedLogHash, ScopedL2ToL1Message, ScopedLogHash,
    ScopedNoteHash, ScopedNullifier, ScopedPrivateLogData, ScopedReadRequest,
};
pub use tail::PrivateKernelTailCircuitPublicInputs;
pub use verification_key::{VerificationKey, VkData};

/// Like `bytes_in_order!`, but members marked `as field` are `u32` that the binary form writes as a
/// whole field element.
macro_rules! bytes_in_order_wide {
    (@write $value:expr, $out:ident) => {
        $crate::ToBytes::write_bytes(&$value, $out)
    };
    (@write $value:expr, $out:ident field) => {
        $crate::ToBytes::write_bytes(&$crate::Fr::from($value), $out)
    };
    (@read $reader:ident) => {
        $reader.read()?
    };
    (@read $reader:ident field) => {
        $reader.read::<$crate::Fr>()?.to_u32()?
    };
    ($name:ident { $($member:ident $(as $wide:ident)?),* $(,)? }) => {
        impl $crate::ToBytes for $name {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                $($crate::kernel::bytes_in_order_wide!(@write self.$member, out $($wide)?);)*
            }
        }

        impl $crate::FromBytes for $name {
            fn read_bytes(
                reader: &mut $crate::ByteReader<'_>,
            ) -> Result<Self, $crate::DecodeError> {
                $(let $member = $crate::kernel::bytes_in_order_wide!(@read reader $($wide)?);)*
                Ok(Self { $($member),* })
            }
        }
    };
}
use bytes_in_order_wide;
