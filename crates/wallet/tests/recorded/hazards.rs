//! The hazards that dapp bridges of wallets are known to fall for, and the tests that attack ours with
//! them: every one a test of its own, in the crate whose business it is. The table is checked against
//! the sources and printed by the test below.

use std::collections::BTreeSet;

use super::world::root;

const BRIDGE: &str = "crates/bridge/tests/dapps";
const CAPABILITY: &str = "crates/bridge/src/capability";
const PERMISSIONS: &str = "crates/wallet/src/permissions/tests";
const APPROVAL: &str = "crates/wallet/src/approval";
const ENGINE: &str = "crates/wallet/tests/recorded";
const JOURNAL: &str = "crates/wallet/src/journal/tests";

type Attacks = &'static [(&'static str, &'static [&'static str])];

const HAZARDS: &[(&str, Attacks)] = &[
    (
        "the identity of a dapp is what the browser reports, and it fails closed",
        &[
            (
                BRIDGE,
                &[
                    "identity_is_the_browsers_report_and_not_what_the_page_says",
                    "a_sender_without_origin_frame_or_document_is_refused",
                    "a_session_cannot_be_used_from_another_frame_document_or_tab",
                    "a_page_cannot_choose_a_session_name_to_take_over_another_pages_session",
                    "a_navigated_frame_loses_its_sessions",
                ],
            ),
            (
                ENGINE,
                &[
                    "a_session_used_from_another_frame",
                    "a_session_used_from_another_document",
                    "a_sender_that_the_browser_does_not_name",
                    "a_frame_that_the_page_did_not_seal",
                ],
            ),
        ],
    ),
    (
        "answers go to the frame that asked, and no other",
        &[(BRIDGE, &["replies_go_to_the_frame_that_asked_and_no_other"])],
    ),
    (
        "only secure or local origins",
        &[(BRIDGE, &["an_insecure_or_opaque_origin_is_refused"])],
    ),
    (
        "no keys, and no sign of a wallet, before the user agreed",
        &[(BRIDGE, &["keys_are_exchanged_only_after_the_user_agreed"])],
    ),
    (
        "permission is by the selector in the artifact, never by a name of the dapp's",
        &[
            (
                PERMISSIONS,
                &[
                    "a_function_under_the_name_of_a_granted_one_is_refused",
                    "the_granted_function_of_another_contract_is_refused",
                    "the_selector_of_a_granted_function_on_a_contract_without_artifact_is_refused",
                    "a_private_function_passed_off_as_public_is_refused",
                    "a_private_function_passed_off_as_a_utility_is_refused",
                    "a_private_function_executed_as_a_utility_is_refused",
                    "a_utility_in_a_transaction_is_refused",
                    "one_call_that_is_not_granted_spoils_the_payload",
                    "one_call_that_is_not_granted_spoils_the_batch",
                ],
            ),
            (
                CAPABILITY,
                &[
                    "a_selector_that_the_artifact_does_not_have_is_no_function",
                    "a_function_that_no_artifact_names_is_covered_by_the_wildcard_alone",
                    "two_patterns_do_not_add_up_to_one",
                ],
            ),
            (
                APPROVAL,
                &[
                    "calls_are_decoded_by_the_wallets_own_knowledge",
                    "a_contract_that_only_calls_itself_token_has_no_amounts",
                ],
            ),
            (
                ENGINE,
                &[
                    "another_function_under_the_name_of_a_granted_one",
                    "a_function_passed_off_as_one_of_another_kind",
                    "an_instance_that_does_not_make_its_address_is_refused",
                ],
            ),
        ],
    ),
    (
        "permission is checked again on the calls that a simulation shows underneath",
        &[
            (
                PERMISSIONS,
                &[
                    "a_nested_call_of_another_contract_is_refused",
                    "a_call_of_another_contract_deep_below_is_refused",
                    "a_static_nested_call_is_refused_as_well",
                    "a_public_call_enqueued_underneath_is_refused",
                    "a_nested_call_beyond_the_grants_of_a_permissive_dapp_is_asked_about",
                    "the_entrypoint_of_an_account_called_underneath_is_refused",
                    "a_call_that_the_payload_did_not_show_is_refused",
                    "a_transaction_without_account_is_checked_from_its_first_call",
                ],
            ),
            (
                ENGINE,
                &[
                    "a_nested_call_that_was_not_granted_is_not_even_shown_to_the_user",
                    "a_nested_call_beyond_what_was_granted",
                ],
            ),
        ],
    ),
    (
        "permission is checked on every authorisation",
        &[(
            PERMISSIONS,
            &[
                "an_authorisation_of_a_function_of_another_kind_is_refused",
                "a_public_authorisation_through_the_registry_needs_the_right_to_authorise",
                "an_opaque_authorisation_needs_an_approval_of_its_own",
                "the_question_for_an_authorisation_reaches_granted_accounts_only",
                "an_authorisation_asked_underneath_needs_the_right_to_authorise",
                "an_authorisation_that_says_other_than_it_hashes_is_refused",
            ],
        )],
    ),
    (
        "what a simulation returns is a disclosure",
        &[
            (
                PERMISSIONS,
                &[
                    "a_right_to_send_is_none_to_see_a_simulation",
                    "a_right_to_simulate_is_none_to_send",
                    "profiling_needs_what_simulating_needs",
                    "an_outcome_is_not_told_before_its_calls_were_looked_at",
                    "a_refusal_tells_the_dapp_no_more_than_it_knows",
                    "private_events_of_an_account_that_was_not_granted_are_refused",
                ],
            ),
            (
                APPROVAL,
                &["an_outcome_is_released_by_its_own_approval_only"],
            ),
            (
                ENGINE,
                &[
                    "a_simulation_discloses_no_code_and_no_witnesses",
                    "a_failure_in_a_contract_that_was_not_granted_says_nothing",
                ],
            ),
        ],
    ),
    (
        "accounts that were not granted do not exist for a dapp",
        &[
            (
                PERMISSIONS,
                &[
                    "an_account_that_was_not_granted_is_refused",
                    "an_account_of_the_wallet_and_a_strange_one_are_refused_alike",
                    "an_account_without_calls_is_still_refused",
                    "a_further_scope_that_was_not_granted_is_refused",
                    "a_wildcard_does_not_reach_a_hidden_account",
                    "the_user_is_not_asked_about_a_hidden_account",
                ],
            ),
            (ENGINE, &["an_account_that_was_removed_is_lost_to_dapps"]),
        ],
    ),
    (
        "secret keys, senders and the address book need an approval of their own",
        &[
            (
                BRIDGE,
                &["secret_keys_watched_senders_and_the_address_book_are_asked_about_each_time"],
            ),
            (
                PERMISSIONS,
                &[
                    "the_address_book_and_senders_need_an_approval_of_their_own",
                    "a_contract_with_a_secret_key_needs_an_approval_of_its_own",
                    "a_batch_does_not_save_an_approval",
                ],
            ),
            (
                ENGINE,
                &[
                    "keys_that_are_not_the_contracts_are_refused",
                    "a_contact_keeps_the_name_that_the_user_gave",
                ],
            ),
        ],
    ),
    (
        "what has ended or was taken back does not hold",
        &[
            (
                PERMISSIONS,
                &[
                    "what_has_ended_does_not_hold",
                    "what_was_revoked_does_not_hold",
                ],
            ),
            (
                CAPABILITY,
                &[
                    "capabilities_end_at_their_time_and_not_before",
                    "nothing_is_granted_that_was_not_asked_for",
                ],
            ),
            (
                BRIDGE,
                &["revoking_an_origin_ends_its_sessions_and_tells_them"],
            ),
        ],
    ),
    (
        "sessions outlive the service worker",
        &[
            (
                BRIDGE,
                &[
                    "a_connection_of_the_sdk_killed_before_every_effect",
                    "a_greeting_killed_before_every_effect",
                    "a_damaged_row_costs_its_session_and_no_other",
                ],
            ),
            (
                ENGINE,
                &["a_dapp_connects_and_sends_and_gets_one_answer_though_the_worker_dies"],
            ),
        ],
    ),
    (
        "messages that are replayed, reordered or too large are refused with an error",
        &[
            (
                BRIDGE,
                &[
                    "a_replayed_request_is_taken_once",
                    "a_replay_is_known_also_after_a_restart",
                    "reordered_frames_are_refused_with_an_error",
                    "fifty_megabytes_are_refused_with_an_error_and_the_session_goes_on",
                    "what_is_too_large_to_be_opened_ends_the_session_and_so_answers_it",
                    "a_flood_is_answered_with_errors_then_ends_the_session_and_nobody_elses",
                    "unknown_methods_and_wrong_types_get_typed_errors",
                    "another_chain_or_wallet_than_the_sessions_is_refused",
                ],
            ),
            (
                ENGINE,
                &[
                    "a_message_that_is_sent_again",
                    "messages_out_of_order",
                    "fifty_megabytes",
                    "a_flood",
                    "a_method_that_there_is_not",
                    "arguments_of_other_types",
                    "a_message_that_is_no_request",
                    "another_chain",
                ],
            ),
        ],
    ),
    (
        "every request has exactly one answer, whatever dies",
        &[
            (
                BRIDGE,
                &[
                    "every_request_has_one_answer_whatever_the_wallet_does",
                    "a_request_of_the_sdk_killed_before_every_effect",
                    "a_request_of_a_page_killed_before_every_effect",
                    "a_refused_request_killed_before_every_effect",
                ],
            ),
            (
                ENGINE,
                &[
                    "a_dapp_gets_its_answer_after_a_restart",
                    "a_dapp_whose_transaction_was_not_approved_does_not_find_it_sent_later",
                ],
            ),
        ],
    ),
    (
        "nothing is signed but what was shown, and a closed window is a no",
        &[(
            APPROVAL,
            &[
                "what_was_approved_is_signed_and_nothing_else",
                "an_approved_authorisation_is_signed_for_its_chain_only",
                "a_yes_to_something_else_is_none",
                "all_that_is_shown_is_in_the_hash",
                "there_is_exactly_one_answer",
                "a_closed_window_is_a_no",
                "a_flood_of_requests_ends_somewhere",
                "what_signs_nothing_gives_no_right_to_sign",
            ],
        )],
    ),
    (
        "nothing is sent twice",
        &[
            (
                JOURNAL,
                &[
                    "killed_in_any_commit_there_is_exactly_one_transaction",
                    "killed_again_and_again_there_is_exactly_one_transaction",
                    "a_lost_answer_does_not_send_anew",
                ],
            ),
            (
                ENGINE,
                &["an_approved_transaction_is_sent_once_and_followed"],
            ),
        ],
    ),
];

/// The names of the functions that are tests in a folder's files.
fn tests_in(folder: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line == "#[test]" {
                is_test = true;
            } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
                let (name, _) = rest.split_once('(').unwrap();
                names.insert(name.to_owned());
                is_test = false;
            }
        }
    }
    names
}

#[test]
fn every_hazard_has_its_attacks() {
    let mut attacks = BTreeSet::new();
    for (hazard, places) in HAZARDS {
        println!("{hazard}");
        for (folder, names) in *places {
            let tests = tests_in(folder);
            for name in *names {
                assert!(tests.contains(*name), "there is no test {name} in {folder}");
                println!("    {folder}: {name}");
                attacks.insert((folder, name));
            }
        }
    }
    println!("{} attacks on {} hazards", attacks.len(), HAZARDS.len());
    assert!(attacks.len() >= 40);
}
