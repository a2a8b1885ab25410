use std::fmt;
use std::str::FromStr;

use super::hints::{
    KeyValidationHint, NoteHashReadRequestHints, NullifierReadRequestHints, ReadRequestHints,
    TransientDataSquashingHint, check_places, read_places, write_places,
};
use super::public_inputs::PrivateKernelCircuitPublicInputs;
use super::verification_key::VkData;
use crate::codec::{DecodeError, FieldReader, PaddedArray, ToFields};
use crate::constants::{MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX};
use crate::field::Fr;
use crate::fields_in_order;
use crate::logs::PrivateLog;

/// Values with which a reset kernel fills up the side effects of a transaction, so that their
/// numbers tell less.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaddedSideEffects {
    /// Note hashes.
    pub note_hashes: PaddedArray<Fr, MAX_NOTE_HASHES_PER_TX>,
    /// Nullifiers.
    pub nullifiers: PaddedArray<Fr, MAX_NULLIFIERS_PER_TX>,
    /// Private logs.
    pub private_logs: PaddedArray<PrivateLog, MAX_PRIVATE_LOGS_PER_TX>,
}
fields_in_order!(PaddedSideEffects {
    note_hashes,
    nullifiers,
    private_logs
});

/// How many of each thing one variant of the reset kernel can process.
///
/// Text form: the numbers in the order of the members, joined by `_`, as in the artifacts' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct PrivateKernelResetDimensions {
    /// Reads of note hashes of the transaction.
    pub note_hash_pending_read: u32,
    /// Reads of note hashes of the tree.
    pub note_hash_settled_read: u32,
    /// Reads of nullifiers of the transaction.
    pub nullifier_pending_read: u32,
    /// Reads of nullifiers of the tree.
    pub nullifier_settled_read: u32,
    /// Validations of keys.
    pub key_validation: u32,
    /// Note hashes squashed with their nullifiers.
    pub transient_data_squashing: u32,
    /// Note hashes siloed.
    pub note_hash_siloing: u32,
    /// Nullifiers siloed.
    pub nullifier_siloing: u32,
    /// Private logs siloed.
    pub private_log_siloing: u32,
}

impl PrivateKernelResetDimensions {
    /// The numbers in the order of the members.
    #[must_use]
    pub const fn to_array(self) -> [u32; 9] {
        [
            self.note_hash_pending_read,
            self.note_hash_settled_read,
            self.nullifier_pending_read,
            self.nullifier_settled_read,
            self.key_validation,
            self.transient_data_squashing,
            self.note_hash_siloing,
            self.nullifier_siloing,
            self.private_log_siloing,
        ]
    }

    /// The numbers in the order of the members.
    #[must_use]
    pub const fn from_array(numbers: [u32; 9]) -> Self {
        let [
            note_hash_pending_read,
            note_hash_settled_read,
            nullifier_pending_read,
            nullifier_settled_read,
            key_validation,
            transient_data_squashing,
            note_hash_siloing,
            nullifier_siloing,
            private_log_siloing,
        ] = numbers;
        Self {
            note_hash_pending_read,
            note_hash_settled_read,
            nullifier_pending_read,
            nullifier_settled_read,
            key_validation,
            transient_data_squashing,
            note_hash_siloing,
            nullifier_siloing,
            private_log_siloing,
        }
    }

    /// Whether a variant of these dimensions can do what one of the other can.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.to_array()
            .iter()
            .zip(other.to_array())
            .all(|(have, need)| *have >= need)
    }
}

impl fmt::Display for PrivateKernelResetDimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, number) in self.to_array().iter().enumerate() {
            let separator = if position == 0 { "" } else { "_" };
            write!(f, "{separator}{number}")?;
        }
        Ok(())
    }
}

impl FromStr for PrivateKernelResetDimensions {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        let bad = DecodeError::Malformed {
            what: "dimensions of a reset kernel",
        };
        let numbers: Option<Vec<u32>> = text.split('_').map(|part| part.parse().ok()).collect();
        match numbers.and_then(|numbers| numbers.try_into().ok()) {
            Some(numbers) => Ok(Self::from_array(numbers)),
            None => Err(bad),
        }
    }
}

/// What a reset kernel needs to process the side effects and claims of a transaction. Only what says
/// something is held; the circuit's places beyond are filled up on encoding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateKernelResetHints {
    /// What is done with reads of note hashes.
    pub note_hash_read_request_hints: NoteHashReadRequestHints,
    /// What is done with reads of nullifiers.
    pub nullifier_read_request_hints: NullifierReadRequestHints,
    /// The master secret keys for the first key validation requests, in their order.
    pub key_validation_hints: Vec<KeyValidationHint>,
    /// What is squashed.
    pub transient_data_squashing_hints: Vec<TransientDataSquashingHint>,
}

impl PrivateKernelResetHints {
    fn check(&self, places: &Places) -> Result<(), DecodeError> {
        let [note_pending, note_settled] = places.note_hashes;
        let [nullifier_pending, nullifier_settled] = places.nullifiers;
        self.note_hash_read_request_hints
            .check(note_pending, note_settled)?;
        self.nullifier_read_request_hints
            .check(nullifier_pending, nullifier_settled)?;
        check_places(
            "key validation hints",
            self.key_validation_hints.len(),
            places.keys,
        )?;
        check_places(
            "transient data squashing hints",
            self.transient_data_squashing_hints.len(),
            places.transient,
        )
    }
}

/// How many places the circuit has for each kind of hint: a circuit's array has one at least.
struct Places {
    note_hashes: [usize; 2],
    nullifiers: [usize; 2],
    keys: usize,
    transient: usize,
}

impl Places {
    fn of(dimensions: PrivateKernelResetDimensions) -> Self {
        let places = |dimension: u32| dimension.max(1) as usize;
        Self {
            note_hashes: [
                places(dimensions.note_hash_pending_read),
                places(dimensions.note_hash_settled_read),
            ],
            nullifiers: [
                places(dimensions.nullifier_pending_read),
                places(dimensions.nullifier_settled_read),
            ],
            keys: places(dimensions.key_validation),
            transient: places(dimensions.transient_data_squashing),
        }
    }
}

/// What a reset kernel of certain dimensions takes.
///
/// Its fields form depends on the dimensions: see [`Self::read_fields`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKernelResetPrivateInputs {
    previous_kernel: VkData,
    previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    padded_side_effects: PaddedSideEffects,
    hints: PrivateKernelResetHints,
    dimensions: PrivateKernelResetDimensions,
}

impl PrivateKernelResetPrivateInputs {
    /// Puts the inputs together. Fails if there are more hints than the dimensions allow.
    pub fn new(
        previous_kernel: VkData,
        previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
        padded_side_effects: PaddedSideEffects,
        hints: PrivateKernelResetHints,
        dimensions: PrivateKernelResetDimensions,
    ) -> Result<Self, DecodeError> {
        hints.check(&Places::of(dimensions))?;
        Ok(Self {
            previous_kernel,
            previous_kernel_public_inputs,
            padded_side_effects,
            hints,
            dimensions,
        })
    }

    /// The verification key of the previous kernel.
    #[must_use]
    pub const fn previous_kernel(&self) -> &VkData {
        &self.previous_kernel
    }

    /// What the previous kernel put out.
    #[must_use]
    pub const fn previous_kernel_public_inputs(&self) -> &PrivateKernelCircuitPublicInputs {
        &self.previous_kernel_public_inputs
    }

    /// The values with which the side effects are filled up.
    #[must_use]
    pub const fn padded_side_effects(&self) -> &PaddedSideEffects {
        &self.padded_side_effects
    }

    /// The hints.
    #[must_use]
    pub const fn hints(&self) -> &PrivateKernelResetHints {
        &self.hints
    }

    /// The dimensions of the kernel that takes these inputs.
    #[must_use]
    pub const fn dimensions(&self) -> PrivateKernelResetDimensions {
        self.dimensions
    }

    /// Reads the inputs of a kernel of these dimensions and leaves what follows.
    pub fn read_fields(
        reader: &mut FieldReader<'_>,
        dimensions: PrivateKernelResetDimensions,
    ) -> Result<Self, DecodeError> {
        let places = Places::of(dimensions);
        let [note_pending, note_settled] = places.note_hashes;
        let [nullifier_pending, nullifier_settled] = places.nullifiers;
        Ok(Self {
            previous_kernel: reader.read()?,
            previous_kernel_public_inputs: reader.read()?,
            padded_side_effects: reader.read()?,
            hints: PrivateKernelResetHints {
                note_hash_read_request_hints: ReadRequestHints::read_places(
                    reader,
                    note_pending,
                    note_settled,
                )?,
                nullifier_read_request_hints: ReadRequestHints::read_places(
                    reader,
                    nullifier_pending,
                    nullifier_settled,
                )?,
                key_validation_hints: read_places(reader, places.keys)?,
                transient_data_squashing_hints: read_places(reader, places.transient)?,
            },
            dimensions,
        })
    }
}

impl ToFields for PrivateKernelResetPrivateInputs {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        let places = Places::of(self.dimensions);
        let [note_pending, note_settled] = places.note_hashes;
        let [nullifier_pending, nullifier_settled] = places.nullifiers;
        self.previous_kernel.write_fields(out);
        self.previous_kernel_public_inputs.write_fields(out);
        self.padded_side_effects.write_fields(out);
        self.hints
            .note_hash_read_request_hints
            .write_places(note_pending, note_settled, out);
        self.hints.nullifier_read_request_hints.write_places(
            nullifier_pending,
            nullifier_settled,
            out,
        );
        write_places(&self.hints.key_validation_hints, places.keys, out);
        write_places(
            &self.hints.transient_data_squashing_hints,
            places.transient,
            out,
        );
    }
}
