use crate::address::AztecAddress;
use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::field::Fr;
use crate::logs::{LogHash, PrivateLog};
use crate::messaging::L2ToL1Message;
use crate::{bytes_in_order, fields_in_order};

macro_rules! wrapper {
    ($(#[$doc:meta])* $name:ident { $(#[$inner_doc:meta])* inner, $(#[$member_doc:meta])* $member:ident : $kind:ty }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name<T> {
            $(#[$inner_doc])*
            pub inner: T,
            $(#[$member_doc])*
            pub $member: $kind,
        }

        impl<T: ToBytes> ToBytes for $name<T> {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                self.inner.write_bytes(out);
                self.$member.write_bytes(out);
            }
        }

        impl<T: FromBytes> FromBytes for $name<T> {
            fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
                Ok(Self { inner: reader.read()?, $member: reader.read()? })
            }
        }

        impl<T: ToFields> ToFields for $name<T> {
            fn write_fields(&self, out: &mut Vec<Fr>) {
                self.inner.write_fields(out);
                self.$member.write_fields(out);
            }
        }

        impl<T: FromFields> FromFields for $name<T> {
            fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
                Ok(Self { inner: reader.read()?, $member: reader.read()? })
            }
        }
    };
}

wrapper!(
    /// A side effect with its place in the order of all side effects of the transaction.
    Counted {
        /// The side effect.
        inner,
        /// The side-effect counter; counters ascend over a transaction and begin with 1.
        counter: u32
    }
);

wrapper!(
    /// A side effect with the contract that had it. The contract is zero once the kernel has siloed
    /// the value.
    Scoped {
        /// The side effect.
        inner,
        /// The contract.
        contract_address: AztecAddress
    }
);

impl<T> Counted<T> {
    /// Counts a side effect.
    pub const fn new(inner: T, counter: u32) -> Self {
        Self { inner, counter }
    }

    /// Scopes the side effect to a contract.
    pub fn scope(self, contract_address: AztecAddress) -> Scoped<Self> {
        Scoped::new(self, contract_address)
    }
}

impl<T> Scoped<T> {
    /// Scopes a value to a contract.
    pub const fn new(inner: T, contract_address: AztecAddress) -> Self {
        Self {
            inner,
            contract_address,
        }
    }
}

impl<T> Scoped<Counted<T>> {
    /// The side-effect counter.
    pub const fn counter(&self) -> u32 {
        self.inner.counter
    }
}

/// A nullifier with the note hash that it nullifies, zero if that is not one of this transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NullifierOfNoteHash {
    /// The nullifier: as the contract emitted it, siloed once the kernel has done so.
    pub value: Fr,
    /// The note hash as the contract emitted it.
    pub note_hash: Fr,
}
bytes_in_order!(NullifierOfNoteHash { value, note_hash });
fields_in_order!(NullifierOfNoteHash { value, note_hash });

/// A private log with the counter of the note hash that it describes: it is dropped if that note is
/// squashed. Zero if it describes none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LogOfNoteHash {
    /// The log.
    pub log: PrivateLog,
    /// The counter of the note hash.
    pub note_hash_counter: u32,
}
bytes_in_order!(LogOfNoteHash {
    log,
    note_hash_counter
});
fields_in_order!(LogOfNoteHash {
    log,
    note_hash_counter
});

/// A claim that a note hash or nullifier exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Read {
    /// The note hash or nullifier: as emitted for a pending one of the contract in the scope, unique
    /// or siloed, and in the scope of no contract, for a settled one.
    pub value: Fr,
}
bytes_in_order!(Read { value });
fields_in_order!(Read { value });

/// A note hash as it is on its way: as the contract emitted it, later siloed and made unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NewNoteHash {
    /// The value.
    pub value: Fr,
}
bytes_in_order!(NewNoteHash { value });
fields_in_order!(NewNoteHash { value });

/// A note hash of one call (Aztec 4.1.2, stdlib `NoteHash`).
pub type CountedNoteHash = Counted<NewNoteHash>;
/// A note hash (Aztec 4.1.2, stdlib `ScopedNoteHash`).
pub type ScopedNoteHash = Scoped<CountedNoteHash>;
/// A nullifier of one call (Aztec 4.1.2, stdlib `Nullifier`).
pub type CountedNullifier = Counted<NullifierOfNoteHash>;
/// A nullifier (Aztec 4.1.2, stdlib `ScopedNullifier`).
pub type ScopedNullifier = Scoped<CountedNullifier>;
/// A private log of one call (Aztec 4.1.2, stdlib `PrivateLogData`).
pub type PrivateLogData = Counted<LogOfNoteHash>;
/// A private log (Aztec 4.1.2, stdlib `ScopedPrivateLogData`).
pub type ScopedPrivateLogData = Scoped<PrivateLogData>;
/// The hash of a contract class log of one call.
pub type CountedLogHash = Counted<LogHash>;
/// The hash of a contract class log without its place in the order.
pub type ScopedLogHash = Scoped<LogHash>;
/// The hash of a contract class log.
pub type ScopedCountedLogHash = Scoped<CountedLogHash>;
/// A message to layer 1 of one call.
pub type CountedL2ToL1Message = Counted<L2ToL1Message>;
/// A message to layer 1 without its place in the order.
pub type ScopedL2ToL1Message = Scoped<L2ToL1Message>;
/// A message to layer 1.
pub type ScopedCountedL2ToL1Message = Scoped<CountedL2ToL1Message>;
/// A claim that a note hash or nullifier existed at some time in the transaction.
pub type ReadRequest = Counted<Read>;
/// The same with the contract that makes the claim.
pub type ScopedReadRequest = Scoped<ReadRequest>;
