//! Whatever arrives, nothing panics, and the sessions that there are stay usable.

use super::common::{Extension, Page, SdkDapp, ok, tab};
use pixie_bridge::Limits;
use proptest::prelude::*;
use serde_json::json;

fn limits() -> Limits {
    // The rates are another test's.
    Limits {
        burst_messages: 1_000_000,
        burst_bytes: 1 << 31,
        ..Limits::default()
    }
}

struct World {
    extension: Extension,
    dapp: SdkDapp,
    page: Page,
}

impl World {
    fn new() -> Self {
        let mut extension = Extension::new(limits());
        let dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
        let page = Page::connect(&mut extension, tab(1));
        Self {
            extension,
            dapp,
            page,
        }
    }

    fn check(&mut self) {
        self.extension.requests.clear();
        self.extension.take_delivered(&tab(1));
        let (id, request) = self.dapp.request("getAccounts", json!([]));
        let (number, frame) = self.page.request("getAccounts", json!([]));
        self.extension.receive(&tab(1), &request);
        self.extension.receive(&tab(1), &frame);
        for request in std::mem::take(&mut self.extension.requests) {
            self.extension.answer(&request.id, ok(json!("fine")));
        }
        let delivered = self.extension.take_delivered(&tab(1));
        let (sdk, window): (Vec<_>, Vec<_>) = delivered
            .into_iter()
            .partition(|message| message.contains("background"));
        assert_eq!(self.dapp.take_answers(sdk), [(id, Ok(json!("fine")))]);
        assert_eq!(
            self.page.take_answers(window),
            [(number, Ok(json!("fine")))]
        );
        assert!(self.extension.closed.is_empty());
    }
}

#[derive(Debug, Clone)]
enum Mutation {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index),
    Insert(prop::sample::Index, String),
}

fn any_mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        any::<prop::sample::Index>().prop_map(Mutation::Cut),
        any::<prop::sample::Index>().prop_map(Mutation::Repeat),
        (
            any::<prop::sample::Index>(),
            "[\\[\\]{}\",:0-9a-z\\\\]{1,6}"
        )
            .prop_map(|(at, text)| Mutation::Insert(at, text)),
    ]
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        match mutation {
            Mutation::Set(at, byte) => bytes[at.index(length)] = *byte,
            Mutation::Cut(at) => bytes.truncate(at.index(length)),
            Mutation::Repeat(at) => {
                let tail = bytes[at.index(length)..].to_vec();
                bytes.extend(tail);
            }
            Mutation::Insert(at, text) => {
                let at = at.index(length);
                bytes.splice(at..at, text.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_texts(texts in prop::collection::vec("\\PC{0,80}", 1..20)) {
        let mut world = World::new();
        for text in &texts {
            world.extension.receive(&tab(1), text);
        }
        world.check();
    }

    #[test]
    fn mutated_messages(
        picks in prop::collection::vec((0usize..8, prop::collection::vec(any_mutation(), 1..4)), 1..20),
    ) {
        let mut world = World::new();
        for (pick, mutations) in &picks {
            let message = match pick {
                0 => SdkDapp::new("session-2").discovery(),
                1 => SdkDapp::new("session-2").key_exchange(),
                2 => world.dapp.request("getAccounts", json!([])).1,
                3 => world.dapp.request("sendTx", json!([{}, {}])).1,
                4 => world.page.request("getAccounts", json!([])).1,
                5 => world.page.request("batch", json!([[]])).1,
                6 => r#"{"pixie":1,"type":"hello","channel":"AAAAAAAAAAAAAAAAAAAAAA","key":"CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#.to_owned(),
                _ => r#"{"pixie":1,"type":"frame","channel":"AAAAAAAAAAAAAAAAAAAAAA","n":1,"box":"AAAA"}"#.to_owned(),
            };
            world.extension.receive(&tab(1), &mutate(&message, mutations));
        }
        world.check();
    }

    /// Authentic, but of any content.
    #[test]
    fn sealed_nonsense(texts in prop::collection::vec("\\PC{0,60}", 1..12), mutations in prop::collection::vec(any_mutation(), 1..4)) {
        let mut world = World::new();
        for text in &texts {
            let sealed = world.dapp.seal(text);
            world.extension.receive(&tab(1), &sealed);
            let message = world.dapp.message("simulateTx", json!([{ "calls": [] }, { "from": text }]));
            let sealed = world.dapp.seal(&mutate(&message.to_string(), &mutations));
            world.extension.receive(&tab(1), &sealed);
            let (_, frame) = world.page.channel.request(&json!(text)).unwrap();
            world.extension.receive(&tab(1), &frame);
        }
        // All that had a name was answered.
        for request in std::mem::take(&mut world.extension.requests) {
            world.extension.answer(&request.id, ok(json!(null)));
        }
        prop_assert_eq!(world.extension.restart(), []);
        let answered = world.extension.take_delivered(&tab(1));
        let (_, window): (Vec<_>, Vec<_>) = answered.into_iter().partition(|text| text.contains("background"));
        prop_assert_eq!(world.page.take_answers(window).len(), texts.len());
        world.check();
    }

    #[test]
    fn mutated_rows(place: prop::sample::Index, byte: u8, row: prop::sample::Index) {
        let mut world = World::new();
        let (_, request) = world.dapp.request("getAccounts", json!([]));
        world.extension.receive(&tab(1), &request);
        let keys: Vec<String> = world.extension.stored.keys().cloned().collect();
        let bytes = world.extension.stored.get_mut(row.get(&keys)).unwrap();
        let at = place.index(bytes.len());
        bytes[at] = byte;
        world.extension.restart();
        prop_assert!(world.extension.bridge.sessions().count() <= 2);
        let (_, request) = world.dapp.request("getAccounts", json!([]));
        world.extension.receive(&tab(1), &request);
    }
}
