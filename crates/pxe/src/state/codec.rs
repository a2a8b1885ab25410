//! Rows are stored in the binary form of the protocol: short, and exact.

use std::fmt;
use std::marker::PhantomData;

use pixie_primitives::{ByteReader, DecodeError, FromBytes, ToBytes};
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use zeroize::Zeroizing;

/// Serialises a value as a byte string in its binary form.
pub(super) fn serialize<T: ToBytes, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(&Zeroizing::new(value.to_bytes()))
}

/// Reads what [`serialize`] has written.
pub(super) fn deserialize<'de, T: FromBytes, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    struct Bytes<T>(PhantomData<T>);

    impl<T: FromBytes> Visitor<'_> for Bytes<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a byte string")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<T, E> {
            T::from_bytes(bytes).map_err(E::custom)
        }

        fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<T, E> {
            self.visit_bytes(&Zeroizing::new(bytes))
        }
    }

    from.deserialize_byte_buf(Bytes(PhantomData))
}

/// Gives types `Serialize` and `Deserialize` by their binary form.
macro_rules! stored_as_bytes {
    ($($name:ty),* $(,)?) => {$(
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::state::codec::serialize(self, to)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::state::codec::deserialize(from)
            }
        }
    )*};
}
pub(super) use stored_as_bytes;

/// Writes a presence byte and the value.
pub(super) fn write_option<T: ToBytes>(value: Option<&T>, out: &mut Vec<u8>) {
    value.is_some().write_bytes(out);
    if let Some(value) = value {
        value.write_bytes(out);
    }
}

/// Reads what [`write_option`] has written.
pub(super) fn read_option<T: FromBytes>(
    reader: &mut ByteReader<'_>,
) -> Result<Option<T>, DecodeError> {
    reader.read::<bool>()?.then(|| reader.read()).transpose()
}

/// Fails unless the items are in strictly ascending order, as a set is written.
pub(super) fn check_ascending<T: Ord>(items: &[T], what: &'static str) -> Result<(), DecodeError> {
    if items.is_sorted_by(|one, other| one < other) {
        Ok(())
    } else {
        Err(DecodeError::Malformed { what })
    }
}
