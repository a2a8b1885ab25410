use super::MembershipWitness;
use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::field::Fr;
use crate::json::json_as_base64;

/// The siblings of a leaf and its ancestors, from the leaf up, in a tree of height `N`
/// (Aztec 4.1.2, foundation `SiblingPath`). The binary form starts with the height; the JSON form is
/// its base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SiblingPath<const N: usize>(pub [Fr; N]);

json_as_base64!([const N: usize] SiblingPath<N>);

impl<const N: usize> SiblingPath<N> {
    /// The path together with the index of the leaf that it belongs to.
    #[must_use]
    pub const fn at(self, leaf_index: u64) -> MembershipWitness<N> {
        MembershipWitness {
            leaf_index,
            sibling_path: self.0,
        }
    }
}

impl<const N: usize> ToBytes for SiblingPath<N> {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        (N as u32).write_bytes(out);
        self.0.write_bytes(out);
    }
}

impl<const N: usize> FromBytes for SiblingPath<N> {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        match reader.read::<u32>()? {
            height if height as usize == N => reader.read().map(Self),
            height => Err(DecodeError::UnknownValue {
                what: "height of a sibling path",
                value: height.into(),
            }),
        }
    }
}

impl<const N: usize> ToFields for SiblingPath<N> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.extend_from_slice(&self.0);
    }
}

impl<const N: usize> FromFields for SiblingPath<N> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        reader.read().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn forms_round_trip(values: [u128; 5], index: u64) {
            let path = SiblingPath(values.map(Fr::from));
            prop_assert_eq!(SiblingPath::from_bytes(&path.to_bytes()), Ok(path));
            prop_assert_eq!(SiblingPath::from_fields(&path.to_fields()), Ok(path));
            let json = serde_json::to_string(&path).unwrap();
            prop_assert_eq!(serde_json::from_str::<SiblingPath<5>>(&json).unwrap(), path);
            prop_assert_eq!(path.at(index).sibling_path, path.0);
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = SiblingPath::<2>::from_bytes(&bytes);
        }
    }

    #[test]
    fn another_height_is_refused() {
        let bytes = SiblingPath([Fr::ONE; 3]).to_bytes();
        assert_eq!(
            SiblingPath::<4>::from_bytes(&bytes),
            Err(DecodeError::UnknownValue {
                what: "height of a sibling path",
                value: 3
            })
        );
        assert!(SiblingPath::<3>::from_bytes(&bytes[..99]).is_err());
    }
}
