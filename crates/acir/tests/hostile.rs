//! Damaged and hostile bytecode gives an error within bounded time and memory, never a panic.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::decode::{self, DecodeError, DecodeLimits};
use pixie_acir::ir::Witness;
use pixie_acir::{
    Execution, ExecutionLimits, Fe, ForeignValue, Program, ProgramError, ProgramLimits, Step,
};
use serde::Deserialize;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

#[derive(Deserialize)]
struct Case {
    bytecode: String,
    inputs: Vec<String>,
}

const LIMITS: ProgramLimits = ProgramLimits {
    decode: DecodeLimits {
        decompressed_bytes: 1 << 20,
        decoded_bytes: 1 << 22,
    },
    witnesses: 1 << 14,
};

const EXECUTION: ExecutionLimits = ExecutionLimits {
    steps: 5_000,
    brillig_memory_slots: 1 << 13,
    brillig_call_depth: 64,
    witnesses: 1 << 16,
    circuit_depth: 8,
};

/// xorshift64*: the cases are the same on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Programs (without base64 and gzip) with their inputs.
fn seeds() -> Vec<(Vec<u8>, Vec<Fe>)> {
    let cases: Vec<Case> = serde_json::from_slice(&common::vector("acir/circuits.json")).unwrap();
    cases
        .iter()
        .map(|case| {
            let compressed = decode::base64_bytes(&case.bytecode).unwrap();
            let bytes = decode::decompress(&compressed, 1 << 20).unwrap();
            (
                bytes,
                case.inputs
                    .iter()
                    .map(|input| Fe::from_hex(input).unwrap())
                    .collect(),
            )
        })
        .collect()
}

#[derive(Default, Debug)]
struct Tally {
    undecodable: usize,
    failed: usize,
    solved: usize,
}

fn run(bytes: &[u8], inputs: &[Fe], random: &mut Random, tally: &mut Tally) {
    let Ok(program) = Program::from_bytes(bytes, &LIMITS) else {
        tally.undecodable += 1;
        return;
    };
    let inputs = (0..).map(Witness).zip(inputs.iter().copied());
    let outcome = (|| {
        let mut execution = Execution::new(Arc::new(program), inputs, EXECUTION)?;
        for _ in 0..20 {
            match execution.step()? {
                Step::ForeignCall(_) => {
                    let answer: Vec<ForeignValue> = (0..random.below(3))
                        .map(|_| match random.below(3) {
                            0 => Fe::from_u64(random.next() % 300).into(),
                            1 => vec![Fe::from_u64(random.next() % 300); random.below(4)].into(),
                            _ => vec![Fe::ONE; 2].into(),
                        })
                        .collect();
                    execution.resume(&answer)?;
                }
                Step::Paused => {}
                Step::Done(_) => return Ok(true),
            }
        }
        Ok::<bool, pixie_acir::ExecutionError>(false)
    })();
    match outcome {
        Ok(true) => tally.solved += 1,
        _ => tally.failed += 1,
    }
}

#[test]
fn a_hundred_thousand_damaged_programs_do_not_panic() {
    const CASES: usize = 200_000;
    let seeds = seeds();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut tally = Tally::default();
    let started = Instant::now();
    let mut bytes = Vec::new();
    for case in 0..CASES {
        let (seed, inputs) = &seeds[case % seeds.len()];
        bytes.clear();
        bytes.extend_from_slice(seed);
        for _ in 0..1 + random.below(3) {
            let position = random.below(bytes.len());
            match random.below(14) {
                0 => bytes[position] ^= 1 << random.below(8),
                1 => bytes[position] = random.next() as u8,
                2 => bytes[position] = [0, 1, 0x7f, 0x80, 0xc4, 0xdd, 0xff][random.below(7)],
                3 => bytes[position] = bytes[position].wrapping_add(1),
                4 => bytes[position] = bytes[position].wrapping_sub(1),
                5 => bytes.truncate(position.max(1)),
                6 => {
                    // A piece of another program.
                    let other = &seeds[random.below(seeds.len())].0;
                    let start = random.below(other.len());
                    let end = (start + 1 + random.below(40)).min(other.len());
                    let target = (position + end - start).min(bytes.len());
                    bytes.splice(position..target, other[start..end].iter().copied());
                }
                7..13 => {
                    // Another small number, so that the program still decodes.
                    let small = (position..bytes.len()).find(|index| bytes[*index] < 0x80);
                    if let Some(index) = small {
                        bytes[index] = (random.next() & 0x7f) as u8;
                    }
                }
                _ => {
                    // A number of 32 bits in place of a byte.
                    let value = [u32::MAX, 1 << 31, 1 << 20, 0x1_0000][random.below(4)];
                    let mut number = vec![0xce];
                    number.extend(value.to_be_bytes());
                    bytes.splice(position..=position, number);
                }
            }
        }
        run(&bytes, inputs, &mut random, &mut tally);
    }
    println!("{CASES} cases in {:.1?}: {tally:?}", started.elapsed());
    // The mutations reach all stages.
    assert!(tally.undecodable > 10_000 && tally.failed > 5_000 && tally.solved > 5_000);
}

#[test]
fn damaged_compression_does_not_panic() {
    let cases: Vec<Case> = serde_json::from_slice(&common::vector("acir/circuits.json")).unwrap();
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut refused = 0;
    for case in 0..5_000 {
        let text = &cases[case % cases.len()].bytecode;
        let mut compressed = decode::base64_bytes(text).unwrap();
        let position = random.below(compressed.len());
        compressed[position] ^= 1 << random.below(8);
        refused += usize::from(Program::from_gzip(&compressed, &LIMITS).is_err());
        let mut text = text.clone().into_bytes();
        let position = random.below(text.len());
        text[position] = (random.next() % 128) as u8;
        let _ = Program::from_base64(&String::from_utf8(text).unwrap(), &LIMITS);
    }
    assert!(refused > 4_000, "{refused}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bombs_are_refused() {
    let bomb = gzip(&vec![3; 300 << 20]);
    assert!(bomb.len() < 1 << 20);
    let limits = ProgramLimits::default();
    assert_eq!(
        Program::from_gzip(&bomb, &limits).unwrap_err(),
        ProgramError::Decode(DecodeError::Oversized { limit: 64 << 20 })
    );
    // Arrays that state more items than there are bytes, and items that take much more memory than
    // bytes.
    let huge = [3, 0x92, 0xdd, 0xff, 0xff, 0xff, 0xff];
    assert!(matches!(
        Program::from_bytes(&huge, &limits),
        Err(ProgramError::Decode(DecodeError::Truncated { .. }))
    ));
    let mut many = vec![3, 0x92, 0xdd, 0x03, 0x00, 0x00, 0x00];
    many.resize(60 << 20, 0x90);
    assert_eq!(
        Program::from_bytes(&many, &limits).unwrap_err(),
        ProgramError::Decode(DecodeError::MemoryLimit { limit: 512 << 20 })
    );
    // Types nested without end.
    let mut nested = vec![
        3, 0x92, 0x90, 0x91, 0x92, 0xa0, 0x91, 0x81, 0xab, b'F', b'o', b'r', b'e', b'i', b'g',
        b'n', b'C', b'a', b'l', b'l', 0x95, 0xa0, 0x90, 0x91,
    ];
    for _ in 0..100_000 {
        nested.extend([0x81, 0xa6, b'V', b'e', b'c', b't', b'o', b'r', 0x91, 0x91]);
    }
    assert!(matches!(
        Program::from_bytes(&nested, &limits),
        Err(ProgramError::Decode(DecodeError::Depth { .. }))
    ));
}
