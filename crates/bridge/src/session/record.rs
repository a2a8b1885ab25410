//! Sessions as they are kept, in memory and beyond the death of the process.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pixie_primitives::auth_witness::ChainInfo;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::{Door, RequestKey, SessionId, SessionInfo};
use crate::origin::{Place, Sender};
use crate::sdk::{PublicKey, SessionKeys};
use crate::time::Timestamp;
use crate::window::{ChannelKeys, ChannelName};
use crate::wire::Method;

/// Version of the rows' form.
const VERSION: u8 = 2;
/// How many ids one row of seen ids holds.
const SEEN_PER_ROW: usize = 256;
/// How many gaps in a channel's numbers are remembered.
const MAX_GAPS: usize = 32;

/// The bytes of a row. They hold keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Row(Zeroizing<Vec<u8>>);

impl Row {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} bytes)", self.0.len())
    }
}

/// A change of what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Keep this row.
    Put {
        /// Its key: letters, digits and slashes.
        key: String,
        /// Its bytes.
        row: Row,
    },
    /// Forget this row.
    Remove {
        /// Its key.
        key: String,
    },
}

impl Change {
    /// The key of the row.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Put { key, .. } | Self::Remove { key } => key,
        }
    }
}

/// How a dapp names its session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Line {
    Sdk(String),
    Window(ChannelName),
}

/// The ids of all requests that a session made.
#[derive(Debug, Default)]
pub(super) struct Seen {
    order: Vec<[u8; 16]>,
    ids: BTreeSet<[u8; 16]>,
}

impl Seen {
    /// Remembers an id; says whether it is new.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let hash: [u8; 32] = Sha256::digest(id.as_bytes()).into();
        let ([half, _], []) = hash.as_chunks::<16>() else {
            return false;
        };
        let is_new = self.ids.insert(*half);
        if is_new {
            self.order.push(*half);
        }
        is_new
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    fn rows(&self) -> usize {
        self.order.len().div_ceil(SEEN_PER_ROW)
    }

    fn last_row(&self) -> Option<(usize, Row)> {
        let number = self.rows().checked_sub(1)?;
        let ids = self.order.get(number * SEEN_PER_ROW..)?;
        Some((number, Row(Zeroizing::new(ids.concat()))))
    }

    fn append(&mut self, bytes: &[u8]) -> Option<()> {
        let (ids, []) = bytes.as_chunks::<16>() else {
            return None;
        };
        self.order.extend_from_slice(ids);
        self.ids.extend(ids);
        Some(())
    }
}

/// Numbers that were left out, as inclusive ranges; the oldest are forgotten first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Gaps(Vec<(u64, u64)>);

impl Gaps {
    pub(super) fn add(&mut self, from: u64, to: u64) {
        if from > to {
            return;
        }
        self.0.push((from, to));
        if self.0.len() > MAX_GAPS {
            self.0.remove(0);
        }
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.0
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&number))
    }

    pub(super) fn fill(&mut self, number: u64) {
        let mut left = Vec::new();
        for (from, to) in self.0.drain(..) {
            if !(from..=to).contains(&number) {
                left.push((from, to));
                continue;
            }
            if from < number {
                left.push((from, number - 1));
            }
            if number < to {
                left.push((number + 1, to));
            }
        }
        self.0 = left;
        while self.0.len() > MAX_GAPS {
            self.0.remove(0);
        }
    }
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Exchanged {
    pub(super) app: PublicKey,
    pub(super) wallet: PublicKey,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Welcomed {
    pub(super) key: String,
    pub(super) welcome: String,
}

/// The numbers of the frames that go to a page, of which none may ever be used twice.
///
/// What is kept is up to where they may have been used, so that an answer need not wait until its number
/// is kept: each request that is kept sets one aside for its answer. After a restart all of these count
/// as used.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Outgoing {
    /// The greatest number used.
    used: u64,
    /// The greatest number set aside.
    reserved: u64,
}

impl Outgoing {
    /// Sets numbers aside for this many frames.
    pub(super) fn reserve(&mut self, frames: usize) {
        let frames = u64::try_from(frames).unwrap_or(u64::MAX);
        self.reserved = self.reserved.max(self.used.saturating_add(frames));
    }

    /// The number to use next.
    pub(super) const fn next(&self) -> u64 {
        self.used.saturating_add(1)
    }

    /// Uses the next number; says whether that is to be kept before it goes out.
    pub(super) fn take(&mut self) -> bool {
        self.used = self.next();
        let is_new = self.used > self.reserved;
        self.reserve(0);
        is_new
    }

    /// Takes all numbers that were set aside for used.
    fn restore(&mut self) {
        self.used = self.reserved;
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Keys {
    Sdk {
        keys: SessionKeys,
        /// The keys that were exchanged, to answer the same exchange with the same.
        exchanged: Box<Exchanged>,
        /// How many ids there are in the rows of seen ids.
        seen_count: usize,
        #[serde(skip)]
        seen: Seen,
    },
    Window {
        keys: ChannelKeys,
        /// What the page was welcomed with, to answer the same greeting with the same.
        welcomed: Box<Welcomed>,
        /// The greatest number received.
        received: u64,
        gaps: Gaps,
        /// Numbers for sending.
        outgoing: Outgoing,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) method: Option<Method>,
    pub(super) received_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) keys: Keys,
    pub(super) opened_at: Timestamp,
    pub(super) pending: BTreeMap<RequestKey, Pending>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Phase {
    /// A discovery waits for the user.
    Asked,
    /// The dapp may exchange keys.
    Approved,
    Open(Box<Open>),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) line: Line,
    pub(super) sender: Sender,
    pub(super) app_id: Option<String>,
    pub(super) chain: Option<ChainInfo>,
    pub(super) phase: Phase,
    /// Since when it is in this phase.
    pub(super) since: Timestamp,
}

impl Session {
    pub(super) fn place(&self) -> &Place {
        &self.sender.place
    }

    pub(super) const fn door(&self) -> Door {
        match self.line {
            Line::Sdk(_) => Door::WalletSdk,
            Line::Window(_) => Door::Window,
        }
    }

    pub(super) fn open(&self) -> Option<&Open> {
        match &self.phase {
            Phase::Open(open) => Some(open),
            Phase::Asked | Phase::Approved => None,
        }
    }

    pub(super) fn open_mut(&mut self) -> Option<&mut Open> {
        match &mut self.phase {
            Phase::Open(open) => Some(open),
            Phase::Asked | Phase::Approved => None,
        }
    }

    pub(super) fn info(&self) -> SessionInfo {
        let verification = self.open().and_then(|open| match &open.keys {
            Keys::Sdk { keys, .. } => Some(keys.verification()),
            Keys::Window { .. } => None,
        });
        SessionInfo {
            id: self.id,
            door: self.door(),
            sender: self.sender.clone(),
            app_id: self.app_id.clone(),
            chain: self.chain,
            opened_at: self.open().map_or(self.since, |open| open.opened_at),
            verification,
        }
    }

    fn key(&self) -> String {
        format!("session/{}", self.id)
    }

    fn seen_key(&self, number: usize) -> String {
        format!("session/{}/seen/{number}", self.id)
    }

    /// Keeps the session without its seen ids.
    pub(super) fn put(&self) -> Change {
        // Room enough, so that no copy with keys is left behind by growing.
        let mut bytes = Vec::with_capacity(16 << 10);
        bytes.push(VERSION);
        // Writing to memory does not fail, and nothing in a session is beyond CBOR; should it, the
        // row is damaged and the session gone after a restart.
        if ciborium::into_writer(self, &mut bytes).is_err() {
            bytes.zeroize();
        }
        Change::Put {
            key: self.key(),
            row: Row(Zeroizing::new(bytes)),
        }
    }

    /// Keeps the session and the ids seen last.
    pub(super) fn put_with_seen(&self) -> Vec<Change> {
        let mut changes = vec![self.put()];
        if let Some(Open {
            keys: Keys::Sdk { seen, .. },
            ..
        }) = self.open()
            && let Some((number, row)) = seen.last_row()
        {
            let key = self.seen_key(number);
            changes.push(Change::Put { key, row });
        }
        changes
    }

    /// Forgets the seen ids.
    pub(super) fn remove_seen(&self) -> Vec<Change> {
        let rows = match self.open() {
            Some(Open {
                keys: Keys::Sdk { seen, .. },
                ..
            }) => seen.rows(),
            _ => 0,
        };
        let keys = (0..rows).map(|number| self.seen_key(number));
        keys.map(|key| Change::Remove { key }).collect()
    }

    /// Forgets the session.
    pub(super) fn remove(&self) -> Vec<Change> {
        let mut changes = self.remove_seen();
        changes.push(Change::Remove { key: self.key() });
        changes
    }
}

/// Reads rows back. What cannot be read costs the session that it belongs to, and no other.
pub(super) struct Loaded {
    pub(super) sessions: Vec<Session>,
    /// Keys of rows that were not used.
    pub(super) damaged: Vec<String>,
}

pub(super) fn load(rows: impl IntoIterator<Item = (String, Zeroizing<Vec<u8>>)>) -> Loaded {
    let rows: BTreeMap<String, Zeroizing<Vec<u8>>> = rows.into_iter().collect();
    let mut used = BTreeSet::new();
    let mut sessions = Vec::new();
    for (key, row) in &rows {
        let Some(mut session) = read(row) else {
            continue;
        };
        if session.key() != *key {
            continue;
        }
        let mut own = vec![key.clone()];
        let count = match &session.phase {
            Phase::Open(open) => match &open.keys {
                Keys::Sdk { seen_count, .. } => *seen_count,
                Keys::Window { .. } => 0,
            },
            Phase::Asked | Phase::Approved => 0,
        };
        let mut found = Seen::default();
        for number in 0..count.div_ceil(SEEN_PER_ROW) {
            let key = session.seen_key(number);
            let Some(()) = rows.get(&key).and_then(|row| found.append(row)) else {
                break;
            };
            own.push(key);
        }
        if found.len() != count || found.ids.len() != count {
            continue;
        }
        match session.open_mut().map(|open| &mut open.keys) {
            Some(Keys::Sdk { seen, .. }) => *seen = found,
            Some(Keys::Window { outgoing, .. }) => outgoing.restore(),
            None => {}
        }
        used.extend(own);
        sessions.push(session);
    }
    let damaged = rows.into_keys().filter(|key| !used.contains(key)).collect();
    Loaded { sessions, damaged }
}

fn read(row: &[u8]) -> Option<Session> {
    let (version, rest) = row.split_first()?;
    if *version != VERSION {
        return None;
    }
    ciborium::from_reader(rest).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_are_split_and_bounded() {
        let mut gaps = Gaps::default();
        gaps.add(5, 4);
        assert!(!gaps.contains(5) && !gaps.contains(4));
        gaps.add(2, 6);
        gaps.fill(4);
        let left: Vec<u64> = (0..9).filter(|number| gaps.contains(*number)).collect();
        assert_eq!(left, [2, 3, 5, 6]);
        for number in 0..1000 {
            gaps.add(10 * number, 10 * number + 5);
            gaps.fill(10 * number + 3);
        }
        assert!(gaps.0.len() <= MAX_GAPS);
    }

    #[test]
    fn no_number_is_used_twice_whenever_the_process_ends() {
        let mut outgoing = Outgoing::default();
        let mut kept = ciborium::Value::serialized(&outgoing).unwrap();
        let mut used = BTreeSet::new();
        for round in 0..50usize {
            if round % 3 == 0 {
                outgoing.reserve(round % 4);
                kept = ciborium::Value::serialized(&outgoing).unwrap();
            }
            let number = outgoing.next();
            if outgoing.take() {
                kept = ciborium::Value::serialized(&outgoing).unwrap();
            }
            assert!(used.insert(number), "{number}");
            if round % 7 == 0 {
                outgoing = kept.deserialized().unwrap();
                outgoing.restore();
            }
        }
    }

    proptest! {
        #[test]
        fn gaps_hold_what_was_left_out(numbers in prop::collection::btree_set(1u64..60, 1..20), late in prop::collection::vec(1u64..60, 0..9)) {
            let (mut gaps, mut last) = (Gaps::default(), 0);
            let mut taken = BTreeSet::new();
            for number in numbers {
                gaps.add(last + 1, number - 1);
                last = number;
                taken.insert(number);
            }
            for number in late {
                if number <= last {
                    prop_assert_eq!(gaps.contains(number), !taken.contains(&number));
                    gaps.fill(number);
                    taken.insert(number);
                }
            }
            for number in 1..=last {
                prop_assert_eq!(gaps.contains(number), !taken.contains(&number));
            }
        }

        #[test]
        fn random_rows_never_panic(rows in prop::collection::btree_map("session/[0-9a-f]{0,32}(/seen/[0-9])?", prop::collection::vec(any::<u8>(), 0..60), 0..6)) {
            let count = rows.len();
            let loaded = load(rows.into_iter().map(|(key, row)| (key, Zeroizing::new(row))));
            prop_assert!(loaded.sessions.is_empty());
            prop_assert_eq!(loaded.damaged.len(), count);
        }

        #[test]
        fn seen_ids_are_seen_again(ids in prop::collection::btree_set("[a-f0-9-]{1,36}", 1..600)) {
            let mut seen = Seen::default();
            let mut rows = BTreeMap::new();
            for id in &ids {
                prop_assert!(seen.insert(id));
                prop_assert!(!seen.insert(id));
                let (number, row) = seen.last_row().unwrap();
                rows.insert(number, row);
            }
            prop_assert_eq!(rows.len(), ids.len().div_ceil(SEEN_PER_ROW));
            let mut again = Seen::default();
            rows.values().for_each(|row| again.append(row.as_bytes()).unwrap());
            prop_assert!(ids.iter().all(|id| !again.insert(id)));
        }
    }
}
