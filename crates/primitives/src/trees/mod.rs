//! The state trees: their leaves and proofs of membership.

mod leaves;
mod membership;
mod sibling_path;
mod witnesses;

pub use leaves::{NullifierLeafPreimage, PublicDataTreeLeafPreimage};
pub use membership::MembershipWitness;
pub use sibling_path::SiblingPath;
pub use witnesses::{NullifierMembershipWitness, PublicDataWitness};

/// Gives a structure of which every member is one field element a binary form: 32 bytes for each
/// of the `count` elements.
macro_rules! bytes_as_fields {
    ([$($generics:tt)*] $name:ty, $count:expr) => {
        impl<$($generics)*> $crate::ToBytes for $name {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                for field in $crate::ToFields::to_fields(self) {
                    $crate::ToBytes::write_bytes(&field, out);
                }
            }
        }

        impl<$($generics)*> $crate::FromBytes for $name {
            fn read_bytes(
                reader: &mut $crate::ByteReader<'_>,
            ) -> Result<Self, $crate::DecodeError> {
                let fields = (0..$count)
                    .map(|_| reader.read::<$crate::Fr>())
                    .collect::<Result<Vec<_>, _>>()?;
                $crate::FromFields::from_fields(&fields)
            }
        }
    };
}
pub(crate) use bytes_as_fields;
