use super::*;
use crate::state::{EventFilter, EventQuery};

fn filter(from: u32, to: u32, scopes: &[u32]) -> EventFilter {
    EventFilter {
        contract: address(1),
        selector: event(1, 1).selector,
        from_block: BlockNumber(from),
        to_block: BlockNumber(to),
        scopes: scopes.iter().copied().map(address).collect(),
        tx_hash: None,
    }
}

fn found(state: &PxeTables, filter: &EventFilter) -> Vec<u64> {
    let events = state.events(filter).into_iter();
    events
        .map(|event| event.content[0].to_u64().unwrap())
        .collect()
}

#[test]
fn events_come_in_order_within_the_range() {
    let mut state = PxeTables::default();
    for (number, at) in [(4, 9), (3, 2), (2, 2), (1, 5)] {
        state.add_event(event(number, at), address(7));
    }
    let late = StoredEvent {
        tx_index: 1,
        event_index: 0,
        ..event(5, 2)
    };
    state.add_event(late, address(7));
    assert_eq!(found(&state, &filter(1, 100, &[7])), [2, 3, 5, 1, 4]);
    assert_eq!(found(&state, &filter(2, 9, &[7])), [2, 3, 5, 1]);
    assert_eq!(found(&state, &filter(3, 10, &[7])), [1, 4]);
    assert!(found(&state, &filter(5, 5, &[7])).is_empty());
    assert!(found(&state, &filter(6, 5, &[7])).is_empty());
    let of_tx = EventFilter {
        tx_hash: Some(tx(5)),
        ..filter(1, 100, &[7])
    };
    assert_eq!(found(&state, &of_tx), [1]);
    let of_other_type = EventFilter {
        selector: EventSelector::from_field(Fr::from(6u8)).unwrap(),
        ..filter(1, 100, &[7])
    };
    assert!(found(&state, &of_other_type).is_empty());
    let of_other_contract = EventFilter {
        contract: address(2),
        ..filter(1, 100, &[7])
    };
    assert!(found(&state, &of_other_contract).is_empty());
}

#[test]
fn scopes_hold() {
    let mut state = PxeTables::default();
    state.add_event(event(1, 1), address(7));
    state.add_event(event(2, 1), address(8));
    state.add_event(event(2, 1), address(7));
    assert_eq!(found(&state, &filter(1, 9, &[7])), [1, 2]);
    assert_eq!(found(&state, &filter(1, 9, &[8])), [2]);
    assert_eq!(found(&state, &filter(1, 9, &[9, 8])), [2]);
    assert!(found(&state, &filter(1, 9, &[])).is_empty());
}

#[test]
fn queries_are_made_sense_of() {
    let query = |from: Option<u32>, to: Option<u32>| EventQuery {
        contract: address(1),
        selector: event(1, 1).selector,
        from_block: from.map(BlockNumber),
        to_block: to.map(BlockNumber),
        scopes: vec![address(7)],
        tx_hash: None,
    };
    let range = |query: EventQuery| {
        let filter = query.resolve(BlockNumber(10)).unwrap();
        (filter.from_block.0, filter.to_block.0)
    };
    assert_eq!(range(query(None, None)), (1, 11));
    assert_eq!(range(query(Some(0), Some(0))), (1, 11));
    assert_eq!(range(query(Some(3), None)), (3, 11));
    assert_eq!(range(query(Some(3), Some(4))), (3, 4));
    assert!(matches!(
        query(Some(4), Some(4)).resolve(BlockNumber(10)),
        Err(StateError::BlockRange { .. })
    ));
    let nobody = EventQuery {
        scopes: Vec::new(),
        ..query(None, None)
    };
    assert!(matches!(
        nobody.resolve(BlockNumber(10)),
        Err(StateError::NoScopes)
    ));
}
