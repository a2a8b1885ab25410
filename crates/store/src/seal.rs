//! From logical rows to opaque ones and back.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use pixie_cipher::{Cipher, NONCE, TAG};
use rand_core::{CryptoRng, Rng};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::backend::{NamespaceId, RowAddress, RowId, ShardId, TableTag};
use crate::report::RowFault;
use crate::spec::Shard;

/// First byte of a plain row.
const PLAIN: u8 = 0x00;
/// First byte of a sealed row.
const SEALED: u8 = 0x01;
/// Format byte and row version.
const HEAD: usize = 5;
/// Prefix of every derivation: the store's purpose and the version of this construction.
const LABEL: &[u8] = b"pixie-store/1/";

/// The key under which all rows are sealed. Zeroed when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// Takes 32 uniformly random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// How rows are stored.
///
/// Sealed: XChaCha20-Poly1305 with a random nonce, under a subkey of the data key for each table
/// (HKDF-SHA256). Namespace, shard, table, row id and the row's schema version are authenticated, so
/// a row verifies only where it was written. Namespaces, shards, tables and rows are named by keyed
/// hashes (HMAC-SHA256 under a subkey of its own), and contents are padded to few sizes. A copy of
/// the storage tells how many rows of which size class there are in how many tables, and nothing
/// else; several copies also tell which rows changed.
///
/// Not detected: an older version of a row put back in its own place, since both are authentic. A
/// row that was added or taken away is noticed by its table's row count.
pub struct Sealing(Mode);

enum Mode {
    Plain,
    Sealed {
        key: DataKey,
        rng: Box<dyn CryptoRng + Send>,
    },
}

impl Sealing {
    /// Seals rows under `key`, drawing nonces from `rng`.
    pub fn sealed(key: DataKey, rng: impl CryptoRng + Send + 'static) -> Self {
        Self(Mode::Sealed {
            key,
            rng: Box::new(rng),
        })
    }

    /// Stores rows as they are, for tests and for what anybody may read. Names are hashed all the
    /// same, under no secret. Damage is noticed where it does not decode, forgery is not.
    pub fn plain() -> Self {
        Self(Mode::Plain)
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Mode::Plain => "Sealing(plain)",
            Mode::Sealed { .. } => "Sealing(sealed)",
        })
    }
}

/// Draws nonces; nothing in plain mode.
pub(crate) struct Nonces(Option<Box<dyn CryptoRng + Send>>);

/// Names and keys of one namespace.
pub(crate) struct KeyRing {
    key: Option<DataKey>,
    names: Hmac<Sha256>,
    pub(crate) namespace: NamespaceId,
}

impl KeyRing {
    /// The key ring of the database `name`.
    pub(crate) fn new(sealing: Sealing, name: &str) -> (Self, Nonces) {
        let (key, rng) = match sealing.0 {
            Mode::Plain => (None, None),
            Mode::Sealed { key, rng } => (Some(key), Some(rng)),
        };
        let names_key = subkey(key.as_ref(), "names", "");
        let mut block = Zeroizing::new([0; 64]);
        block
            .iter_mut()
            .zip(names_key.iter())
            .for_each(|(to, from)| *to = *from);
        // A key of one block is padded by nobody else: this is HMAC under the 32 bytes.
        let names = Hmac::<Sha256>::new((&*block).into());
        let namespace = NamespaceId(hash(&names, &[b"namespace", name.as_bytes()]));
        (
            Self {
                key,
                names,
                namespace,
            },
            Nonces(rng),
        )
    }

    /// The id of a shard in this namespace.
    pub(crate) fn shard(&self, shard: &Shard) -> ShardId {
        self.shard_of(shard.kind(), shard.id())
    }

    /// The same, where the kind is one that was read.
    pub(crate) fn shard_of(&self, kind: &str, id: &[u8]) -> ShardId {
        let parts = [b"shard", &self.namespace.0[..], kind.as_bytes(), id];
        ShardId(hash(&self.names, &parts))
    }

    /// The sealer of a table in this namespace.
    pub(crate) fn table(&self, name: &str) -> TableSeal {
        let full = hash(&self.names, &[b"table", &self.namespace.0, name.as_bytes()]);
        let mut tag = [0; 16];
        tag.iter_mut().zip(full).for_each(|(to, from)| *to = from);
        TableSeal {
            tag: TableTag(tag),
            namespace: self.namespace,
            names: self.names.clone(),
            cipher: self.cipher(name),
            keyed: true,
        }
    }

    /// The sealer of the storage's root, whose place does not depend on the key.
    pub(crate) fn root(&self) -> TableSeal {
        TableSeal {
            tag: TableTag([0; 16]),
            namespace: NamespaceId([0; 32]),
            names: self.names.clone(),
            cipher: self.cipher("pixie.root"),
            keyed: false,
        }
    }

    fn cipher(&self, table: &str) -> Option<Cipher> {
        self.key.as_ref()?;
        let key = subkey(self.key.as_ref(), "rows/", table);
        Some(Cipher::new(&key))
    }
}

/// Seals and opens the rows of one table.
pub(crate) struct TableSeal {
    pub(crate) tag: TableTag,
    namespace: NamespaceId,
    names: Hmac<Sha256>,
    cipher: Option<Cipher>,
    /// Whether rows lie at their keyed hash, as all do but the root's.
    keyed: bool,
}

impl TableSeal {
    /// The address of the row with the encoded key `key`.
    pub(crate) fn address(&self, shard: ShardId, key: &[u8]) -> RowAddress {
        let row = RowId(hash(&self.names, &[b"row", &shard.0, &self.tag.0, key]));
        RowAddress {
            shard,
            table: self.tag,
            row,
        }
    }

    /// Stores a key and a value. Fails only for what is larger than 4 GiB.
    pub(crate) fn seal(
        &self,
        address: RowAddress,
        version: u32,
        key: &[u8],
        value: &[u8],
        nonces: &mut Nonces,
    ) -> Option<Vec<u8>> {
        let content = 8 + key.len() + value.len();
        let (key_len, value_len) = (
            u32::try_from(key.len()).ok()?,
            u32::try_from(value.len()).ok()?,
        );
        let sealed = self.cipher.is_some();
        let size = if sealed { bucket(content) } else { content };
        let mut out = Vec::with_capacity(HEAD + NONCE + size + TAG);
        out.push(if sealed { SEALED } else { PLAIN });
        out.extend_from_slice(&version.to_be_bytes());
        if sealed {
            out.extend_from_slice(&[0; NONCE]);
        }
        out.extend_from_slice(&key_len.to_be_bytes());
        out.extend_from_slice(&value_len.to_be_bytes());
        out.extend_from_slice(key);
        out.extend_from_slice(value);
        let (Some(cipher), Some(rng)) = (&self.cipher, &mut nonces.0) else {
            return Some(out);
        };
        out.resize(HEAD + NONCE + size, 0);
        let (head, body) = out.split_at_mut(HEAD + NONCE);
        let nonce = head.last_chunk_mut::<NONCE>()?;
        rng.fill_bytes(nonce);
        let aad = self.associated_data(address, version);
        let tag = cipher.seal(nonce, &aad, body).ok()?;
        out.extend_from_slice(&tag);
        Some(out)
    }

    /// Opens a stored row that should have row version `version`, and checks that its key belongs
    /// to its address. `scratch` is overwritten; key and value are returned as parts of it.
    pub(crate) fn open<'s>(
        &self,
        address: RowAddress,
        version: u32,
        bytes: &[u8],
        scratch: &'s mut Zeroizing<Vec<u8>>,
    ) -> Result<(&'s [u8], &'s [u8]), RowFault> {
        let Some((head, body)) = bytes.split_first_chunk::<HEAD>() else {
            return Err(RowFault::Truncated);
        };
        let [format, stamp @ ..] = *head;
        let found = u32::from_be_bytes(stamp);
        if format != if self.cipher.is_some() { SEALED } else { PLAIN } {
            return Err(RowFault::UnknownFormat(format));
        }
        if found != version {
            return Err(RowFault::WrongSchema {
                found,
                expected: version,
            });
        }
        scratch.clear();
        if let Some(cipher) = &self.cipher {
            let (nonce, body) = body
                .split_first_chunk::<NONCE>()
                .ok_or(RowFault::Truncated)?;
            let (body, tag) = body.split_last_chunk::<TAG>().ok_or(RowFault::Truncated)?;
            scratch.extend_from_slice(body);
            let aad = self.associated_data(address, version);
            cipher
                .open(nonce, &aad, scratch, tag)
                .map_err(|_| RowFault::Forged)?;
        } else {
            scratch.extend_from_slice(body);
        }
        let (key, value) = self.split(scratch).ok_or(RowFault::Malformed)?;
        if self.keyed && self.address(address.shard, key) != address {
            return Err(RowFault::Misplaced);
        }
        Ok((key, value))
    }

    /// The row version that a stored row claims.
    pub(crate) fn claimed_version(bytes: &[u8]) -> Option<u32> {
        let [_, stamp @ ..] = *bytes.first_chunk::<HEAD>()?;
        Some(u32::from_be_bytes(stamp))
    }

    /// Splits an opened row into key and value; what follows must be the padding.
    fn split<'s>(&self, content: &'s [u8]) -> Option<(&'s [u8], &'s [u8])> {
        let (key_len, rest) = content.split_first_chunk::<4>()?;
        let (value_len, rest) = rest.split_first_chunk::<4>()?;
        let (key, rest) = rest.split_at_checked(u32::from_be_bytes(*key_len).try_into().ok()?)?;
        let (value, padding) =
            rest.split_at_checked(u32::from_be_bytes(*value_len).try_into().ok()?)?;
        let padded = 8 + key.len() + value.len();
        let size = if self.cipher.is_some() {
            bucket(padded)
        } else {
            padded
        };
        (content.len() == size && padding.iter().all(|byte| *byte == 0)).then_some((key, value))
    }

    /// What is authenticated along with a row; every part has a fixed size.
    fn associated_data(&self, address: RowAddress, version: u32) -> Vec<u8> {
        let mut aad = Vec::with_capacity(LABEL.len() + 1 + 32 * 3 + 16 + 4);
        aad.extend_from_slice(LABEL);
        aad.push(SEALED);
        aad.extend_from_slice(&self.namespace.0);
        aad.extend_from_slice(&address.shard.0);
        aad.extend_from_slice(&address.table.0);
        aad.extend_from_slice(&address.row.0);
        aad.extend_from_slice(&version.to_be_bytes());
        aad
    }
}

/// The size that a content of `len` bytes is padded to: a power of two from 256 to 4096 or three
/// quarters of one, beyond that the Padmé size (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
/// Communication with PURBs", 2019), at most 12 % more than `len`.
fn bucket(len: usize) -> usize {
    if len <= 4096 {
        let power = len.next_power_of_two().max(256);
        let three_quarters = (power / 4 * 3).max(256);
        return if len <= three_quarters {
            three_quarters
        } else {
            power
        };
    }
    let exponent = len.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1 << (exponent - significant)) - 1;
    len.saturating_add(mask) & !mask
}

/// HKDF-SHA256 of the data key for a purpose; of 32 zero bytes in plain mode.
fn subkey(key: Option<&DataKey>, purpose: &str, name: &str) -> Zeroizing<[u8; 32]> {
    let zero = [0; 32];
    let hkdf = Hkdf::<Sha256>::new(None, key.map_or(&zero, |key| &key.0));
    let mut okm = Zeroizing::new([0; 32]);
    // Expanding to one block cannot fail: the limit is 255 blocks.
    let expanded = hkdf.expand_multi_info(&[LABEL, purpose.as_bytes(), name.as_bytes()], &mut *okm);
    debug_assert!(expanded.is_ok());
    okm
}

/// HMAC-SHA256 over the parts, each with its length.
fn hash(names: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = names.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
