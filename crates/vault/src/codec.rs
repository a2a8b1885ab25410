//! CBOR, and the frame that everything the vault stores is put into.

use std::fmt;
use std::io::{self, Write};

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Room that ciphers need behind a plaintext for their tag.
const TAG: usize = 16;

/// Why stored bytes are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// They end too early.
    #[error("the data is cut off")]
    Truncated,
    /// They are longer than anything of their kind.
    #[error("{found} bytes, more than the {limit} that this kind of data can have")]
    TooLarge {
        /// Bytes given.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// They are no CBOR, or not of the shape expected.
    #[error("the data is malformed")]
    Malformed,
    /// They are something else.
    #[error("the data is not {expected}")]
    Foreign {
        /// The namespace expected.
        expected: &'static str,
    },
    /// They were written by another version of the program.
    #[error("the data has version {found}, this program reads version {supported}")]
    Version {
        /// The version found.
        found: u32,
        /// The version that this program reads and writes.
        supported: u32,
    },
    /// They were damaged after they were written.
    #[error("the data is damaged: its checksum is wrong")]
    Checksum,
    /// The parameters of the password's key derivation are beyond the bounds.
    #[error("the parameters of the key derivation are out of bounds")]
    KdfParameters,
}

/// Public bytes of fixed length, a byte string in CBOR.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Bytes<const N: usize>(pub(crate) [u8; N]);

/// Public bytes of any length, a byte string in CBOR.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct ByteString(pub(crate) Vec<u8>);

impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ByteString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl Serialize for ByteString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fixed<const N: usize>;

        impl<const N: usize> Visitor<'_> for Fixed<N> {
            type Value = Bytes<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                bytes
                    .try_into()
                    .map(Bytes)
                    .map_err(|_| E::invalid_length(bytes.len(), &self))
            }
        }

        deserializer.deserialize_bytes(Fixed)
    }
}

impl<'de> Deserialize<'de> for ByteString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl Visitor<'_> for Any {
            type Value = ByteString;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(ByteString(bytes.to_vec()))
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Self::Value, E> {
                Ok(ByteString(bytes))
            }
        }

        deserializer.deserialize_byte_buf(Any)
    }
}

/// Counts what would be written.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Encodes into a buffer that never grows, so that no part of it stays elsewhere, and that has room
/// for a cipher's tag.
pub(crate) fn encode_secret(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let mut count = Count(0);
    ciborium::into_writer(value, &mut count).map_err(|_| FormatError::Malformed)?;
    let mut out = Zeroizing::new(Vec::with_capacity(count.0 + TAG));
    ciborium::into_writer(value, &mut *out).map_err(|_| FormatError::Malformed)?;
    Ok(out)
}

/// Encodes what is no secret.
pub(crate) fn encode(value: &impl Serialize) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).map_err(|_| FormatError::Malformed)?;
    Ok(out)
}

/// Decodes one value that is all of `bytes`.
pub(crate) fn decode<T: DeserializeOwned>(mut bytes: &[u8]) -> Result<T, FormatError> {
    let value = ciborium::from_reader(&mut bytes).map_err(|error| match error {
        ciborium::de::Error::Io(_) => FormatError::Truncated,
        _ => FormatError::Malformed,
    })?;
    if bytes.is_empty() {
        Ok(value)
    } else {
        Err(FormatError::Malformed)
    }
}

/// One kind of stored data.
pub(crate) struct Format {
    /// Says what the data is.
    pub(crate) namespace: &'static str,
    /// The version that is read and written.
    pub(crate) version: u32,
    /// The most bytes that a frame can have.
    pub(crate) limit: usize,
}

/// What is the same in all versions.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frame {
    namespace: String,
    version: u32,
    body: ByteString,
    /// Finds accidents; attacks are found by the ciphers.
    checksum: Bytes<32>,
}

impl Format {
    /// The frame around a body.
    pub(crate) fn encode(&self, body: &impl Serialize) -> Result<Vec<u8>, FormatError> {
        let body = encode(body)?;
        encode(&Frame {
            namespace: self.namespace.to_owned(),
            version: self.version,
            checksum: checksum(self.namespace, self.version, &body),
            body: ByteString(body),
        })
    }

    /// The body within a frame.
    pub(crate) fn decode<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, FormatError> {
        if bytes.len() > self.limit {
            let (found, limit) = (bytes.len(), self.limit);
            return Err(FormatError::TooLarge { found, limit });
        }
        let frame: Frame = decode(bytes)?;
        if frame.namespace != self.namespace {
            let expected = self.namespace;
            return Err(FormatError::Foreign { expected });
        }
        if frame.checksum != checksum(&frame.namespace, frame.version, &frame.body.0) {
            return Err(FormatError::Checksum);
        }
        if frame.version != self.version {
            let (found, supported) = (frame.version, self.version);
            return Err(FormatError::Version { found, supported });
        }
        // There is one way to write a frame, of which the decoder is more tolerant than it should be.
        if encode(&frame)? != bytes {
            return Err(FormatError::Malformed);
        }
        // The checksum is right: what does not decode now was never written by this program.
        decode(&frame.body.0).map_err(|_| FormatError::Malformed)
    }
}

fn checksum(namespace: &str, version: u32, body: &[u8]) -> Bytes<32> {
    let mut hash = Sha256::new();
    hash.update((namespace.len() as u64).to_be_bytes());
    hash.update(namespace);
    hash.update(version.to_be_bytes());
    hash.update(body);
    Bytes(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORMAT: Format = Format {
        namespace: "pixie/test",
        version: 3,
        limit: 4096,
    };

    proptest! {
        #[test]
        fn frames_round_trip(body: Vec<u8>, number: u64) {
            let value = (ByteString(body), number);
            let bytes = FORMAT.encode(&value).unwrap();
            prop_assert_eq!(FORMAT.decode::<(ByteString, u64)>(&bytes), Ok(value));
        }

        #[test]
        fn random_bytes_are_refused(bytes: Vec<u8>) {
            prop_assert!(FORMAT.decode::<(ByteString, u64)>(&bytes).is_err());
        }

        #[test]
        fn every_flipped_bit_is_found(body: Vec<u8>, place: prop::sample::Index, bit in 0u8..8) {
            let mut bytes = FORMAT.encode(&ByteString(body)).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert!(FORMAT.decode::<ByteString>(&bytes).is_err());
        }

        #[test]
        fn what_is_cut_off_says_so(body: Vec<u8>, place: prop::sample::Index) {
            let bytes = FORMAT.encode(&ByteString(body)).unwrap();
            let place = place.index(bytes.len());
            prop_assert_eq!(
                FORMAT.decode::<ByteString>(&bytes[..place]),
                Err(FormatError::Truncated)
            );
        }
    }

    #[test]
    fn other_data_is_named() {
        let other = |namespace, version| Format {
            namespace,
            version,
            limit: 4096,
        };
        let foreign = other("pixie/other", 3).encode(&1u8).unwrap();
        assert_eq!(
            FORMAT.decode::<u8>(&foreign),
            Err(FormatError::Foreign {
                expected: "pixie/test"
            })
        );
        let newer = other("pixie/test", 4).encode(&"another shape").unwrap();
        assert_eq!(
            FORMAT.decode::<u8>(&newer),
            Err(FormatError::Version {
                found: 4,
                supported: 3
            })
        );
        assert_eq!(
            FORMAT.decode::<u8>(&[0; 5000]),
            Err(FormatError::TooLarge {
                found: 5000,
                limit: 4096
            })
        );
        let mut longer = FORMAT.encode(&1u8).unwrap();
        longer.push(0);
        assert_eq!(FORMAT.decode::<u8>(&longer), Err(FormatError::Malformed));
    }
}
