//! How values look in TypeScript, in their JSON forms.

use std::path::PathBuf;

use ts_rs::{Config, TS};

use crate::abi::AbiValue;
use crate::auth_witness::{AuthWitMessageHash, InnerAuthWitHash};
use crate::tx::TxHash;
use crate::{AztecAddress, ContractClassId, FunctionSelector};

/// Values that are texts like others.
macro_rules! texts {
    ($($value:ty),* $(,)?) => {$(
        impl TS for $value {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &Config) -> String {
                "string".to_owned()
            }

            fn inline(cfg: &Config) -> String {
                Self::name(cfg)
            }
        }
    )*};
}

/// Values that have a type of their own.
macro_rules! named {
    ($($value:ty => $name:literal = $form:literal, $doc:literal;)*) => {$(
        impl TS for $value {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn docs() -> Option<String> {
                Some(concat!("/** ", $doc, " */\n").to_owned())
            }

            fn name(_: &Config) -> String {
                $name.to_owned()
            }

            fn inline(_: &Config) -> String {
                $form.to_owned()
            }

            fn decl(_: &Config) -> String {
                concat!("type ", $name, " = ", $form, ";").to_owned()
            }

            fn output_path() -> Option<PathBuf> {
                Some($name.into())
            }
        }
    )*};
}

texts! {
    AuthWitMessageHash,
    ContractClassId,
    FunctionSelector,
    InnerAuthWitHash,
}

named! {
    AztecAddress => "Address" = "string", "An address, in hexadecimal.";
    TxHash => "TxHash" = "string", "The hash of a transaction, in hexadecimal.";
    AbiValue => "AbiJson" = "string | boolean | null | AbiJson[] | { [member: string]: AbiJson }",
        "A value of an argument, as the ABI has it.";
}
