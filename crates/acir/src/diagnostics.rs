//! What a contract says about its failures.

use crate::Fe;
use crate::debug::{self, SourceFile, SourceLocation};
use crate::exec::AssertionFailure;
use crate::ir::OpcodeLocation;
use core::fmt::Write as _;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Explains failures: an ABI's `error_types`, and debug symbols if there are any.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    error_types: Arc<HashMap<String, ErrorType>>,
    symbols: Option<Arc<str>>,
    files: Arc<HashMap<u32, SourceFile>>,
}

/// A message of the ABI.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "error_kind", rename_all = "lowercase")]
pub(crate) enum ErrorType {
    /// A constant message.
    String { string: String },
    /// A message with parameters in braces.
    FmtString {
        length: usize,
        item_types: Vec<AbiType>,
    },
    /// A value.
    Custom {
        #[serde(flatten)]
        value_type: AbiType,
    },
}

/// A type of the ABI.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum AbiType {
    Field,
    Boolean,
    Integer {
        sign: String,
        width: u32,
    },
    String {
        length: usize,
    },
    Array {
        length: usize,
        #[serde(rename = "type")]
        element: Box<AbiType>,
    },
    Struct {
        path: String,
        fields: Vec<AbiField>,
    },
    Tuple {
        fields: Vec<AbiType>,
    },
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AbiField {
    name: String,
    #[serde(rename = "type")]
    field_type: AbiType,
}

impl Diagnostics {
    pub(crate) fn new(
        error_types: Arc<HashMap<String, ErrorType>>,
        symbols: Option<Arc<str>>,
        files: Arc<HashMap<u32, SourceFile>>,
    ) -> Self {
        Self {
            error_types,
            symbols,
            files,
        }
    }

    /// Reads the `error_types` of an ABI (JSON). Failures are then explained without source places.
    ///
    /// # Errors
    /// If the text does not have the form of `error_types`.
    pub fn from_error_types(json: &str) -> Result<Self, serde_json::Error> {
        let error_types = Arc::new(serde_json::from_str(json)?);
        Ok(Self {
            error_types,
            ..Self::default()
        })
    }

    /// The message of a failed assertion, if the ABI has one.
    #[must_use]
    pub fn message(&self, assertion: &AssertionFailure) -> Option<String> {
        match self.error_types.get(&assertion.selector.to_string())? {
            ErrorType::String { string } => Some(string.clone()),
            ErrorType::FmtString { length, item_types } => {
                let mut data = Data {
                    fields: &assertion.data,
                };
                let template = data.text(*length)?;
                // The number of parameters follows the text.
                data.next()?;
                let mut items = Vec::with_capacity(item_types.len());
                for item_type in item_types {
                    let mut text = String::new();
                    data.display(item_type, &mut text)?;
                    items.push(text);
                }
                Some(fill(&template, &items))
            }
            ErrorType::Custom { value_type } => {
                let mut text = String::new();
                Data {
                    fields: &assertion.data,
                }
                .display(value_type, &mut text)?;
                Some(text)
            }
        }
    }

    /// The source call stack of opcodes, outermost first; empty without debug symbols.
    pub(crate) fn source_locations(
        &self,
        circuit: u32,
        locations: &[OpcodeLocation],
        brillig_function: Option<u32>,
    ) -> Vec<SourceLocation> {
        let Some(symbols) = &self.symbols else {
            return Vec::new();
        };
        let Ok(infos) = debug::parse_symbols(symbols) else {
            return Vec::new();
        };
        match infos.get(circuit as usize) {
            Some(info) => info.resolve(locations, brillig_function, &self.files),
            None => Vec::new(),
        }
    }
}

/// Puts values into the braces of a message; doubled braces stand for themselves.
fn fill(template: &str, items: &[String]) -> String {
    let mut items = items.iter();
    let mut message = String::with_capacity(template.len());
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '}' if characters.peek() == Some(&character) => {
                message.push(character);
                characters.next();
            }
            '{' => {
                let name: String = characters
                    .by_ref()
                    .take_while(|next| *next != '}')
                    .collect();
                match items.next() {
                    Some(item) => message.push_str(item),
                    None => {
                        let _ = write!(message, "{{{name}}}");
                    }
                }
            }
            other => message.push(other),
        }
    }
    message
}

/// Values of a message that are still to be read.
struct Data<'a> {
    fields: &'a [Fe],
}

impl Data<'_> {
    fn next(&mut self) -> Option<Fe> {
        let (first, rest) = self.fields.split_first()?;
        self.fields = rest;
        Some(*first)
    }

    fn text(&mut self, length: usize) -> Option<String> {
        let (characters, rest) = self.fields.split_at_checked(length)?;
        self.fields = rest;
        let bytes: Vec<u8> = characters
            .iter()
            .map(|character| character.to_limbs()[0] as u8)
            .collect();
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes a value in the way of Noir's `println`.
    fn display(&mut self, value_type: &AbiType, out: &mut String) -> Option<()> {
        match value_type {
            AbiType::Field => {
                let hex = self.next()?.to_hex();
                let digits = hex.trim_start_matches("0x").trim_start_matches('0');
                let padding = if digits.len() % 2 == 1 { "0" } else { "" };
                let digits = if digits.is_empty() { "00" } else { digits };
                let _ = write!(out, "0x{padding}{digits}");
            }
            AbiType::Boolean => {
                let _ = write!(out, "{}", self.next()?.is_one());
            }
            AbiType::Integer { sign, width } => {
                let value = self.next()?.to_u128()?;
                if sign == "signed" && (1..=127).contains(width) && value >> (width - 1) == 1 {
                    let _ = write!(out, "-{}", (1u128 << width).checked_sub(value)?);
                } else {
                    let _ = write!(out, "{value}");
                }
            }
            AbiType::String { length } => out.push_str(&self.text(*length)?),
            AbiType::Array { length, element } => {
                // Elements of no size would go on for ever.
                if *length > self.fields.len() {
                    return None;
                }
                out.push('[');
                for index in 0..*length {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.display(element, out)?;
                }
                out.push(']');
            }
            AbiType::Struct { path, fields } => {
                let name = path.rsplit("::").next().unwrap_or(path);
                let _ = write!(out, "{name} {{ ");
                for (index, field) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    let _ = write!(out, "{}: ", field.name);
                    self.display(&field.field_type, out)?;
                }
                out.push_str(" }");
            }
            AbiType::Tuple { fields } => {
                out.push('(');
                for (index, field) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.display(field, out)?;
                }
                out.push(')');
            }
        }
        Some(())
    }
}

#[cfg(test)]
#[path = "diagnostics_tests.rs"]
mod tests;
