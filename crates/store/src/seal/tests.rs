use rand_core::{TryCryptoRng, TryRng};

use super::*;

const NAMESPACE: &str = "16ccbd7c4bb8a36d79dcaf55873d6cdb914fab36a6a4d75fa89e716f55ce4741";
const SHARD: &str = "1d6efb0bd84993ec838824be2af49546880339dd450a67a628450d5976248eed";
const TABLE: &str = "e6a21ce444993d136cf9f7e8906c655e";
const ROW: &str = "a1cb4f0264a8b47bb4924a9df9b840b1a9569eacc6b3fb1730cff5c6c79c4435";
const START: &str =
    "0100000003000102030405060708090a0b0c0d0e0f101112131415161778233b4ba320dce9b7698d7f1c8bfa02";
const AUTHENTICATOR: &str = "d90d0d59ad94e529c601ccad18c070b1";

/// Returns the bytes 0, 1, 2, …
struct Count(u8);

impl TryRng for Count {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
        for byte in dst {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Count {}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn ring(key: u8) -> (KeyRing, Nonces) {
    KeyRing::new(Sealing::sealed(DataKey::new([key; 32]), Count(0)), "main")
}

/// Rows that are stored today must be found and opened by every later version. The values below were
/// computed apart, with the `crypto` module of Node.js and npm's `@noble/ciphers`.
#[test]
fn addresses_and_rows_are_pinned() {
    let (ring, mut nonces) = ring(7);
    let shard = ring.shard(&Shard::new("account", [1, 2, 3]));
    let seal = ring.table("notes");
    let address = seal.address(shard, b"key");
    assert_eq!(hex(&ring.namespace.0), NAMESPACE);
    assert_eq!(hex(&shard.0), SHARD);
    assert_eq!(hex(&seal.tag.0), TABLE);
    assert_eq!(hex(&address.row.0), ROW);
    let bytes = seal
        .seal(address, 3, b"key", b"value", &mut nonces)
        .unwrap();
    assert_eq!(bytes.len(), HEAD + NONCE + 256 + TAG);
    assert_eq!(hex(&bytes[..HEAD + NONCE + 16]), START);
    assert_eq!(hex(&bytes[bytes.len() - TAG..]), AUTHENTICATOR);
    let mut scratch = Zeroizing::new(Vec::new());
    let opened = seal.open(address, 3, &bytes, &mut scratch).unwrap();
    assert_eq!(opened, (&b"key"[..], &b"value"[..]));
}

#[test]
fn every_bit_of_a_sealed_row_matters() {
    let (ring, mut nonces) = ring(7);
    let seal = ring.table("notes");
    let address = seal.address(ring.shard(&Shard::COMMON), b"key");
    let bytes = seal
        .seal(address, 1, b"key", b"value", &mut nonces)
        .unwrap();
    let mut scratch = Zeroizing::new(Vec::new());
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(
            seal.open(address, 1, &changed, &mut scratch).is_err(),
            "bit {bit}"
        );
    }
    for len in 0..bytes.len() {
        assert!(
            seal.open(address, 1, &bytes[..len], &mut scratch).is_err(),
            "length {len}"
        );
    }
}

#[test]
fn a_row_opens_only_in_its_place() {
    let ((one, mut nonces), (other, _)) = (ring(7), ring(8));
    let seal = one.table("notes");
    let shard = one.shard(&Shard::COMMON);
    let address = seal.address(shard, b"key");
    let bytes = seal
        .seal(address, 1, b"key", b"value", &mut nonces)
        .unwrap();
    let mut scratch = Zeroizing::new(Vec::new());
    let elsewhere = [
        seal.address(shard, b"another"),
        seal.address(one.shard(&Shard::new("account", [1])), b"key"),
        RowAddress {
            table: TableTag([0; 16]),
            ..address
        },
    ];
    for place in elsewhere {
        assert_eq!(
            seal.open(place, 1, &bytes, &mut scratch),
            Err(RowFault::Forged)
        );
    }
    for wrong in [one.table("keys"), one.root(), other.table("notes")] {
        assert_eq!(
            wrong.open(address, 1, &bytes, &mut scratch),
            Err(RowFault::Forged)
        );
    }
    let mut restamped = bytes.clone();
    restamped[4] = 2;
    assert_eq!(
        seal.open(address, 2, &restamped, &mut scratch),
        Err(RowFault::Forged)
    );
    assert_eq!(
        seal.open(address, 2, &bytes, &mut scratch),
        Err(RowFault::WrongSchema {
            found: 1,
            expected: 2
        })
    );
}

#[test]
fn buckets_hold_their_content_and_waste_little() {
    let mut sizes = std::collections::BTreeSet::new();
    for len in 0..200_000_usize {
        let size = bucket(len);
        assert!(size >= len && bucket(size) == size);
        assert!(len <= 4096 || size * 100 <= len * 112, "{len} {size}");
        sizes.insert(size);
    }
    assert!(sizes.len() < 125, "{}", sizes.len());
    assert_eq!(
        [0, 256, 257, 385, 3000, 4096, 4097, 5_000_000].map(bucket),
        [256, 256, 384, 512, 3072, 4096, 4352, 5_111_808]
    );
}

#[test]
fn keys_do_not_show() {
    let key = DataKey::new([0x41; 32]);
    assert_eq!(format!("{key:?}"), "DataKey(…)");
    assert_eq!(
        format!("{:?}", Sealing::sealed(key, Count(0))),
        "Sealing(sealed)"
    );
}
