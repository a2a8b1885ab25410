use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields};
use crate::field::Fr;

/// An array of `N` places of which the last ones may be empty; only the places up to the last
/// occupied one are stored.
///
/// The empty item is `T::default()`. The encoded forms always have `N` items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaddedArray<T, const N: usize>(Vec<T>);

impl<T, const N: usize> Default for PaddedArray<T, N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default + PartialEq, const N: usize> PaddedArray<T, N> {
    /// Takes the items up to the last one that is not empty. Fails if more than `N` remain.
    pub fn new(mut items: Vec<T>) -> Result<Self, DecodeError> {
        trim(&mut items, 0);
        check_count(items.len(), N)?;
        Ok(Self(items))
    }

    /// The number of places.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        N
    }

    /// The items that are not empty, in order.
    pub fn occupied(&self) -> impl Iterator<Item = &T> {
        let empty = T::default();
        self.0.iter().filter(move |item| **item != empty)
    }

    fn padding(&self) -> impl Iterator<Item = T> {
        (self.0.len()..N).map(|_| T::default())
    }
}

impl<T, const N: usize> Deref for PaddedArray<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const N: usize> ToBytes for PaddedArray<T, N>
where
    T: ToBytes + Default + PartialEq,
{
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|item| item.write_bytes(out));
        self.padding().for_each(|item| item.write_bytes(out));
    }
}

impl<T, const N: usize> FromBytes for PaddedArray<T, N>
where
    T: FromBytes + Default + PartialEq,
{
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let items = (0..N).map(|_| reader.read()).collect::<Result<_, _>>()?;
        Self::new(items)
    }
}

impl<T, const N: usize> ToFields for PaddedArray<T, N>
where
    T: ToFields + Default + PartialEq,
{
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.0.iter().for_each(|item| item.write_fields(out));
        self.padding().for_each(|item| item.write_fields(out));
    }
}

impl<T, const N: usize> FromFields for PaddedArray<T, N>
where
    T: FromFields + Default + PartialEq,
{
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let items = (0..N).map(|_| reader.read()).collect::<Result<_, _>>()?;
        Self::new(items)
    }
}

impl<T, const N: usize> Serialize for PaddedArray<T, N>
where
    T: Serialize + Default + PartialEq,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let empty = T::default();
        let padding = std::iter::repeat_n(&empty, N - self.0.len());
        serializer.collect_seq(self.0.iter().chain(padding))
    }
}

impl<'de, T, const N: usize> Deserialize<'de> for PaddedArray<T, N>
where
    T: Deserialize<'de> + Default + PartialEq,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = crate::json::exactly(deserializer, N)?;
        Self::new(items).map_err(serde::de::Error::custom)
    }
}

/// An array of `N` places with a count of how many of them, from the first on, are meant
/// (Aztec 4.1.2, stdlib `ClaimedLengthArray`).
///
/// The count is a claim that a circuit makes and the next circuit verifies. Items beyond it are
/// kept, because encoding must bring back exactly what was decoded, but are not seen as items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedLengthArray<T, const N: usize> {
    /// At least the claimed items; more only if an item beyond them is not empty.
    items: Vec<T>,
    claimed: usize,
}

impl<T, const N: usize> Default for ClaimedLengthArray<T, N> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            claimed: 0,
        }
    }
}

impl<T: Default + PartialEq, const N: usize> ClaimedLengthArray<T, N> {
    /// Claims all the items given. Fails if there are more than `N`.
    pub fn new(items: Vec<T>) -> Result<Self, DecodeError> {
        let claimed = items.len();
        check_count(claimed, N)?;
        Ok(Self { items, claimed })
    }

    /// Takes the items of all places and the claim. Fails if there are more than `N` items or the
    /// claim exceeds `N`.
    pub fn with_claim(mut items: Vec<T>, claimed: u32) -> Result<Self, DecodeError> {
        let claimed = usize::try_from(claimed).unwrap_or(usize::MAX);
        check_count(claimed, N)?;
        trim(&mut items, claimed);
        check_count(items.len(), N)?;
        items.resize_with(items.len().max(claimed), T::default);
        Ok(Self { items, claimed })
    }

    /// The number of places.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        N
    }

    /// The claimed items.
    #[must_use]
    pub fn items(&self) -> &[T] {
        self.items.get(..self.claimed).unwrap_or(&self.items)
    }

    fn padding(&self) -> impl Iterator<Item = T> {
        (self.items.len()..N).map(|_| T::default())
    }
}

impl<T: Default + PartialEq, const N: usize> Deref for ClaimedLengthArray<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.items()
    }
}

impl<T, const N: usize> ToBytes for ClaimedLengthArray<T, N>
where
    T: ToBytes + Default + PartialEq,
{
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.items.iter().for_each(|item| item.write_bytes(out));
        self.padding().for_each(|item| item.write_bytes(out));
        (self.claimed as u32).write_bytes(out);
    }
}

impl<T, const N: usize> FromBytes for ClaimedLengthArray<T, N>
where
    T: FromBytes + Default + PartialEq,
{
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let items = (0..N).map(|_| reader.read()).collect::<Result<_, _>>()?;
        Self::with_claim(items, reader.read()?)
    }
}

impl<T, const N: usize> ToFields for ClaimedLengthArray<T, N>
where
    T: ToFields + Default + PartialEq,
{
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.items.iter().for_each(|item| item.write_fields(out));
        self.padding().for_each(|item| item.write_fields(out));
        out.push(Fr::from(self.claimed as u32));
    }
}

impl<T, const N: usize> FromFields for ClaimedLengthArray<T, N>
where
    T: FromFields + Default + PartialEq,
{
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let items = (0..N).map(|_| reader.read()).collect::<Result<_, _>>()?;
        Self::with_claim(items, reader.read()?)
    }
}

/// Drops empty items from the end, but leaves `keep`.
fn trim<T: Default + PartialEq>(items: &mut Vec<T>, keep: usize) {
    let empty = T::default();
    while items.len() > keep && items.last() == Some(&empty) {
        items.pop();
    }
}

fn check_count(actual: usize, limit: usize) -> Result<(), DecodeError> {
    if actual > limit {
        return Err(DecodeError::TooMany {
            what: "items",
            limit,
            actual,
        });
    }
    Ok(())
}
