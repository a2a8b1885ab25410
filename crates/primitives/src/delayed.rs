//! Public values that change with a delay, so that private functions can rely on them for a while
//! (Aztec 4.1.2, stdlib `DelayedPublicMutableValues`).

use crate::address::ContractClassId;
use crate::codec::{ByteReader, DecodeError, FieldReader, FromFields, ToFields};
use crate::field::Fr;
use crate::hash::poseidon2_hash;
use crate::trees::bytes_as_fields;

/// A contract class that is scheduled to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ScheduledClassChange {
    /// The class until the change; zero stands for the one that the instance was deployed with.
    pub previous: ContractClassId,
    /// The class from the change on.
    pub post: ContractClassId,
    /// The time of the change, in seconds since 1970.
    pub timestamp_of_change: u32,
}

impl ScheduledClassChange {
    /// The class at a time.
    #[must_use]
    pub const fn class_at(&self, timestamp: u64) -> ContractClassId {
        if timestamp < self.timestamp_of_change as u64 {
            self.previous
        } else {
            self.post
        }
    }
}

/// A delay that is scheduled to change; no delay stands for the initial one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ScheduledDelayChange {
    /// The delay until the change, in seconds.
    pub previous: Option<u32>,
    /// The delay from the change on, in seconds.
    pub post: Option<u32>,
    /// The time of the change, in seconds since 1970.
    pub timestamp_of_change: u32,
}

/// The class id of an instance, which can be updated with a delay. Three field elements: the times
/// and delays packed into one, the class until the change, the class after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DelayedClassId {
    /// The class.
    pub class: ScheduledClassChange,
    /// The delay with which updates take effect.
    pub delay: ScheduledDelayChange,
}

impl DelayedClassId {
    /// The hash under which the values are committed to in public storage.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash(&self.to_fields())
    }

    /// The times and delays, in this order from the lowest byte on: time of the value's change (4
    /// bytes), time of the delay's change (4), whether there is a later delay (1), that (4), whether
    /// there is an earlier delay (1), that (4).
    fn pack(&self) -> Fr {
        let mut bytes = [0u8; 32];
        let mut end = bytes.len();
        let mut put = |part: &[u8]| {
            let start = end - part.len();
            bytes[start..end].copy_from_slice(part);
            end = start;
        };
        put(&self.class.timestamp_of_change.to_be_bytes());
        put(&self.delay.timestamp_of_change.to_be_bytes());
        for delay in [self.delay.post, self.delay.previous] {
            put(&[u8::from(delay.is_some())]);
            put(&delay.unwrap_or_default().to_be_bytes());
        }
        // The upper 14 bytes are zero, which is below the modulus.
        Fr::from_be_bytes_reduced(&bytes)
    }
}

/// The parts of the packed element.
struct Packed {
    class_change: u32,
    delay: ScheduledDelayChange,
}

fn unpack(packed: Fr) -> Result<Packed, DecodeError> {
    let malformed = || DecodeError::Malformed {
        what: "delayed public value",
    };
    let bytes = packed.to_be_bytes();
    let mut reader = ByteReader::new(&bytes);
    if reader.array::<14>()? != [0; 14] {
        return Err(malformed());
    }
    let mut option = || {
        let delay: u32 = reader.read()?;
        match reader.read()? {
            true => Ok(Some(delay)),
            false if delay == 0 => Ok(None),
            false => Err(malformed()),
        }
    };
    let (previous, post) = (option()?, option()?);
    let delay = ScheduledDelayChange {
        previous,
        post,
        timestamp_of_change: reader.read()?,
    };
    Ok(Packed {
        delay,
        class_change: reader.read()?,
    })
}

impl ToFields for DelayedClassId {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.pack());
        self.class.previous.write_fields(out);
        self.class.post.write_fields(out);
    }
}

impl FromFields for DelayedClassId {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let packed = unpack(reader.field()?)?;
        Ok(Self {
            class: ScheduledClassChange {
                previous: reader.read()?,
                post: reader.read()?,
                timestamp_of_change: packed.class_change,
            },
            delay: packed.delay,
        })
    }
}

bytes_as_fields!([] DelayedClassId, 3);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::codec::{FromBytes as _, ToBytes as _};

    use super::*;

    proptest! {
        #[test]
        fn delayed_class_ids_round_trip(
            times: [u32; 2],
            delays: (Option<u32>, Option<u32>),
            classes: [u64; 2],
        ) {
            let id = DelayedClassId {
                class: ScheduledClassChange {
                    previous: ContractClassId::from_field(Fr::from(classes[0])),
                    post: ContractClassId::from_field(Fr::from(classes[1])),
                    timestamp_of_change: times[0],
                },
                delay: ScheduledDelayChange {
                    previous: delays.0,
                    post: delays.1,
                    timestamp_of_change: times[1],
                },
            };
            prop_assert_eq!(DelayedClassId::from_fields(&id.to_fields()), Ok(id));
            prop_assert_eq!(DelayedClassId::from_bytes(&id.to_bytes()), Ok(id));
        }

        #[test]
        fn random_elements_never_panic(bytes: [u8; 32]) {
            let packed = Fr::from_be_bytes_reduced(&bytes);
            let _ = DelayedClassId::from_fields(&[packed, Fr::ONE, Fr::ONE]);
        }
    }

    #[test]
    fn the_class_changes_in_time() {
        let [previous, post] = [1u8, 2].map(|id| ContractClassId::from_field(Fr::from(id)));
        let change = ScheduledClassChange {
            previous,
            post,
            timestamp_of_change: 100,
        };
        assert_eq!(change.class_at(99), previous);
        assert_eq!(change.class_at(100), post);
    }
}
