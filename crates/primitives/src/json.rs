//! JSON conventions of the node and the wallet SDK (Aztec 4.1.2, foundation `jsonStringify` and
//! `schemas`): big integers are decimal strings, small ones numbers, either is accepted as number or
//! text; bytes are base64.
//!
//! The modules here are meant for `#[serde(with = "…")]`.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Error as _, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{FromBytes, ToBytes};

/// An unsigned integer as the visitor below reads it.
struct Lenient<T>(PhantomData<T>);

impl<T: TryFrom<u128>> Visitor<'_> for Lenient<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an unsigned integer, as a number or as decimal or 0x-prefixed text")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value.into())
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &"a smaller integer"))
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::custom("the integer is too large"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        let parsed = match text.strip_prefix("0x") {
            Some("") => None,
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                match digits.trim_start_matches('0') {
                    "" => Some(0),
                    significant => u128::from_str_radix(significant, 16).ok(),
                }
            }
            Some(_) => None,
            None if text.bytes().all(|digit| digit.is_ascii_digit()) => text.parse().ok(),
            None => None,
        };
        parsed
            .and_then(|value| T::try_from(value).ok())
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// An integer written as a number and read as a number or as text.
pub mod number {
    use super::{Deserializer, Lenient, PhantomData, Serialize, Serializer};

    /// Writes the number.
    pub fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        value.serialize(to)
    }

    /// Reads a number or text.
    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: TryFrom<u128>,
        D: Deserializer<'de>,
    {
        from.deserialize_any(Lenient(PhantomData))
    }
}

/// An integer written as decimal text and read as a number or as text.
pub mod bigint {
    use std::fmt::Display;

    use super::{Deserializer, Lenient, PhantomData, Serializer};

    /// Writes decimal text.
    pub fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    /// Reads a number or text.
    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: TryFrom<u128>,
        D: Deserializer<'de>,
    {
        from.deserialize_any(Lenient(PhantomData))
    }
}

/// Bytes as base64 text.
pub mod base64_bytes {
    use super::{Deserialize, Deserializer, Engine, STANDARD, Serializer};
    use std::borrow::Cow;

    /// Writes base64.
    pub fn serialize<T, S>(bytes: &T, to: S) -> Result<S::Ok, S::Error>
    where
        T: AsRef<[u8]>,
        S: Serializer,
    {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    /// Reads base64.
    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: From<Vec<u8>>,
        D: Deserializer<'de>,
    {
        let text = Cow::<'de, str>::deserialize(from)?;
        STANDARD
            .decode(text.as_bytes())
            .map(T::from)
            .map_err(serde::de::Error::custom)
    }
}

/// A structure as base64 of its binary form (Aztec 4.1.2, `bufferSchemaFor`).
pub mod base64_of {
    use super::{Deserializer, FromBytes, Serializer, ToBytes, base64_bytes};

    /// Writes base64 of the binary form.
    pub fn serialize<T: ToBytes, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        base64_bytes::serialize(&value.to_bytes(), to)
    }

    /// Reads base64 of the binary form.
    pub fn deserialize<'de, T: FromBytes, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let bytes: Vec<u8> = base64_bytes::deserialize(from)?;
        T::from_bytes(&bytes).map_err(serde::de::Error::custom)
    }
}

/// A map as an array of pairs (Aztec 4.1.2, foundation `jsonStringify` of a `Map`).
pub mod pairs {
    use std::collections::BTreeMap;

    use super::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the pairs in ascending order of the keys.
    pub fn serialize<K, V, S>(map: &BTreeMap<K, V>, to: S) -> Result<S::Ok, S::Error>
    where
        K: Serialize,
        V: Serialize,
        S: Serializer,
    {
        to.collect_seq(map)
    }

    /// Reads pairs; of two with one key the later counts.
    pub fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(from)?.into_iter().collect())
    }
}

/// A sequence of exactly `N` items.
pub(crate) fn exactly<'de, T, D>(from: D, count: usize) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let items = Vec::<T>::deserialize(from)?;
    if items.len() == count {
        Ok(items)
    } else {
        Err(D::Error::invalid_length(
            items.len(),
            &format!("{count} items").as_str(),
        ))
    }
}

/// Gives a structure the JSON form of base64 of its binary form.
macro_rules! json_as_base64 {
    ($name:ident) => {
        $crate::json::json_as_base64!([] $name);
    };
    ([$($generics:tt)*] $name:ty) => {
        impl<$($generics)*> ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::json::base64_of::serialize(self, to)
            }
        }

        impl<'de, $($generics)*> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::json::base64_of::deserialize(from)
            }
        }
    };
}
pub(crate) use json_as_base64;
