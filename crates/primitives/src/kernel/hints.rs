use zeroize::Zeroize;

use crate::codec::{DecodeError, FieldReader, FromFields, ToFields};
use crate::constants::{
    MAX_NOTE_HASH_READ_REQUESTS_PER_TX, MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIER_READ_REQUESTS_PER_TX,
    MAX_NULLIFIERS_PER_TX, NOTE_HASH_TREE_HEIGHT, NULLIFIER_TREE_HEIGHT,
};
use crate::field::{Fq, Fr};
use crate::fields_in_order;
use crate::trees::{MembershipWitness, NullifierLeafPreimage};

/// How many read requests of a kind the kernel holds; the index of none of them.
const READ_REQUESTS: usize = MAX_NOTE_HASH_READ_REQUESTS_PER_TX;
const _: () = assert!(READ_REQUESTS == MAX_NULLIFIER_READ_REQUESTS_PER_TX);

/// What a reset kernel does with a read request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReadRequestAction {
    /// Leaves it for later.
    #[default]
    Skip,
    /// Finds the value among the side effects of the transaction, by the pending hint of this index.
    ReadAsPending(u32),
    /// Finds the value in the tree, by the settled hint of this index.
    ReadAsSettled(u32),
}

impl ToFields for ReadRequestAction {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        let (action, hint_index) = match *self {
            Self::Skip => (0u8, 0),
            Self::ReadAsPending(index) => (1, index),
            Self::ReadAsSettled(index) => (2, index),
        };
        out.extend([Fr::from(action), Fr::from(hint_index)]);
    }
}

impl FromFields for ReadRequestAction {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let action: u8 = reader.read()?;
        let hint_index: u32 = reader.read()?;
        match (action, hint_index) {
            (0, 0) => Ok(Self::Skip),
            (1, index) => Ok(Self::ReadAsPending(index)),
            (2, index) => Ok(Self::ReadAsSettled(index)),
            _ => Err(DecodeError::UnknownValue {
                what: "action on a read request",
                value: action.into(),
            }),
        }
    }
}

/// Where the value of a read request is among the side effects of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PendingReadHint {
    /// The index of the request.
    pub read_request_index: u32,
    /// The index of the note hash or nullifier.
    pub pending_value_index: u32,
}
fields_in_order!(PendingReadHint {
    read_request_index,
    pending_value_index
});

impl Default for PendingReadHint {
    /// The hint for no request.
    fn default() -> Self {
        Self {
            read_request_index: READ_REQUESTS as u32,
            pending_value_index: 0,
        }
    }
}

/// Where the value of a read request is in a tree of height `H` with leaves `L`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledReadHint<const H: usize, L> {
    /// The index of the request.
    pub read_request_index: u32,
    /// Where the leaf is.
    pub membership_witness: MembershipWitness<H>,
    /// The leaf.
    pub leaf_preimage: L,
}

impl<const H: usize, L: Default> Default for SettledReadHint<H, L> {
    /// The hint for no request.
    fn default() -> Self {
        Self {
            read_request_index: READ_REQUESTS as u32,
            membership_witness: MembershipWitness::default(),
            leaf_preimage: L::default(),
        }
    }
}

impl<const H: usize, L: ToFields> ToFields for SettledReadHint<H, L> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.read_request_index.write_fields(out);
        self.membership_witness.write_fields(out);
        self.leaf_preimage.write_fields(out);
    }
}

impl<const H: usize, L: FromFields> FromFields for SettledReadHint<H, L> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            read_request_index: reader.read()?,
            membership_witness: reader.read()?,
            leaf_preimage: reader.read()?,
        })
    }
}

/// What a reset kernel does with the read requests of one kind. Only the hints for some request are
/// held; the circuit's places beyond them are filled with hints for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRequestHints<const H: usize, L> {
    /// For each request what is done; nothing for those beyond the last.
    pub actions: Vec<ReadRequestAction>,
    /// The hints for values in the transaction.
    pub pending: Vec<PendingReadHint>,
    /// The hints for values in the tree.
    pub settled: Vec<SettledReadHint<H, L>>,
}

/// The hints for note hashes.
pub type NoteHashReadRequestHints = ReadRequestHints<NOTE_HASH_TREE_HEIGHT, Fr>;
/// The hints for nullifiers.
pub type NullifierReadRequestHints = ReadRequestHints<NULLIFIER_TREE_HEIGHT, NullifierLeafPreimage>;

impl<const H: usize, L> Default for ReadRequestHints<H, L> {
    fn default() -> Self {
        Self {
            actions: Vec::new(),
            pending: Vec::new(),
            settled: Vec::new(),
        }
    }
}

impl<const H: usize, L> ReadRequestHints<H, L> {
    /// Says that the request with this index reads a value of the transaction.
    pub fn read_pending(
        &mut self,
        request_index: u32,
        value_index: u32,
    ) -> Result<(), DecodeError> {
        let action = ReadRequestAction::ReadAsPending(self.pending.len() as u32);
        self.act(request_index, action)?;
        self.pending.push(PendingReadHint {
            read_request_index: request_index,
            pending_value_index: value_index,
        });
        Ok(())
    }

    /// Says that the request with this index reads a value of the tree.
    pub fn read_settled(
        &mut self,
        request_index: u32,
        membership_witness: MembershipWitness<H>,
        leaf_preimage: L,
    ) -> Result<(), DecodeError> {
        let action = ReadRequestAction::ReadAsSettled(self.settled.len() as u32);
        self.act(request_index, action)?;
        self.settled.push(SettledReadHint {
            read_request_index: request_index,
            membership_witness,
            leaf_preimage,
        });
        Ok(())
    }

    fn act(&mut self, request_index: u32, action: ReadRequestAction) -> Result<(), DecodeError> {
        let index = request_index as usize;
        if index >= READ_REQUESTS {
            return Err(DecodeError::TooMany {
                what: "read requests",
                limit: READ_REQUESTS,
                actual: index.saturating_add(1),
            });
        }
        if self.actions.len() <= index {
            self.actions.resize(index + 1, ReadRequestAction::Skip);
        }
        if let Some(place) = self.actions.get_mut(index) {
            *place = action;
        }
        Ok(())
    }
}

impl<const H: usize, L> ReadRequestHints<H, L>
where
    L: ToFields + FromFields + Default + PartialEq,
{
    pub(super) fn check(&self, pending: usize, settled: usize) -> Result<(), DecodeError> {
        check_places(
            "actions on read requests",
            self.actions.len(),
            READ_REQUESTS,
        )?;
        check_places("pending read hints", self.pending.len(), pending)?;
        check_places("settled read hints", self.settled.len(), settled)
    }

    pub(super) fn write_places(&self, pending: usize, settled: usize, out: &mut Vec<Fr>) {
        write_places(&self.actions, READ_REQUESTS, out);
        write_places(&self.pending, pending, out);
        write_places(&self.settled, settled, out);
    }

    pub(super) fn read_places(
        reader: &mut FieldReader<'_>,
        pending: usize,
        settled: usize,
    ) -> Result<Self, DecodeError> {
        Ok(Self {
            actions: read_places(reader, READ_REQUESTS)?,
            pending: read_places(reader, pending)?,
            settled: read_places(reader, settled)?,
        })
    }
}

/// The master secret key for a key validation request.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct KeyValidationHint {
    /// The key.
    pub sk_m: Fq,
}

impl Drop for KeyValidationHint {
    fn drop(&mut self) {
        self.sk_m.zeroize();
    }
}

impl std::fmt::Debug for KeyValidationHint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyValidationHint(..)")
    }
}

impl ToFields for KeyValidationHint {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.extend([self.sk_m.lo(), self.sk_m.hi()]);
    }
}

impl FromFields for KeyValidationHint {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let lo: u128 = reader.read()?;
        let hi: u128 = reader.read()?;
        let mut bytes = [0u8; 32];
        let (upper, lower) = bytes.split_at_mut(16);
        upper.copy_from_slice(&hi.to_be_bytes());
        lower.copy_from_slice(&lo.to_be_bytes());
        let sk_m = Fq::from_be_bytes(&bytes);
        bytes.zeroize();
        Ok(Self { sk_m: sk_m? })
    }
}

/// A note hash and the nullifier that nullifies it in the same transaction: both can be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TransientDataSquashingHint {
    /// The index of the note hash.
    pub note_hash_index: u32,
    /// The index of the nullifier.
    pub nullifier_index: u32,
}
fields_in_order!(TransientDataSquashingHint {
    note_hash_index,
    nullifier_index
});

impl Default for TransientDataSquashingHint {
    /// The hint for no pair.
    fn default() -> Self {
        Self {
            note_hash_index: MAX_NOTE_HASHES_PER_TX as u32,
            nullifier_index: MAX_NULLIFIERS_PER_TX as u32,
        }
    }
}

/// Fails if there are more items than places.
pub(super) fn check_places(
    what: &'static str,
    actual: usize,
    limit: usize,
) -> Result<(), DecodeError> {
    if actual > limit {
        return Err(DecodeError::TooMany {
            what,
            limit,
            actual,
        });
    }
    Ok(())
}

/// Writes the items and, for the places beyond them, the default.
pub(super) fn write_places<T: ToFields + Default>(items: &[T], places: usize, out: &mut Vec<Fr>) {
    items.iter().for_each(|item| item.write_fields(out));
    let empty = T::default();
    (items.len()..places).for_each(|_| empty.write_fields(out));
}

/// Reads all places and drops the default ones from the end.
pub(super) fn read_places<T: FromFields + Default + PartialEq>(
    reader: &mut FieldReader<'_>,
    places: usize,
) -> Result<Vec<T>, DecodeError> {
    let mut items = (0..places)
        .map(|_| reader.read())
        .collect::<Result<Vec<T>, _>>()?;
    let empty = T::default();
    while items.last() == Some(&empty) {
        items.pop();
    }
    Ok(items)
}
