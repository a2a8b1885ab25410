//! Searching the process's own memory.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use crate::needles::{MASK, Needle};

const CHUNK: usize = 1 << 20;
/// Of the chunk before, so that nothing is missed at the seam.
const OVERLAP: usize = 256;

pub struct Scanner {
    /// The only place where the memory is copied to; not searched itself.
    buffer: Box<[u8]>,
    size: usize,
}

impl Scanner {
    pub fn new() -> Self {
        Self {
            buffer: vec![0; CHUNK + OVERLAP].into_boxed_slice(),
            size: 0,
        }
    }

    /// Bytes that were searched the last time.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The groups of those needles that are somewhere in memory.
    pub fn scan<'n>(&mut self, needles: &'n [Needle]) -> BTreeSet<&'n str> {
        let found = self.places(needles);
        found
            .into_iter()
            .map(|place| needles[place].group())
            .collect()
    }

    /// Which of the needles are somewhere in memory.
    pub fn places(&mut self, needles: &[Needle]) -> BTreeSet<usize> {
        let own = self.buffer.as_ptr_range();
        let (own_start, own_end) = (own.start as u64, own.end as u64);
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let mut found = BTreeSet::new();
        self.size = 0;
        for line in maps.lines() {
            let mut words = line.split_whitespace();
            let (Some(range), Some(rights)) = (words.next(), words.next()) else {
                continue;
            };
            if !rights.starts_with('r') || line.ends_with("[vvar]") || line.ends_with("[vsyscall]")
            {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
            // What lies before and behind the buffer, if the buffer lies there.
            let before = (start, end.min(own_start.max(start)));
            let behind = (start.max(own_end).min(end), end);
            let parts = if own_start >= end || own_end <= start {
                vec![(start, end)]
            } else {
                vec![before, behind]
            };
            for (start, end) in parts {
                self.scan_range(&memory, start, end, needles, &mut found);
            }
        }
        self.buffer.fill(0);
        assert!(self.size > 1 << 20, "{} bytes searched", self.size);
        found
    }

    fn scan_range(
        &mut self,
        memory: &File,
        start: u64,
        end: u64,
        needles: &[Needle],
        found: &mut BTreeSet<usize>,
    ) {
        let mut at = start;
        let mut kept = 0;
        while at < end {
            let wanted = usize::try_from(end - at).unwrap().min(CHUNK);
            let into = &mut self.buffer[kept..kept + wanted];
            // Some maps cannot be read, as those of devices.
            let Ok(read @ 1..) = memory.read_at(into, at) else {
                return;
            };
            self.size += read;
            let filled = kept + read;
            search(&self.buffer[..filled], needles, found);
            at += read as u64;
            let overlap = filled.min(OVERLAP);
            self.buffer.copy_within(filled - overlap..filled, 0);
            kept = overlap;
        }
    }
}

fn search(haystack: &[u8], needles: &[Needle], found: &mut BTreeSet<usize>) {
    let mut starts: [Vec<(usize, &[u8])>; 256] = std::array::from_fn(|_| Vec::new());
    for (place, needle) in needles.iter().enumerate() {
        let masked = needle.masked();
        starts[usize::from(masked[0] ^ MASK)].push((place, masked));
    }
    for (at, byte) in haystack.iter().enumerate() {
        for (place, masked) in &starts[usize::from(*byte)] {
            let is_here = haystack.get(at..at + masked.len()).is_some_and(|window| {
                window
                    .iter()
                    .zip(*masked)
                    .all(|(byte, masked)| *byte ^ MASK == *masked)
            });
            if is_here {
                found.insert(*place);
            }
        }
    }
}
