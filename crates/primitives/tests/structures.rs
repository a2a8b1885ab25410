//! Transactions, kernel inputs and outputs, logs and headers against vectors from the reference
//! implementation (`tests/reference/generate-structure-vectors.mjs`).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use std::fmt::Debug;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use pixie_primitives::block::{
    AppendOnlyTreeSnapshot, BlockHeader, GlobalVariables, PartialStateReference, StateReference,
};
use pixie_primitives::codec::{ClaimedLengthArray, from_hex, to_hex};
use pixie_primitives::delayed::DelayedClassId;
use pixie_primitives::gas::{Gas, GasFees, GasSettings};
use pixie_primitives::kernel::*;
use pixie_primitives::logs::{
    ContractClassLog, ContractClassLogFields, LogHash, LogId, MessageContext, PendingTaggedLog,
    PrivateLog, PublicLog,
};
use pixie_primitives::messaging::L2ToL1Message;
use pixie_primitives::note::Note;
use pixie_primitives::trees::{
    MembershipWitness, NullifierLeafPreimage, PublicDataTreeLeafPreimage,
};
use pixie_primitives::tx::*;
use pixie_primitives::{Fr, FromBytes, FromFields, ToBytes, ToFields};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/structures.json")).unwrap()
}

/// A text, or a long one in its packed form.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        packed => {
            let bytes = STANDARD.decode(packed["gzip"].as_str().unwrap()).unwrap();
            let mut text = String::new();
            GzDecoder::new(&bytes[..])
                .read_to_string(&mut text)
                .unwrap();
            text
        }
    }
}

/// JavaScript writes 1 for what Rust writes as 1.0.
fn same_numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().unwrap().into(),
        Value::Array(items) => items.into_iter().map(same_numbers).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, same_numbers(value)))
            .collect(),
        other => other,
    }
}

fn elements(value: &Value) -> Vec<Fr> {
    let bytes = from_hex(&text(value), "fields").unwrap();
    bytes
        .chunks(32)
        .map(|element| Fr::from_bytes(element).unwrap())
        .collect()
}

/// Of most kinds nothing is asked but that the forms agree.
fn checked<T>(_: T) {}

/// Reads each form that a vector has and finds the same value in all of them, and each form again.
struct Check<'a> {
    kind: &'a str,
    vector: &'a Value,
    forms: usize,
}

impl<'a> Check<'a> {
    fn bytes<T: FromBytes + ToBytes + PartialEq>(&mut self) -> T {
        let bytes = from_hex(&text(&self.vector["buffer"]), "buffer").unwrap();
        let value = T::from_bytes(&bytes).unwrap();
        assert!(value.to_bytes() == bytes, "{}: bytes", self.kind);
        // One byte less or more is an error, never a panic.
        assert!(T::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        assert!(T::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
        self.forms += 1;
        value
    }

    fn fields<T: FromFields + ToFields + PartialEq>(&mut self, value: &T) {
        let fields = elements(&self.vector["fields"]);
        assert!(value.to_fields() == fields, "{}: fields", self.kind);
        assert!(T::from_fields(&fields).unwrap() == *value, "{}", self.kind);
        assert!(T::from_fields(&fields[..fields.len() - 1]).is_err());
        self.forms += 1;
    }

    fn json_only<T: Serialize + DeserializeOwned>(&mut self) -> T {
        let json: Value = serde_json::from_str(&text(&self.vector["json"])).unwrap();
        let value: T = serde_json::from_value(json.clone())
            .unwrap_or_else(|error| panic!("{}: {error}", self.kind));
        let (json, written) = (same_numbers(json), serde_json::to_value(&value).unwrap());
        let written = same_numbers(written);
        if json.to_string().len() < 5000 {
            assert_eq!(written, json, "{}", self.kind);
        } else {
            assert!(written == json, "{}: json", self.kind);
        }
        self.forms += 1;
        value
    }

    fn json<T: Serialize + DeserializeOwned + PartialEq>(&mut self, value: &T) {
        assert!(self.json_only::<T>() == *value, "{}: json", self.kind);
    }

    fn hash(&mut self, hash: impl ToString) {
        assert_eq!(
            self.vector["hash"].as_str().unwrap(),
            hash.to_string(),
            "{}",
            self.kind
        );
        self.forms += 1;
    }

    fn binary<T>(&mut self) -> T
    where
        T: FromBytes + ToBytes + FromFields + ToFields + PartialEq,
    {
        let value = self.bytes();
        self.fields(&value);
        value
    }

    fn all<T>(&mut self) -> T
    where
        T: FromBytes + ToBytes + FromFields + ToFields,
        T: Serialize + DeserializeOwned + PartialEq,
    {
        let value = self.binary();
        self.json(&value);
        value
    }

    fn bytes_and_json<T>(&mut self) -> T
    where
        T: FromBytes + ToBytes + Serialize + DeserializeOwned + PartialEq,
    {
        let value = self.bytes();
        self.json(&value);
        value
    }

    fn only_fields<T: FromFields + ToFields + PartialEq>(&mut self) {
        let value = T::from_fields(&elements(&self.vector["fields"])).unwrap();
        self.fields(&value);
    }

    fn run(&mut self) {
        match self.kind {
            "Gas" => checked(self.all::<Gas>()),
            "GasFees" => checked(self.all::<GasFees>()),
            "GasSettings" => checked(self.all::<GasSettings>()),
            "DefaultGasSettings" => {
                let settings: GasSettings = self.all();
                let fees = settings.max_fees_per_gas;
                assert_eq!(settings, GasSettings::with_default_limits(fees));
            }
            "AppendOnlyTreeSnapshot" => checked(self.all::<AppendOnlyTreeSnapshot>()),
            "PartialStateReference" => checked(self.all::<PartialStateReference>()),
            "StateReference" => checked(self.all::<StateReference>()),
            "GlobalVariables" => checked(self.all::<GlobalVariables>()),
            "BlockHeader" => {
                let header: BlockHeader = self.all();
                self.hash(header.hash());
            }
            "TxContext" => checked(self.all::<TxContext>()),
            "CallContext" => checked(self.all::<CallContext>()),
            "FunctionData" => checked(self.all::<FunctionData>()),
            "TxRequest" => {
                let request: TxRequest = self.binary();
                self.hash(request.hash());
            }
            "ProtocolContracts" => {
                let contracts: ProtocolContracts = self.all();
                self.hash(contracts.hash());
            }
            "TxConstantData" => checked(self.binary::<TxConstantData>()),
            "PrivateTxConstantData" => checked(self.bytes::<PrivateTxConstantData>()),
            "DelayedClassId" => {
                let id: DelayedClassId = self.binary();
                self.hash(id.hash());
            }
            "NullifierLeafPreimage" => checked(self.all::<NullifierLeafPreimage>()),
            "PublicDataTreeLeafPreimage" => {
                let leaf: PublicDataTreeLeafPreimage = self.bytes_and_json();
                self.hash(leaf.hash());
            }
            "MembershipWitness" => checked(self.all::<MembershipWitness<7>>()),
            "Note" => checked(self.bytes_and_json::<Note>()),
            _ => self.run_logs(),
        }
    }

    fn run_logs(&mut self) {
        match self.kind {
            "PrivateLog" => checked(self.all::<PrivateLog>()),
            "PublicLog" => checked(self.all::<PublicLog>()),
            "ContractClassLogFields" => {
                let fields: ContractClassLogFields = self.all();
                self.hash(fields.hash());
            }
            "ContractClassLog" => {
                let log: ContractClassLog = self.all();
                assert_eq!(log.emitted().len(), log.emitted_length as usize);
            }
            "LogId" => checked(self.bytes_and_json::<LogId>()),
            "MessageContext" => self.only_fields::<MessageContext>(),
            "PendingTaggedLog" => self.only_fields::<PendingTaggedLog>(),
            "L2ToL1Message" => checked(self.all::<L2ToL1Message>()),
            "CountedL2ToL1Message" => checked(self.binary::<CountedL2ToL1Message>()),
            "ScopedL2ToL1Message" => checked(self.binary::<ScopedL2ToL1Message>()),
            "ScopedCountedL2ToL1Message" => checked(self.binary::<ScopedCountedL2ToL1Message>()),
            "CountedNoteHash" => checked(self.binary::<CountedNoteHash>()),
            "ScopedNoteHash" => checked(self.binary::<ScopedNoteHash>()),
            "CountedNullifier" => checked(self.binary::<CountedNullifier>()),
            "ScopedNullifier" => checked(self.binary::<ScopedNullifier>()),
            "PrivateLogData" => checked(self.binary::<PrivateLogData>()),
            "ScopedPrivateLogData" => checked(self.binary::<ScopedPrivateLogData>()),
            "LogHash" => checked(self.binary::<LogHash>()),
            "CountedLogHash" => checked(self.binary::<CountedLogHash>()),
            "ScopedLogHash" => checked(self.binary::<ScopedLogHash>()),
            "ScopedCountedLogHash" => checked(self.binary::<ScopedCountedLogHash>()),
            "ReadRequest" => checked(self.binary::<ReadRequest>()),
            "ScopedReadRequest" => checked(self.binary::<ScopedReadRequest>()),
            _ => self.run_kernel(),
        }
    }

    fn run_kernel(&mut self) {
        match self.kind {
            "KeyValidationRequest" => checked(self.binary::<KeyValidationRequest>()),
            "KeyValidationRequestAndSeparator" => {
                checked(self.binary::<KeyValidationRequestAndSeparator>());
            }
            "ScopedKeyValidationRequestAndSeparator" => {
                checked(self.binary::<ScopedKeyValidationRequestAndSeparator>());
            }
            "PrivateCallRequest" => checked(self.binary::<PrivateCallRequest>()),
            "PublicCallRequest" => checked(self.all::<PublicCallRequest>()),
            "CountedPublicCallRequest" => checked(self.binary::<CountedPublicCallRequest>()),
            "PrivateCircuitPublicInputs" => checked(self.all::<PrivateCircuitPublicInputs>()),
            "PrivateValidationRequests" => checked(self.bytes::<PrivateValidationRequests>()),
            "PrivateAccumulatedData" => checked(self.bytes::<PrivateAccumulatedData>()),
            "PrivateKernelCircuitPublicInputs" => {
                checked(self.bytes_and_json::<PrivateKernelCircuitPublicInputs>());
            }
            "PrivateToRollupAccumulatedData" => {
                checked(self.all::<PrivateToRollupAccumulatedData>());
            }
            "PrivateToPublicAccumulatedData" => {
                checked(self.binary::<PrivateToPublicAccumulatedData>());
            }
            "PrivateToRollupKernelCircuitPublicInputs" => {
                let inputs: PrivateToRollupKernelCircuitPublicInputs = self.all();
                self.hash(inputs.hash());
            }
            "PrivateToPublicKernelCircuitPublicInputs" => {
                let inputs: PrivateToPublicKernelCircuitPublicInputs = self.all();
                self.hash(inputs.hash());
            }
            "PrivateKernelTailCircuitPublicInputs" => {
                checked(self.bytes_and_json::<PrivateKernelTailCircuitPublicInputs>());
            }
            "VerificationKey" => {
                // The reference's fields form begins with the length; circuits see none.
                let key: VerificationKey = self.bytes_and_json();
                assert_eq!(key.to_fields(), elements(&self.vector["fields"])[1..]);
                let hashed = VerificationKey::from_element_bytes(&key.element_bytes());
                assert_eq!(hashed.unwrap(), key);
            }
            _ => self.run_tx(),
        }
    }

    fn run_tx(&mut self) {
        match self.kind {
            "HashedArgs" => assert!(self.bytes_and_json::<HashedValues>().is_args()),
            "HashedCalldata" => assert!(self.bytes_and_json::<HashedValues>().is_calldata()),
            "FunctionCall" => checked(self.json_only::<FunctionCall>()),
            "ExecutionPayload" => checked(self.json_only::<ExecutionPayload>()),
            "TxExecutionRequest" => checked(self.bytes_and_json::<TxExecutionRequest>()),
            "ChonkProof" => assert!(!self.bytes_and_json::<ChonkProof>().is_empty()),
            "Tx" => {
                let tx: Tx = self.bytes_and_json();
                self.hash(tx.tx_hash());
                let calls = tx.public_calls();
                assert!(calls.iter().all(|call| !call.calldata.is_empty()));
                assert_eq!(calls.len(), if tx.has_public_calls() { 3 } else { 0 });
                assert_eq!(
                    tx.contract_class_logs().len(),
                    tx.contract_class_log_fields().len()
                );
            }
            "PrivateExecutionResult" => checked(self.json_only::<PrivateExecutionResult>()),
            "TxSimulationResult" => checked(self.json_only::<TxSimulationResult<Value>>()),
            "TxProvingResult" => checked(self.json_only::<TxProvingResult>()),
            "TxProfileResult" => checked(self.json_only::<TxProfileResult>()),
            "UtilityExecutionResult" => checked(self.json_only::<UtilityExecutionResult>()),
            "NestedReturnValues" => checked(self.json_only::<NestedReturnValues>()),
            unknown => panic!("no check for {unknown}"),
        }
    }
}

#[test]
fn structures_have_the_forms_that_the_reference_gives_them() {
    let vectors = vectors();
    let structures = vectors["structures"].as_array().unwrap();
    assert!(structures.len() >= 85);
    for vector in structures {
        let mut check = Check {
            kind: vector["kind"].as_str().unwrap(),
            vector,
            forms: 0,
        };
        check.run();
        // Every form that the vector has was looked at.
        let forms = vector.as_object().unwrap().len() - 1;
        let skipped = usize::from(check.kind == "VerificationKey");
        assert_eq!(check.forms, forms - skipped, "{}", check.kind);
    }
}

#[test]
fn fees_are_those_of_the_reference() {
    fn read<T: FromBytes>(value: &Value) -> T {
        T::from_bytes(&from_hex(value.as_str().unwrap(), "bytes").unwrap()).unwrap()
    }
    for vector in vectors()["fees"].as_array().unwrap() {
        let settings: GasSettings = read(&vector["settings"]);
        let block: GasFees = read(&vector["block"]);
        let used: Gas = read(&vector["used"]);
        let effective = settings.effective_fees(block).unwrap();
        assert_eq!(
            to_hex(&effective.to_bytes())[2..],
            *vector["effective"].as_str().unwrap()
        );
        let fee = settings.transaction_fee(block, used).unwrap();
        assert_eq!(fee.to_string(), vector["fee"].as_str().unwrap());
        assert_eq!(
            settings.fee_limit().to_string(),
            vector["limit"].as_str().unwrap()
        );
    }
}

/// The padding of arrays is part of every form, also where nothing is claimed.
#[test]
fn an_empty_array_is_as_long_as_a_full_one() {
    fn same_length<T: ToFields + Default + Debug + PartialEq + Clone>(item: T) {
        let full = ClaimedLengthArray::<T, 3>::new(vec![item; 3]).unwrap();
        let empty = ClaimedLengthArray::<T, 3>::default();
        assert_eq!(full.to_fields().len(), empty.to_fields().len());
    }
    same_length(PublicCallRequest::default());
    same_length(ScopedPrivateLogData::default());
}
