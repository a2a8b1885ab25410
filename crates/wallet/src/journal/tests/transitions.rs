//! Where a transaction may go, and where not.

use super::*;

fn example(kind: StageKind) -> Stage {
    let message = "why".to_owned();
    match kind {
        StageKind::Requested => Stage::Requested,
        StageKind::Approved => Stage::Approved { shown: shown() },
        StageKind::Simulated => Stage::Simulated,
        StageKind::Proved => Stage::Proved,
        StageKind::Sent => Stage::Sent,
        StageKind::Mined => Stage::Mined {
            block: 1,
            reverted: true,
            fee: None,
            is_final: false,
        },
        StageKind::Dropped => Stage::Dropped { reason: None },
        StageKind::Failed => Stage::Failed {
            failure: Failure::Proving { message },
        },
        StageKind::Rejected => Stage::Rejected {
            rejection: Rejection::Abandoned,
        },
    }
}

#[test]
fn every_pair_of_stages_is_a_transition_or_refused() {
    let mut allowed = 0;
    for from in StageKind::ALL {
        for to in StageKind::ALL {
            let world = World::new();
            let journal = world.open();
            let id = world.request(&journal).unwrap();
            let put = journal.change(|tables| {
                tables
                    .entries
                    .update(&id, |entry| entry.stage = example(from));
                Ok(())
            });
            block_on(put).unwrap();
            let (work, now) = (work("next"), world.clock.now());
            let step = match to {
                StageKind::Approved => block_on(journal.approved(id, shown(), &work, now)),
                StageKind::Simulated => block_on(journal.simulated(id, &work, now)),
                StageKind::Proved => block_on(journal.proved(id, &transaction(1), now)),
                kind => block_on(journal.noted(id, &example(kind), now)),
            };
            let is_allowed = from.successors().contains(&to);
            assert_eq!(step.is_ok(), is_allowed, "{from:?} to {to:?}");
            let expected = if is_allowed { to } else { from };
            let entry = world.open().entry(id).unwrap();
            assert_eq!(entry.stage.kind(), expected);
            allowed += usize::from(is_allowed);
        }
    }
    assert_eq!(allowed, 17);
}

#[test]
fn nothing_leads_back_to_before_the_transaction_was_sent() {
    for kind in StageKind::ALL {
        let is_open = !kind.has_work() || kind == StageKind::Proved;
        if is_open {
            let back = kind.successors().iter().find(|next| next.has_work());
            assert_eq!(back, None, "{kind:?}");
        }
    }
}
