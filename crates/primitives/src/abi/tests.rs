use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::field::Fr;
use crate::selector::{AuthorizationSelector, EventSelector, FunctionSelector, NoteSelector};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/abi.json")).unwrap()
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap()
}

#[test]
fn selectors_are_those_of_the_reference() {
    let vectors = vectors();
    let selectors = &vectors["selectors"];
    for case in selectors["functions"].as_array().unwrap() {
        let selector = FunctionSelector::from_signature(case["signature"].as_str().unwrap());
        let selector = selector.unwrap();
        assert_eq!(selector, read(&case["selector"]));
        assert_eq!(selector.to_field(), read::<Fr>(&case["field"]));
        assert_eq!(
            format!("0x{}", case["bytes"].as_str().unwrap()),
            selector.to_string()
        );
    }
    for case in selectors["named"].as_array().unwrap() {
        let (name, parameters) = (case["name"].as_str().unwrap(), &case["parameters"]);
        let parameters: Vec<AbiParameter> = read(parameters);
        assert_eq!(
            function_signature(name, &parameters).unwrap(),
            case["signature"]
        );
        assert_eq!(
            function_signature_with_names(name, &parameters).unwrap(),
            case["withNames"]
        );
        let selector = FunctionSelector::from_name_and_parameters(name, &parameters);
        assert_eq!(selector.unwrap(), read(&case["selector"]));
    }
    let signature = |kind: &str| selectors[kind]["signature"].as_str().unwrap().to_owned();
    assert_eq!(
        EventSelector::from_signature(&signature("event")).unwrap(),
        read(&selectors["event"]["selector"])
    );
    assert_eq!(
        AuthorizationSelector::from_signature(&signature("authorization")).unwrap(),
        read(&selectors["authorization"]["selector"])
    );
    let note: NoteSelector = read(&selectors["note"]["selector"]);
    assert_eq!(note.value(), 42);
}

#[test]
fn encodings_are_those_of_the_reference() {
    let vectors = vectors();
    let cases = vectors["encodings"].as_array().unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let ty: AbiType = read(&case["type"]);
        let value = ty.parse_json(&case["value"], "x").unwrap();
        let fields: Vec<Fr> = read(&case["fields"]);
        assert_eq!(ty.encode(&value, "x").unwrap(), fields, "{case}");
        assert_eq!(ty.size_in_fields(), fields.len());
        // What was encoded decodes to something that encodes to the same.
        let decoded = ty.decode(&fields, "x").unwrap();
        assert_eq!(ty.encode(&decoded, "x").unwrap(), fields, "{case}");
    }
}

#[test]
fn decodings_are_those_of_the_reference() {
    let vectors = vectors();
    let cases = vectors["decodings"].as_array().unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let function = FunctionAbi {
            return_types: read(&case["types"]),
            ..function(Vec::new())
        };
        let decoded = function
            .decode_return_values(&read::<Vec<Fr>>(&case["fields"]))
            .unwrap();
        let expected = &case["value"];
        match function.return_types.as_slice() {
            [] => assert_eq!(decoded, None),
            [ty] => assert_eq!(
                decoded.unwrap(),
                ty.parse_json(expected, "x").unwrap(),
                "{case}"
            ),
            types => {
                let ty = AbiType::Tuple(types.to_vec());
                assert_eq!(
                    decoded.unwrap(),
                    ty.parse_json(expected, "x").unwrap(),
                    "{case}"
                );
            }
        }
    }
}

fn function(parameters: Vec<AbiParameter>) -> FunctionAbi {
    FunctionAbi {
        name: "f".to_owned(),
        function_type: FunctionType::Private,
        is_only_self: false,
        is_static: false,
        is_initializer: false,
        parameters,
        return_types: Vec::new(),
        error_types: Default::default(),
    }
}

fn parameter(name: &str, ty: AbiType) -> AbiParameter {
    AbiParameter {
        name: name.to_owned(),
        ty,
        visibility: ParameterVisibility::Private,
    }
}

fn structure(path: &str, fields: Vec<(&str, AbiType)>) -> AbiType {
    let variable = |(name, ty): (&str, AbiType)| AbiVariable {
        name: name.to_owned(),
        ty,
    };
    AbiType::Struct(StructType {
        path: path.to_owned(),
        fields: fields.into_iter().map(variable).collect(),
    })
}

fn option(ty: AbiType) -> AbiType {
    let fields = vec![("_is_some", AbiType::Boolean), ("_value", ty)];
    structure("std::option::Option", fields)
}

fn array(length: u32, item: AbiType) -> AbiType {
    let item = Box::new(item);
    AbiType::Array { length, item }
}

#[test]
fn arguments_by_position_and_by_name() {
    let function = function(vec![
        parameter("amount", AbiType::unsigned(64)),
        parameter("note", option(AbiType::signed(8))),
    ]);
    let expected = vec![Fr::from(5u8), Fr::ONE, Fr::from(255u8)];
    let encode = |json| function.encode_json_arguments(&json);
    assert_eq!(encode(json!([5, -1])).unwrap(), expected);
    assert_eq!(
        encode(json!({"note": -1, "amount": "5"})).unwrap(),
        expected
    );
    let none = vec![Fr::from(5u8), Fr::ZERO, Fr::ZERO];
    assert_eq!(encode(json!([5])).unwrap(), none);
    assert_eq!(encode(json!({"amount": 5})).unwrap(), none);
    let decoded = function.decode_arguments(&expected).unwrap();
    assert_eq!(decoded[0], ("amount", AbiValue::Unsigned(5)));
    assert_eq!(decoded[1], ("note", AbiValue::some(AbiValue::Signed(-1))));
    assert!(encode(json!([])).is_err());
    assert!(encode(json!([1, 2, 3])).is_err());
    assert!(encode(json!({"amount": 1, "nota": 2})).is_err());
    assert!(encode(json!(7)).is_err());
    assert!(function.encode_arguments(&[]).is_err());
    assert!(function.decode_arguments(&[Fr::ONE; 4]).is_err());
}

fn problem(ty: &AbiType, json: Value) -> AbiError {
    let value = ty.parse_json(&json, "x");
    value.and_then(|value| ty.encode(&value, "x")).unwrap_err()
}

#[test]
fn errors_name_the_place() {
    let leg = structure("Leg", vec![("amount", AbiType::unsigned(8))]);
    let order = structure("Order", vec![("legs", array(2, leg.clone()))]);
    let error = problem(&order, json!({"legs": [{"amount": 1}, {"amount": 256}]}));
    assert_eq!(error.path, "x.legs[1].amount");
    let expected = "u8".to_owned();
    assert_eq!(error.problem, AbiProblem::OutOfRange { expected });
    assert_eq!(
        error.to_string(),
        "`x.legs[1].amount`: the value is out of the range of u8"
    );

    let error = problem(&leg, json!({"amount": 1, "amout": 2}));
    let name = "amout".to_owned();
    assert_eq!(error.problem, AbiProblem::UnknownMember { name });
    let error = problem(&leg, json!({}));
    assert_eq!(error.path, "x.amount");
    let error = problem(&array(2, AbiType::Field), json!([1]));
    let (expected, actual) = (2, 1);
    assert_eq!(error.problem, AbiProblem::Length { expected, actual });
    let error = leg.decode(&[], "x").unwrap_err();
    assert_eq!(error.path, "x.amount");
    assert_eq!(error.problem, AbiProblem::UnexpectedEnd { missing: 1 });
    let error = leg.decode(&[Fr::ONE; 2], "x").unwrap_err();
    assert_eq!(error.problem, AbiProblem::TrailingFields { count: 1 });
}

#[test]
fn values_out_of_range_are_refused() {
    for (ty, json) in [
        (AbiType::unsigned(8), json!(-1)),
        (AbiType::unsigned(8), json!(256)),
        (
            AbiType::unsigned(128),
            json!("340282366920938463463374607431768211456"),
        ),
        (AbiType::signed(8), json!(128)),
        (AbiType::signed(8), json!(-129)),
        (AbiType::signed(1), json!(1)),
        (
            AbiType::signed(128),
            json!("170141183460469231731687303715884105728"),
        ),
        (AbiType::unsigned(8), json!(1.5)),
        (AbiType::unsigned(8), json!("")),
        (AbiType::unsigned(8), json!("0x")),
        (AbiType::unsigned(8), json!("+1")),
        (AbiType::unsigned(8), json!("-0x1")),
        (AbiType::unsigned(8), json!(null)),
        (AbiType::Boolean, json!(2)),
        (AbiType::Boolean, json!("yes")),
        (AbiType::Field, json!(-1)),
        (AbiType::Field, json!("abc")),
        (AbiType::Field, json!([])),
        (AbiType::String { length: 2 }, json!("abc")),
        (AbiType::String { length: 2 }, json!("€")),
        (
            structure("a::address::EthAddress", vec![("inner", AbiType::Field)]),
            json!("0x010000000000000000000000000000000000000000"),
        ),
    ] {
        problem(&ty, json);
    }
    let lowest = AbiType::signed(128).parse_json(&json!(i128::MIN.to_string()), "x");
    assert_eq!(lowest, Ok(AbiValue::Signed(i128::MIN)));
    assert!(
        AbiType::unsigned(8)
            .decode(&[Fr::from(256u32)], "x")
            .is_err()
    );
    assert!(AbiType::signed(8).decode(&[Fr::from(256u32)], "x").is_err());
    assert!(AbiType::Boolean.decode(&[Fr::from(2u32)], "x").is_err());
    let text = AbiType::String { length: 1 };
    assert!(text.decode(&[Fr::from(256u32)], "x").is_err());
}

#[test]
fn enormous_types_are_refused_without_allocating() {
    let nothing = structure("Nothing", Vec::new());
    let many = array(u32::MAX, array(u32::MAX, array(u32::MAX, nothing)));
    assert_eq!(many.size_in_fields(), 0);
    assert!(many.decode(&[], "x").is_err());
    let wide = array(u32::MAX, array(u32::MAX, array(u32::MAX, AbiType::Field)));
    assert_eq!(wide.size_in_fields(), usize::MAX);
    assert!(
        option(wide.clone())
            .encode(&AbiValue::Option(None), "x")
            .is_err()
    );
    assert!(wide.decode(&[Fr::ONE], "x").is_err());
}

#[test]
fn signatures_have_no_tuples() {
    let tuple = AbiType::Tuple(vec![AbiType::Field]);
    let (function, parameter_name) = ("f".to_owned(), "pair".to_owned());
    assert_eq!(
        function_signature("f", &[parameter("pair", array(1, tuple))]),
        Err(SignatureError::Tuple {
            function,
            parameter: parameter_name
        })
    );
}

#[test]
fn unknown_kinds_are_named() {
    let error = |json: Value| {
        serde_json::from_value::<AbiType>(json)
            .unwrap_err()
            .to_string()
    };
    let wrong = json!({"kind": "struct", "path": "P", "fields": [
        {"name": "a", "type": {"kind": "map"}}
    ]});
    assert_eq!(error(wrong), "ABI type of `type.a`: unknown kind `map`");
    assert!(error(json!({"kind": "array", "length": 1})).contains("`type` is missing"));
    assert!(error(json!({"kind": "integer", "sign": "signed", "width": 129})).contains("129 bits"));
    assert!(error(json!({"kind": "integer", "sign": "both", "width": 8})).contains("`both`"));
    assert!(error(json!({})).contains("`kind` is missing"));
    let error = serde_json::from_value::<AbiErrorType>(json!({"error_kind": "panic"}));
    assert!(error.unwrap_err().to_string().contains("`panic`"));
}

/// A type and a value of it.
fn typed_value() -> impl Strategy<Value = (AbiType, AbiValue)> {
    any_type().prop_flat_map(|ty| {
        let value = value_of(&ty);
        (Just(ty), value)
    })
}

fn any_type() -> impl Strategy<Value = AbiType> {
    let address = structure("x::address::AztecAddress", vec![("inner", AbiType::Field)]);
    let eth = structure("x::address::EthAddress", vec![("inner", AbiType::Field)]);
    let selector = structure(
        "x::types::abis::function_selector::FunctionSelector",
        vec![("inner", AbiType::unsigned(32))],
    );
    let wrapped = structure("x::Wrapped", vec![("inner", AbiType::Field)]);
    let leaf = prop_oneof![
        Just(AbiType::Field),
        Just(AbiType::Boolean),
        (1u32..=128).prop_map(AbiType::unsigned),
        (1u32..=128).prop_map(AbiType::signed),
        (0u32..9).prop_map(|length| AbiType::String { length }),
        Just(address),
        Just(eth),
        Just(selector),
        Just(wrapped),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let bounded = |(length, item): (u32, AbiType)| {
            let fields = vec![
                ("storage", array(length, item)),
                ("len", AbiType::unsigned(32)),
            ];
            structure("std::collections::bounded_vec::BoundedVec", fields)
        };
        prop_oneof![
            (0u32..4, inner.clone()).prop_map(|(length, item)| array(length, item)),
            prop::collection::vec(inner.clone(), 0..4).prop_map(AbiType::Tuple),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|types| {
                let names = ["a", "b", "c", "d"];
                structure("x::Struct", names.into_iter().zip(types).collect())
            }),
            inner.clone().prop_map(option),
            (0u32..4, inner).prop_map(bounded),
        ]
    })
}

fn any_field() -> impl Strategy<Value = Fr> {
    any::<[u8; 32]>().prop_map(|bytes| Fr::from_be_bytes_reduced(&bytes))
}

fn value_of(ty: &AbiType) -> BoxedStrategy<AbiValue> {
    match ty {
        AbiType::Field => any_field().prop_map(AbiValue::Field).boxed(),
        AbiType::Boolean => any::<bool>().prop_map(AbiValue::Boolean).boxed(),
        AbiType::Integer { sign, width } => {
            let unused = 128 - width;
            match sign {
                Sign::Unsigned => any::<u128>()
                    .prop_map(move |value| AbiValue::Unsigned(value >> unused))
                    .boxed(),
                Sign::Signed => any::<i128>()
                    .prop_map(move |value| AbiValue::Signed(value >> unused))
                    .boxed(),
            }
        }
        AbiType::String { length } => prop::collection::vec(any::<u8>(), *length as usize)
            .prop_map(|bytes| AbiValue::String(bytes.into_iter().map(char::from).collect()))
            .boxed(),
        AbiType::Array { length, item } => prop::collection::vec(value_of(item), *length as usize)
            .prop_map(AbiValue::Array)
            .boxed(),
        AbiType::Tuple(types) => types
            .iter()
            .map(value_of)
            .collect::<Vec<_>>()
            .prop_map(AbiValue::Tuple)
            .boxed(),
        AbiType::Struct(ty) if ty.is_aztec_address() => any_field()
            .prop_map(|field| AbiValue::Address(crate::AztecAddress::from_field(field)))
            .boxed(),
        AbiType::Struct(ty) if ty.is_eth_address() => any::<[u8; 20]>()
            .prop_map(|bytes| {
                let field = Fr::from_be_bytes_reduced(&bytes);
                AbiValue::structure([("inner", AbiValue::Field(field))])
            })
            .boxed(),
        AbiType::Struct(ty) => match ty.as_option() {
            Some(inner) => prop::option::of(value_of(inner))
                .prop_map(|value| AbiValue::Option(value.map(Box::new)))
                .boxed(),
            None => {
                let names: Vec<_> = ty.fields.iter().map(|field| field.name.clone()).collect();
                let values: Vec<_> = ty.fields.iter().map(|field| value_of(&field.ty)).collect();
                values
                    .prop_map(move |values| {
                        AbiValue::Struct(names.clone().into_iter().zip(values).collect())
                    })
                    .boxed()
            }
        },
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "-?(0x)?[0-9a-f]{0,70}".prop_map(Value::from),
        ".{0,9}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let key = prop_oneof![
            Just("a"),
            Just("b"),
            Just("inner"),
            Just("_is_some"),
            Just("_value"),
            Just("kind"),
            Just("type"),
            Just("fields"),
            Just("value"),
            Just("storage"),
            Just("len"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|members| members
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn values_round_trip_through_fields_and_json((ty, value) in typed_value()) {
        let fields = ty.encode(&value, "x").unwrap();
        prop_assert_eq!(fields.len(), ty.size_in_fields());
        prop_assert_eq!(&ty.decode(&fields, "x").unwrap(), &value);
        let json = serde_json::to_value(&value).unwrap();
        prop_assert_eq!(&ty.parse_json(&json, "x").unwrap(), &value);
    }

    #[test]
    fn types_round_trip_through_json(ty in any_type()) {
        let json = serde_json::to_string(&ty).unwrap();
        prop_assert_eq!(serde_json::from_str::<AbiType>(&json).unwrap(), ty);
    }

    #[test]
    fn random_input_never_panics(
        ty in any_type(),
        fields in prop::collection::vec(any_field(), 0..12),
        small in prop::collection::vec(0u8..3, 0..12),
        json in any_json(),
    ) {
        let _ = ty.decode(&fields, "x");
        let small: Vec<Fr> = small.into_iter().map(Fr::from).collect();
        if let Ok(value) = ty.decode(&small, "x") {
            let encoded = ty.encode(&value, "x").unwrap();
            prop_assert_eq!(encoded.len(), small.len());
        }
        if let Ok(value) = ty.parse_json(&json, "x") {
            let fields = ty.encode(&value, "x").unwrap();
            prop_assert_eq!(fields.len(), ty.size_in_fields());
        }
        let _ = serde_json::from_value::<AbiType>(json.clone());
        let _ = serde_json::from_value::<ExportedValue>(json);
    }

    #[test]
    fn a_value_of_another_type_never_panics((_, value) in typed_value(), ty in any_type()) {
        if let Ok(fields) = ty.encode(&value, "x") {
            prop_assert_eq!(fields.len(), ty.size_in_fields());
        }
    }
}
