use super::DecodeError;

/// Implements the binary form of a structure as its members in the order given.
#[macro_export]
macro_rules! bytes_in_order {
    ($name:ident { $($member:ident),* $(,)? }) => {
        impl $crate::ToBytes for $name {
            fn write_bytes(&self, out: &mut ::std::vec::Vec<u8>) {
                $($crate::ToBytes::write_bytes(&self.$member, out);)*
            }
        }

        impl $crate::FromBytes for $name {
            fn read_bytes(
                reader: &mut $crate::ByteReader<'_>,
            ) -> ::std::result::Result<Self, $crate::DecodeError> {
                $(let $member = reader.read()?;)*
                Ok(Self { $($member),* })
            }
        }
    };
}

/// Implements the field sequence of a structure as its members in the order given.
#[macro_export]
macro_rules! fields_in_order {
    ($name:ident { $($member:ident),* $(,)? }) => {
        impl $crate::ToFields for $name {
            fn write_fields(&self, out: &mut ::std::vec::Vec<$crate::Fr>) {
                $($crate::ToFields::write_fields(&self.$member, out);)*
            }
        }

        impl $crate::FromFields for $name {
            fn read_fields(
                reader: &mut $crate::FieldReader<'_>,
            ) -> ::std::result::Result<Self, $crate::DecodeError> {
                $(let $member = reader.read()?;)*
                Ok(Self { $($member),* })
            }
        }
    };
}

/// Fills an array from a fallible source, without requiring `Default` of the items.
pub(super) fn try_array<T, const N: usize>(
    mut next: impl FnMut() -> Result<T, DecodeError>,
) -> Result<[T; N], DecodeError> {
    let items = (0..N).map(|_| next()).collect::<Result<Vec<T>, _>>()?;
    items
        .try_into()
        .map_err(|_| DecodeError::Malformed { what: "array" })
}
