//! The process may be killed before anything that it does. The content script sends again what was
//! not acknowledged; afterwards every request has exactly one answer, and has been executed at most
//! once.

use std::collections::BTreeMap;

use super::common::{Extension, Page, SdkDapp, ok, tab};
use pixie_bridge::{Limits, WireError};
use serde_json::json;

/// What a dapp makes of the answers that it gets: of several to one request the first counts, as in
/// the SDK, which forgets a request when it is answered.
type Outcomes<K> = BTreeMap<K, Result<serde_json::Value, String>>;

/// Sends a message as the content script does: until it is acknowledged.
fn send(extension: &mut Extension, from: &pixie_bridge::ReportedSender, text: &str) -> usize {
    let mut executed = 0;
    loop {
        let sent = extension.try_receive(from, text);
        executed += extension.requests.len();
        let mut killed = sent.is_err();
        for request in std::mem::take(&mut extension.requests) {
            killed = killed
                || extension
                    .try_answer(&request.id, ok(json!("done")))
                    .is_err();
        }
        if !killed {
            extension.fuse = None;
            return executed;
        }
        for pending in extension.restart() {
            extension.answer(&pending.id, Err(WireError::interrupted()));
        }
    }
}

#[test]
fn a_request_of_the_sdk_killed_before_every_effect() {
    for fuse in 0..12 {
        let mut extension = Extension::new(Limits::default());
        let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
        let (id, request) = dapp.request("getAccounts", json!([]));
        extension.fuse = Some(fuse);
        let executed = send(&mut extension, &tab(1), &request);
        assert!(executed <= 1, "killed before effect {fuse}");
        let mut outcomes = Outcomes::new();
        for (id, outcome) in dapp.take_answers(extension.take_delivered(&tab(1))) {
            outcomes.entry(id).or_insert(outcome);
        }
        let outcome = outcomes.remove(&id).expect("an answer");
        assert!(outcome == Ok(json!("done")) || outcome == Err("interrupted".to_owned()));
        if outcome.is_ok() {
            assert_eq!(executed, 1);
        }
        // And the session goes on.
        let (id, request) = dapp.request("getAccounts", json!([]));
        send(&mut extension, &tab(1), &request);
        let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(answers, [(id, Ok(json!("done")))]);
        assert_eq!(extension.restart(), []);
    }
}

#[test]
fn a_request_of_a_page_killed_before_every_effect() {
    for fuse in 0..12 {
        let mut extension = Extension::new(Limits::default());
        let mut page = Page::connect(&mut extension, tab(1));
        let (number, frame) = page.request("getAccounts", json!([]));
        extension.fuse = Some(fuse);
        let executed = send(&mut extension, &tab(1), &frame);
        assert!(executed <= 1, "killed before effect {fuse}");
        // No number is ever used twice: the page would notice and fail here.
        let mut outcomes = Outcomes::new();
        for (number, outcome) in page.take_answers(extension.take_delivered(&tab(1))) {
            outcomes.entry(number).or_insert(outcome);
        }
        let outcome = outcomes.remove(&number).expect("an answer");
        assert!(outcome == Ok(json!("done")) || outcome == Err("interrupted".to_owned()));
        let (number, frame) = page.request("getAccounts", json!([]));
        send(&mut extension, &tab(1), &frame);
        let answers = page.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(answers, [(number, Ok(json!("done")))]);
        assert_eq!(extension.restart(), []);
    }
}

#[test]
fn a_refused_request_killed_before_every_effect() {
    for fuse in 0..8 {
        let mut extension = Extension::new(Limits::default());
        let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
        let (id, request) = dapp.request("nothing", json!([]));
        extension.fuse = Some(fuse);
        assert_eq!(send(&mut extension, &tab(1), &request), 0);
        let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(answers.first().map(|(id, _)| id), Some(&id));
        assert!(answers.iter().all(|(_, outcome)| outcome.is_err()));
    }
}

#[test]
fn a_connection_of_the_sdk_killed_before_every_effect() {
    for fuse in 0..10 {
        let mut extension = Extension::new(Limits::default());
        let mut dapp = SdkDapp::new("session-1");
        extension.fuse = Some(fuse);
        while extension.try_receive(&tab(1), &dapp.discovery()).is_err() {
            extension.restart();
        }
        // Approved by the user, who is asked again if the process died meanwhile.
        while let Some(discovery) = extension.discoveries.pop() {
            let now = extension.now;
            let Ok(effects) = extension.bridge.approve_discovery(discovery.session, now) else {
                continue;
            };
            if extension.carry_out(effects).is_err() {
                extension.restart();
            }
        }
        while extension
            .try_receive(&tab(1), &dapp.key_exchange())
            .is_err()
        {
            extension.restart();
        }
        extension.fuse = None;
        let delivered = extension.take_delivered(&tab(1));
        assert!(
            delivered
                .iter()
                .any(|message| message.contains("discovery-approved")),
            "{fuse}"
        );
        dapp.take_key_response(&delivered);
        let (id, request) = dapp.request("getAccounts", json!([]));
        send(&mut extension, &tab(1), &request);
        let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(
            answers,
            [(id, Ok(json!("done")))],
            "killed before effect {fuse}"
        );
    }
}

#[test]
fn a_greeting_killed_before_every_effect() {
    for fuse in 0..5 {
        let mut extension = Extension::new(Limits::default());
        let origin = "https://dapp.example".parse().unwrap();
        let (handshake, hello) =
            pixie_bridge::window::PageHandshake::start(origin, &mut extension.rng);
        extension.fuse = Some(fuse);
        while extension.try_receive(&tab(1), &hello).is_err() {
            extension.restart();
        }
        extension.fuse = None;
        // Nobody knows whether the welcome arrived: it comes again, and it is the same.
        extension.receive(&tab(1), &hello);
        let welcomes = extension.take_delivered(&tab(1));
        assert!(welcomes.windows(2).all(|pair| pair[0] == pair[1]) && !welcomes.is_empty());
        let (channel, _) = handshake.finish(&welcomes[0]).unwrap();
        let mut page = Page {
            channel,
            closed: None,
        };
        let (number, frame) = page.request("getAccounts", json!([]));
        send(&mut extension, &tab(1), &frame);
        let answers = page.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(answers, [(number, Ok(json!("done")))]);
        // Now that it is in use, a greeting changes nothing.
        extension.receive(&tab(1), &hello);
        assert!(extension.take_delivered(&tab(1)).is_empty());
    }
}

#[test]
fn an_approved_discovery_is_announced_again_and_a_pending_one_asked_about_again() {
    let mut extension = Extension::new(Limits::default());
    let dapp = SdkDapp::new("session-1");
    extension.receive(&tab(1), &dapp.discovery());
    extension.restart();
    let discovery = extension.discoveries.pop().expect("asked about again");
    assert_eq!(discovery.app_id, "demo");
    let effects = extension
        .bridge
        .approve_discovery(discovery.session, extension.now)
        .unwrap();
    extension.carry_out(effects).unwrap();
    let first = extension.take_delivered(&tab(1));
    extension.restart();
    assert!(extension.discoveries.is_empty());
    assert_eq!(extension.take_delivered(&tab(1)), first);
}

#[test]
fn a_dapp_that_disconnects_can_exchange_keys_anew() {
    let mut extension = Extension::new(Limits::default());
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let (_, before) = dapp.request("getAccounts", json!([]));
    extension.receive(&tab(1), &before);
    extension.receive(&tab(1), &dapp.disconnect());
    assert_eq!(extension.closed.pop().unwrap().2.len(), 1);
    extension.requests.clear();
    extension.restart();
    let first = extension.opened.pop().unwrap().verification;
    extension.receive(&tab(1), &dapp.key_exchange());
    let delivered = extension.take_delivered(&tab(1));
    dapp.take_key_response(&delivered);
    assert_ne!(extension.opened.pop().unwrap().verification, first);
    // What was sealed with the old keys means nothing now.
    extension.receive(&tab(1), &before);
    assert_eq!(
        extension.last_refusal(),
        Some(&pixie_bridge::session::Refusal::Unauthentic)
    );
    let (id, request) = dapp.request("getAccounts", json!([]));
    send(&mut extension, &tab(1), &request);
    let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
    assert_eq!(answers, [(id, Ok(json!("done")))]);
}
