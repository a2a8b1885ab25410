//! What is too large, too much or too often: refused with an error, and never at another's cost.

use pixie_bridge::session::{AnswerError, Refusal};
use pixie_bridge::window::CloseReason;
use pixie_bridge::{Limits, ReportedSender};
use serde_json::json;

use super::common::{Extension, Page, SdkDapp, address, ok, tab};

#[test]
fn fifty_megabytes_are_refused_with_an_error_and_the_session_goes_on() {
    let mut extension = Extension::new(Limits::default());
    let mut page = Page::connect(&mut extension, tab(2));
    let alias = "x".repeat(50 << 20);
    let (id, frame) = page.request("registerSender", json!([address(3), alias]));
    extension.receive(&tab(2), &frame);
    let answers = page.take_answers(extension.take_delivered(&tab(2)));
    assert_eq!(answers, [(id, Err("message-too-large".to_owned()))]);
    assert!(extension.requests.is_empty());
    extension.now.0 += 60_000;
    let (_, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(2), &frame);
    assert_eq!(extension.requests.len(), 1);
}

#[test]
fn an_oversized_request_of_the_sdk_is_refused_with_an_error_and_the_session_goes_on() {
    let limits = Limits {
        max_message_bytes: 1 << 20,
        ..Limits::default()
    };
    let mut extension = Extension::new(limits);
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let alias = "x".repeat(2 << 20);
    let (id, request) = dapp.request("registerSender", json!([address(3), alias]));
    extension.receive(&tab(1), &request);
    let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
    assert_eq!(answers, [(id, Err("message-too-large".to_owned()))]);
    assert!(extension.requests.is_empty());
    let (_, request) = dapp.request("getAccounts", json!([]));
    extension.receive(&tab(1), &request);
    assert_eq!(extension.requests.len(), 1);
}

#[test]
fn what_is_too_large_to_be_opened_ends_the_session_and_so_answers_it() {
    let limits = Limits {
        max_relayed_bytes: 10_000,
        ..Limits::default()
    };
    let mut extension = Extension::new(limits);
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let mut page = Page::connect(&mut extension, tab(2));
    let (_, waiting) = dapp.request("getAccounts", json!([]));
    extension.receive(&tab(1), &waiting);
    let (_, large) = dapp.request("registerSender", json!([address(3), "x".repeat(20_000)]));
    extension.receive(&tab(1), &large);
    assert_eq!(dapp.take_answers(extension.take_delivered(&tab(1))), []);
    assert!(dapp.disconnected);
    let (session, reason, unanswered) = extension.closed.pop().unwrap();
    assert_eq!((reason, unanswered.len()), (CloseReason::Oversized, 1));
    assert_eq!(session.sender.place.tab, 1);
    let late = extension
        .bridge
        .answer(&unanswered[0], ok(json!(1)), &mut extension.rng);
    assert!(matches!(late, Err(AnswerError::NotPending)));

    let (_, large) = page.request("registerSender", json!([address(3), "x".repeat(20_000)]));
    extension.receive(&tab(2), &large);
    page.take_answers(extension.take_delivered(&tab(2)));
    assert_eq!(page.closed, Some(CloseReason::Oversized));
    assert!(extension.stored.is_empty());
}

#[test]
fn a_flood_is_answered_with_errors_then_ends_the_session_and_nobody_elses() {
    let limits = Limits {
        burst_messages: 20,
        messages_per_second: 1,
        flood_factor: 2,
        ..Limits::default()
    };
    let mut extension = Extension::new(limits);
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let other = ReportedSender {
        origin: Some("https://other.example".to_owned()),
        ..tab(2)
    };
    let mut bystander = SdkDapp::connect(&mut extension, other.clone(), "session-2");
    let mut asked = Vec::new();
    for _ in 0..100 {
        let (id, request) = dapp.request("getChainInfo", json!([]));
        asked.push(id);
        extension.receive(&tab(1), &request);
        for request in std::mem::take(&mut extension.requests) {
            extension.answer(&request.id, ok(json!(1)));
        }
    }
    let delivered = extension.take_delivered(&tab(1));
    let answers = dapp.take_answers(delivered);
    let limited = answers
        .iter()
        .filter(|(_, outcome)| *outcome == Err("rate-limited".to_owned()));
    assert!(limited.count() >= 20 && answers.iter().any(|(_, outcome)| outcome.is_ok()));
    assert!(
        dapp.disconnected,
        "the rest is answered by the end of the session"
    );
    assert_eq!(extension.closed.pop().unwrap().1, CloseReason::Flooded);
    let (_, request) = bystander.request("getAccounts", json!([]));
    extension.receive(&other, &request);
    assert_eq!(extension.requests.len(), 1);
}

#[test]
fn too_many_open_requests_are_answered_with_an_error() {
    let limits = Limits {
        max_pending_per_session: 3,
        ..Limits::default()
    };
    let mut extension = Extension::new(limits);
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let ids: Vec<String> = (0..5)
        .map(|_| {
            let (id, request) = dapp.request("getAccounts", json!([]));
            extension.receive(&tab(1), &request);
            id
        })
        .collect();
    assert_eq!(extension.requests.len(), 3);
    let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
    let too_many = Err("too-many-pending".to_owned());
    assert_eq!(
        answers,
        [
            (ids[3].clone(), too_many.clone()),
            (ids[4].clone(), too_many)
        ]
    );
}

#[test]
fn sessions_and_discoveries_of_an_origin_are_bounded() {
    let mut extension = Extension::new(Limits::default());
    let limits = Limits::default();
    let dapp = |number: usize| SdkDapp::new(&format!("session-{number}"));
    for number in 0..20 {
        extension.receive(&tab(1), &dapp(number).discovery());
    }
    assert_eq!(
        extension.discoveries.len(),
        limits.max_discoveries_per_origin
    );
    assert_eq!(extension.last_refusal(), Some(&Refusal::TooMany));
    for number in 0..20 {
        let from = ReportedSender {
            frame_id: Some(100 + number),
            ..tab(1)
        };
        let origin = "https://dapp.example".parse().unwrap();
        let (_, hello) = pixie_bridge::window::PageHandshake::start(origin, &mut extension.rng);
        extension.receive(&from, &hello);
    }
    assert_eq!(extension.opened.len(), limits.max_sessions_per_origin - 4);
    let refused = extension
        .delivered
        .iter()
        .filter(|(_, text)| text.contains("too-many"));
    assert_eq!(refused.count(), 8);
}
