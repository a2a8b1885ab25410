use super::*;

/// The answers are those of `abiDecodeError` of `@aztec/noir-noirc_abi` 4.1.2.
fn message(error_type: &str, data: &[Fe]) -> Option<String> {
    let diagnostics = Diagnostics::from_error_types(&format!("{{\"7\": {error_type}}}")).unwrap();
    diagnostics.message(&AssertionFailure {
        selector: 7,
        data: data.to_vec(),
    })
}

fn text(text: &str) -> Vec<Fe> {
    text.bytes()
        .map(|byte| Fe::from_u64(u64::from(byte)))
        .collect()
}

fn numbers(numbers: &[u64]) -> Vec<Fe> {
    numbers.iter().map(|number| Fe::from_u64(*number)).collect()
}

#[test]
fn constant_messages() {
    let constant = r#"{"error_kind": "string", "string": "Balance too low"}"#;
    assert_eq!(message(constant, &[]).as_deref(), Some("Balance too low"));
    let other = Diagnostics::from_error_types("{}").unwrap();
    assert_eq!(
        other.message(&AssertionFailure {
            selector: 7,
            data: vec![]
        }),
        None
    );
}

#[test]
fn messages_with_parameters() {
    let two = r#"{"error_kind": "fmtstring", "length": 17,
        "item_types": [{"kind": "field"}, {"kind": "field"}]}"#;
    let data = [text("hello {x} and {y}"), numbers(&[2, 5, 7])].concat();
    assert_eq!(message(two, &data).as_deref(), Some("hello 0x05 and 0x07"));

    let address = r#"{"error_kind": "fmtstring", "length": 13, "item_types": [{"kind": "struct",
        "path": "aztec::protocol_types::address::AztecAddress",
        "fields": [{"name": "inner", "type": {"kind": "field"}}]}]}"#;
    let data = [text("bad {a}!{{b}}"), numbers(&[1, 11])].concat();
    assert_eq!(
        message(address, &data).as_deref(),
        Some("bad AztecAddress { inner: 0x0b }!{b}")
    );

    let nested = r#"{"error_kind": "fmtstring", "length": 10, "item_types": [
        {"kind": "struct", "path": "a::B", "fields": [
            {"name": "x", "type": {"kind": "boolean"}},
            {"name": "y", "type": {"kind": "integer", "sign": "signed", "width": 8}},
            {"name": "s", "type": {"kind": "string", "length": 3}}]},
        {"kind": "array", "length": 2, "type": {"kind": "field"}},
        {"kind": "tuple", "fields": [{"kind": "boolean"}, {"kind": "field"}]}]}"#;
    let data = [
        text("{a}{b} {c}"),
        numbers(&[3, 1, 255, 97, 98, 99, 4, 5, 0, 1_234_567_890_123]),
    ]
    .concat();
    assert_eq!(
        message(nested, &data).as_deref(),
        Some("B { x: true, y: -1, s: abc }[0x04, 0x05] (false, 0x011f71fb04cb)")
    );
}

#[test]
fn malformed_data_has_no_message() {
    let two = r#"{"error_kind": "fmtstring", "length": 3, "item_types": [{"kind": "field"}]}"#;
    for length in 0..5 {
        assert_eq!(message(two, &vec![Fe::ONE; length]), None, "{length}");
    }
    let endless = r#"{"error_kind": "custom", "kind": "array", "length": 4000000000,
        "type": {"kind": "tuple", "fields": []}}"#;
    assert_eq!(message(endless, &[]), None);
    let custom = r#"{"error_kind": "custom", "kind": "integer", "sign": "unsigned", "width": 32}"#;
    assert_eq!(message(custom, &[Fe::from_u64(9)]).as_deref(), Some("9"));
}
