//! What the known wallets get wrong, one test each, as far as the bridge is what prevents it.

use super::common::{Extension, Page, SdkDapp, address, chain, ok, tab, wallet};
use pixie_bridge::session::{AnswerError, Refusal};
use pixie_bridge::window::CloseReason;
use pixie_bridge::wire::WalletCall;
use pixie_bridge::{Bridge, Limits, ReportedSender};
use serde_json::{Value, json};

fn extension() -> Extension {
    Extension::new(Limits::default())
}

#[test]
fn identity_is_the_browsers_report_and_not_what_the_page_says() {
    let mut extension = extension();
    let dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let (_, request) = { dapp }.request("getAccounts", json!([]));
    extension.receive(&tab(1), &request);
    let request = extension.requests.pop().unwrap();
    // The message says `appId: "demo"`; the origin is the frame's.
    assert_eq!(request.sender.origin.as_str(), "https://dapp.example");
}

#[test]
fn a_sender_without_origin_frame_or_document_is_refused() {
    let changes: [fn(&mut ReportedSender); 4] = [
        |from| from.origin = None,
        |from| from.tab_id = None,
        |from| from.frame_id = None,
        |from| from.document_id = None,
    ];
    for change in changes {
        let mut extension = extension();
        let mut from = tab(1);
        change(&mut from);
        let dapp = SdkDapp::new("session-1");
        extension.receive(&from, &dapp.discovery());
        assert!(matches!(extension.last_refusal(), Some(Refusal::Sender(_))));
        assert!(extension.discoveries.is_empty() && extension.stored.is_empty());
    }
}

#[test]
fn an_insecure_or_opaque_origin_is_refused() {
    for origin in [
        "http://dapp.example",
        "null",
        "file://",
        "https://dapp.example/",
        "about:blank",
    ] {
        let mut extension = extension();
        let from = ReportedSender {
            origin: Some(origin.to_owned()),
            ..tab(1)
        };
        extension.receive(&from, &SdkDapp::new("session-1").discovery());
        assert!(
            matches!(extension.last_refusal(), Some(Refusal::Sender(_))),
            "{origin}"
        );
        assert!(extension.discoveries.is_empty() && extension.delivered.is_empty());
    }
    let mut extension = extension();
    let from = ReportedSender {
        origin: Some("http://localhost:5173".to_owned()),
        ..tab(1)
    };
    SdkDapp::connect(&mut extension, from, "session-1");
}

#[test]
fn replies_go_to_the_frame_that_asked_and_no_other() {
    let mut extension = extension();
    let frame = |frame| ReportedSender {
        frame_id: Some(frame),
        document_id: Some(format!("document-1-{frame}")),
        ..tab(1)
    };
    // Two frames of one tab choose the same names.
    let mut top = SdkDapp::connect(&mut extension, frame(0), "session-1");
    let mut ad = SdkDapp::connect(&mut extension, frame(3), "session-1");
    let (id, request) = top.request("getAccounts", json!([]));
    extension.receive(&frame(0), &request);
    let request = extension.requests.pop().unwrap();
    extension.answer(&request.id, ok(json!(["secret"])));
    assert!(
        extension
            .delivered
            .iter()
            .all(|(to, _)| to.frame == 0 && to.tab == 1)
    );
    assert_eq!(ad.take_answers(extension.take_delivered(&frame(3))), []);
    let answers = top.take_answers(extension.take_delivered(&frame(0)));
    assert_eq!(answers, [(id, Ok(json!(["secret"])))]);
}

#[test]
fn a_session_cannot_be_used_from_another_frame_document_or_tab() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let mut page = Page::connect(&mut extension, tab(1));
    let (_, stolen) = dapp.request("getAccounts", json!([]));
    let (_, stolen_frame) = page.request("getAccounts", json!([]));
    for thief in [
        tab(2),
        ReportedSender {
            frame_id: Some(4),
            ..tab(1)
        },
        ReportedSender {
            document_id: Some("other".to_owned()),
            ..tab(1)
        },
    ] {
        for message in [
            &stolen,
            &stolen_frame,
            &dapp.disconnect(),
            &page.channel.close(),
        ] {
            extension.receive(&thief, message);
            assert_eq!(extension.last_refusal(), Some(&Refusal::UnknownSession));
        }
    }
    assert!(extension.requests.is_empty() && extension.closed.is_empty());
    extension.receive(&tab(1), &stolen);
    extension.receive(&tab(1), &stolen_frame);
    assert_eq!(extension.requests.len(), 2);
}

#[test]
fn a_page_cannot_choose_a_session_name_to_take_over_another_pages_session() {
    let mut extension = extension();
    let mut victim = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let evil = ReportedSender {
        origin: Some("https://evil.example".to_owned()),
        ..tab(2)
    };
    let attacker = SdkDapp::new("session-1");
    extension.receive(&evil, &attacker.key_exchange());
    assert_eq!(extension.last_refusal(), Some(&Refusal::UnknownSession));
    extension.receive(&evil, &attacker.discovery());
    let (_, request) = victim.request("getAccounts", json!([]));
    extension.receive(&tab(1), &request);
    assert_eq!(extension.requests.len(), 1);
    // And in the same document the name is taken.
    extension.receive(&tab(1), &SdkDapp::new("session-1").discovery());
    assert_eq!(extension.last_refusal(), Some(&Refusal::Duplicate));
}

#[test]
fn keys_are_exchanged_only_after_the_user_agreed() {
    let mut extension = extension();
    let dapp = SdkDapp::new("session-1");
    extension.receive(&tab(1), &dapp.discovery());
    extension.receive(&tab(1), &dapp.key_exchange());
    assert_eq!(extension.last_refusal(), Some(&Refusal::WrongState));
    let discovery = extension.discoveries.pop().unwrap();
    let effects = extension
        .bridge
        .reject_discovery(discovery.session)
        .unwrap();
    extension.carry_out(effects).unwrap();
    extension.receive(&tab(1), &dapp.key_exchange());
    assert_eq!(extension.last_refusal(), Some(&Refusal::UnknownSession));
    // Nothing told the page that there is a wallet at all.
    assert!(extension.delivered.is_empty() && extension.stored.is_empty());
}

#[test]
fn a_replayed_request_is_taken_once() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let message = dapp
        .message("sendTx", json!([payload(), { "from": address(1) }]))
        .to_string();
    let (once, twice) = (dapp.seal(&message), dapp.seal(&message));
    extension.receive(&tab(1), &once);
    let request = extension.requests.pop().unwrap();
    for replay in [&once, &twice] {
        extension.receive(&tab(1), replay);
        assert_eq!(extension.last_refusal(), Some(&Refusal::Replayed));
    }
    extension.answer(&request.id, ok(json!({})));
    extension.receive(&tab(1), &once);
    assert!(extension.requests.is_empty());
    assert_eq!(
        dapp.take_answers(extension.take_delivered(&tab(1))).len(),
        1
    );

    let mut page = Page::connect(&mut extension, tab(2));
    let (_, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(2), &frame);
    extension.receive(&tab(2), &frame);
    assert_eq!(extension.last_refusal(), Some(&Refusal::Replayed));
    assert_eq!(extension.requests.len(), 1);
}

#[test]
fn a_replay_is_known_also_after_a_restart() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let mut page = Page::connect(&mut extension, tab(2));
    let mut sent = Vec::new();
    for _ in 0..300 {
        extension.now.0 += 1000;
        let (_, request) = dapp.request("getChainInfo", json!([]));
        let (_, frame) = page.request("getChainInfo", json!([]));
        extension.receive(&tab(1), &request);
        extension.receive(&tab(2), &frame);
        for request in std::mem::take(&mut extension.requests) {
            extension.answer(&request.id, ok(json!(1)));
        }
        sent.push((request, frame));
    }
    assert_eq!(extension.restart(), []);
    for (request, frame) in sent {
        extension.now.0 += 1000;
        extension.receive(&tab(1), &request);
        assert_eq!(extension.last_refusal(), Some(&Refusal::Replayed));
        extension.receive(&tab(2), &frame);
        assert_eq!(extension.last_refusal(), Some(&Refusal::Replayed));
    }
    assert!(extension.requests.is_empty());
}

#[test]
fn reordered_frames_are_refused_with_an_error() {
    let mut extension = extension();
    let mut page = Page::connect(&mut extension, tab(1));
    let (held, held_frame) = page.request("getAccounts", json!([]));
    let (next, next_frame) = page.request("getChainInfo", json!([]));
    extension.receive(&tab(1), &next_frame);
    extension.receive(&tab(1), &held_frame);
    assert_eq!(extension.last_refusal(), Some(&Refusal::OutOfOrder));
    assert_eq!(extension.requests.len(), 1);
    let request = extension.requests.pop().unwrap();
    extension.answer(&request.id, ok(json!(7)));
    let answers = page.take_answers(extension.take_delivered(&tab(1)));
    assert_eq!(
        answers,
        [(held, Err("out-of-order".to_owned())), (next, Ok(json!(7)))]
    );
    // Once refused it is a replay.
    extension.receive(&tab(1), &held_frame);
    assert_eq!(extension.last_refusal(), Some(&Refusal::Replayed));
}

#[test]
fn unknown_methods_and_wrong_types_get_typed_errors() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let mut page = Page::connect(&mut extension, tab(2));
    for (method, args, code) in [
        ("exportKeys", json!([]), "unknown-method"),
        ("constructor", json!([]), "unknown-method"),
        ("sendTx", json!([]), "invalid-params"),
        ("registerSender", json!([7]), "invalid-params"),
        ("getAccounts", json!([1]), "invalid-params"),
        (
            "batch",
            json!([[{ "name": "batch", "args": [[]] }]]),
            "unknown-method",
        ),
    ] {
        let (id, request) = dapp.request(method, args.clone());
        extension.receive(&tab(1), &request);
        let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(answers, [(id, Err(code.to_owned()))]);
        let (id, frame) = page.request(method, args);
        extension.receive(&tab(2), &frame);
        let answers = page.take_answers(extension.take_delivered(&tab(2)));
        assert_eq!(answers, [(id, Err(code.to_owned()))]);
    }
    assert!(extension.requests.is_empty());
    // What is no request, but has an id, is answered as well.
    let sealed = dapp.seal(&json!({ "messageId": "x", "type": 7 }).to_string());
    extension.receive(&tab(1), &sealed);
    let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
    assert_eq!(
        answers,
        [("x".to_owned(), Err("malformed-message".to_owned()))]
    );
    let (id, frame) = page.channel.request(&json!(["no", "request"])).unwrap();
    extension.receive(&tab(2), &frame);
    let answers = page.take_answers(extension.take_delivered(&tab(2)));
    assert_eq!(answers, [(id, Err("malformed-message".to_owned()))]);
}

#[test]
fn another_chain_or_wallet_than_the_sessions_is_refused() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    for (member, value, code) in [
        ("chainInfo", chain(2), "wrong-chain"),
        ("walletId", json!("another"), "wrong-wallet"),
    ] {
        let mut message = dapp.message("getAccounts", json!([]));
        message[member] = value;
        let sealed = dapp.seal(&message.to_string());
        extension.receive(&tab(1), &sealed);
        let answers = dapp.take_answers(extension.take_delivered(&tab(1)));
        assert_eq!(answers.last().unwrap().1, Err(code.to_owned()));
    }
    assert!(extension.requests.is_empty());
    // Through the other door the wallet is told which chain is meant, and decides.
    let mut page = Page::connect(&mut extension, tab(2));
    let request = json!({ "method": "getAccounts", "params": [], "chainInfo": chain(2) });
    let (_, frame) = page.channel.request(&request).unwrap();
    extension.receive(&tab(2), &frame);
    let asked = extension.requests.pop().unwrap().chain.unwrap();
    assert_eq!(serde_json::to_value(asked).unwrap(), chain(2));
}

#[test]
fn every_request_has_one_answer_whatever_the_wallet_does() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let (id, request) = dapp.request("getAccounts", json!([]));
    extension.receive(&tab(1), &request);
    let request = extension.requests.pop().unwrap();
    extension.answer(&request.id, ok(json!([])));
    let again = extension
        .bridge
        .answer(&request.id, ok(json!([])), &mut extension.rng);
    assert!(matches!(again, Err(AnswerError::NotPending)));
    assert_eq!(
        dapp.take_answers(extension.take_delivered(&tab(1))),
        [(id, Ok(json!([])))]
    );
    // An answer that is too large becomes an error, and no silence.
    let limits = Limits {
        max_answer_bytes: 100,
        ..Limits::default()
    };
    let mut extension = Extension::new(limits);
    let mut page = Page::connect(&mut extension, tab(1));
    let (id, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(1), &frame);
    let request = extension.requests.pop().unwrap();
    extension.answer(&request.id, ok(json!("x".repeat(200))));
    let answers = page.take_answers(extension.take_delivered(&tab(1)));
    assert_eq!(answers, [(id, Err("answer-too-large".to_owned()))]);
}

#[test]
fn a_navigated_frame_loses_its_sessions() {
    let mut extension = extension();
    let mut page = Page::connect(&mut extension, tab(1));
    let (_, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(1), &frame);
    let request = extension.requests.pop().unwrap();
    // The same frame shows another document, perhaps of another origin.
    let next = ReportedSender {
        document_id: Some("next".to_owned()),
        ..tab(1)
    };
    Page::connect(&mut extension, next.clone());
    let (_, reason, unanswered) = extension.closed.pop().unwrap();
    assert_eq!(
        (reason, unanswered),
        (CloseReason::Navigated, vec![request.id.clone()])
    );
    let late = extension
        .bridge
        .answer(&request.id, ok(json!([])), &mut extension.rng);
    assert!(matches!(late, Err(AnswerError::NotPending)));
    let (_, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(1), &frame);
    assert_eq!(extension.last_refusal(), Some(&Refusal::UnknownSession));
    // The browser says that the tab is gone.
    let effects = extension.bridge.forget_tab(1);
    extension.carry_out(effects).unwrap();
    assert!(extension.stored.is_empty());
    assert_eq!(extension.bridge.sessions().count(), 0);
}

#[test]
fn a_session_that_the_wallet_does_not_know_any_more_is_said_to_be_over() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let mut page = Page::connect(&mut extension, tab(2));
    // The browser dropped what was stored, as it does when the extension is updated.
    extension.stored.clear();
    extension.restart();
    let (_, request) = dapp.request("getAccounts", json!([]));
    extension.receive(&tab(1), &request);
    dapp.take_answers(extension.take_delivered(&tab(1)));
    assert!(dapp.disconnected);
    let (_, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(2), &frame);
    page.take_answers(extension.take_delivered(&tab(2)));
    assert_eq!(page.closed, Some(CloseReason::Unknown));
}

#[test]
fn revoking_an_origin_ends_its_sessions_and_tells_them() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let other = ReportedSender {
        origin: Some("https://other.example".to_owned()),
        ..tab(2)
    };
    let mut bystander = Page::connect(&mut extension, other.clone());
    let origin = "https://dapp.example".parse().unwrap();
    let effects = extension
        .bridge
        .close_origin(&origin, CloseReason::ByWallet);
    extension.carry_out(effects).unwrap();
    dapp.take_answers(extension.take_delivered(&tab(1)));
    assert!(dapp.disconnected);
    assert_eq!(extension.bridge.sessions().count(), 1);
    let effects = extension.bridge.close_all(CloseReason::ByWallet);
    extension.carry_out(effects).unwrap();
    bystander.take_answers(extension.take_delivered(&other));
    assert_eq!(bystander.closed, Some(CloseReason::ByWallet));
    assert!(extension.stored.is_empty());
}

#[test]
fn a_discovery_does_not_wait_for_ever() {
    let mut extension = extension();
    extension.receive(&tab(1), &SdkDapp::new("session-1").discovery());
    let discovery = extension.discoveries.pop().unwrap();
    extension.now.0 += 299_999;
    let effects = extension.bridge.expire(extension.now);
    assert!(effects.is_empty());
    extension.now.0 += 1;
    let effects = extension.bridge.expire(extension.now);
    extension.carry_out(effects).unwrap();
    assert_eq!(extension.withdrawn, 1);
    assert!(
        extension
            .bridge
            .approve_discovery(discovery.session, extension.now)
            .is_err()
    );
    assert!(extension.stored.is_empty() && extension.delivered.is_empty());
}

#[test]
fn keys_of_sessions_appear_in_no_debug_output() {
    let mut extension = extension();
    SdkDapp::connect(&mut extension, tab(1), "session-1");
    Page::connect(&mut extension, tab(2));
    let printed = format!("{:?}", extension.bridge);
    assert_eq!(printed.matches("Key(…)").count(), 3);
    let effects = extension.bridge.close_all(CloseReason::ByWallet);
    assert!(!format!("{effects:?}").contains("cipher"));
    let row = extension.stored.values().next().unwrap();
    assert!(row.len() > 64);
}

#[test]
fn a_damaged_row_costs_its_session_and_no_other() {
    let mut extension = extension();
    let mut dapp = SdkDapp::connect(&mut extension, tab(1), "session-1");
    let mut page = Page::connect(&mut extension, tab(2));
    let (_, request) = dapp.request("getAccounts", json!([]));
    extension.receive(&tab(1), &request);
    let stored = extension.stored.clone();
    assert_eq!(stored.len(), 3);
    for (key, row) in &stored {
        for damage in [&[][..], &row[..row.len() / 2], &[9; 40]] {
            let mut rows = stored.clone();
            rows.insert(key.clone(), damage.to_vec());
            rows.insert("session/unknown".to_owned(), vec![1, 2, 3]);
            let restored = Bridge::restore(wallet(), Limits::default(), rows);
            assert_eq!(restored.bridge.sessions().count(), 1, "{key}");
            assert!(restored.damaged.contains(key) && restored.damaged.len() >= 2);
            assert_eq!(restored.effects.len(), 1);
        }
    }
    // With a part of the ids missing nobody could tell a replay: that session is gone as well.
    let (seen, _) = stored
        .iter()
        .find(|(key, _)| key.contains("/seen/"))
        .unwrap();
    let mut rows = stored.clone();
    rows.remove(seen);
    let restored = Bridge::restore(wallet(), Limits::default(), rows);
    assert_eq!(restored.bridge.sessions().count(), 1);
    extension.restart();
    let (_, frame) = page.request("getAccounts", json!([]));
    extension.receive(&tab(2), &frame);
    assert_eq!(extension.requests.len(), 1);
}

#[test]
fn secret_keys_watched_senders_and_the_address_book_are_asked_about_each_time() {
    let mut extension = extension();
    let mut page = Page::connect(&mut extension, tab(1));
    for (method, params) in [
        ("registerSender", json!([address(3)])),
        ("getAddressBook", json!([])),
        ("batch", json!([[{ "name": "getAddressBook", "args": [] }]])),
    ] {
        let (_, frame) = page.request(method, params);
        extension.receive(&tab(1), &frame);
        let request = extension.requests.pop().unwrap();
        assert!(request.call.needs_own_approval(), "{method}");
    }
    let (_, frame) = page.request("getChainInfo", json!([]));
    extension.receive(&tab(1), &frame);
    let request = extension.requests.pop().unwrap();
    assert!(matches!(request.call, WalletCall::GetChainInfo));
    assert!(!request.call.needs_own_approval());
}

fn payload() -> Value {
    json!({ "calls": [], "authWitnesses": [], "capsules": [], "extraHashedArgs": [] })
}
