//! JSON-RPC 2.0 as the Aztec node speaks it (Aztec 4.1.2, foundation `SafeJsonRpcServer`): always a
//! batch, answers in any order, `result` absent where the method returned nothing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::NodeError;
use crate::transport::HttpResponse;

/// How many characters of an unusable body an error quotes.
const EXCERPT_CHARACTERS: usize = 120;

#[derive(Serialize)]
struct Request<'a> {
    jsonrpc: &'static str,
    id: u64,
    method: &'static str,
    params: &'a RawValue,
}

/// One call, ready to be sent.
pub(super) fn encode_call(
    id: u64,
    method: &'static str,
    params: &impl Serialize,
) -> Result<String, NodeError> {
    let failed = |error: serde_json::Error| NodeError::Encode {
        method,
        reason: error.to_string(),
    };
    let params = serde_json::value::to_raw_value(params).map_err(failed)?;
    // Serde writes the empty tuple as null, which the node takes for a mistake.
    let no_params = RawValue::from_string("[]".to_owned()).map_err(failed)?;
    let params = match params.get() {
        "null" => no_params,
        _ => params,
    };
    serde_json::to_string(&Request {
        jsonrpc: "2.0",
        id,
        method,
        params: &params,
    })
    .map_err(failed)
}

/// The body of a batch.
pub(super) fn encode_batch<'a>(calls: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut body = vec![b'['];
    for call in calls {
        if body.len() > 1 {
            body.push(b',');
        }
        body.extend_from_slice(call.as_bytes());
    }
    body.push(b']');
    body
}

#[derive(Deserialize)]
struct RawError {
    code: i64,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct RawAnswer<'a> {
    #[serde(default)]
    id: Option<u64>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<RawError>,
}

/// The node's answer to one call.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// The result as JSON text; `null` where there is none.
    Result(Box<RawValue>),
    /// The node's error.
    Error {
        /// JSON-RPC error code.
        code: i64,
        /// The node's words.
        message: String,
    },
    /// The node answered twice.
    Duplicate,
}

/// The answers of a batch by call.
#[derive(Debug, Default)]
pub(super) struct Answers {
    by_id: HashMap<u64, Answer>,
    to_all: Option<Answer>,
}

impl Answers {
    /// The answer to call `id`. An error without an id is meant for all calls.
    pub(super) fn get(&self, id: u64) -> Option<&Answer> {
        self.by_id.get(&id).or(self.to_all.as_ref())
    }
}

/// Reads the response to a batch.
pub(super) fn decode_batch(response: &HttpResponse) -> Result<Answers, NodeError> {
    let status = response.status;
    let body = response.body.trim_ascii_start();
    let is_success = (200..300).contains(&status);
    let answers = match body.first() {
        Some(b'[') => parse::<Vec<RawAnswer<'_>>>(body),
        Some(b'<') => {
            return Err(NodeError::HtmlPage {
                status,
                title: html_title(&String::from_utf8_lossy(body)),
            });
        }
        _ => parse::<RawAnswer<'_>>(body).map(|answer| vec![answer]),
    };
    let answers = match answers {
        Ok(answers) => answers,
        Err(_) if !is_success => return Err(NodeError::HttpStatus { status }),
        Err(error) => return Err(error),
    };

    let mut collected = Answers::default();
    for answer in answers {
        let value = match (answer.error, answer.result) {
            (Some(error), _) => Answer::Error {
                code: error.code,
                message: error.message,
            },
            (None, Some(result)) => Answer::Result(result.to_owned()),
            (None, None) => Answer::Result(RawValue::NULL.to_owned()),
        };
        match answer.id {
            Some(id) => {
                collected
                    .by_id
                    .entry(id)
                    .and_modify(|previous| *previous = Answer::Duplicate)
                    .or_insert(value);
            }
            // A server error page in the form of JSON-RPC is still a server error.
            None if status >= 500 => return Err(NodeError::HttpStatus { status }),
            None if matches!(value, Answer::Error { .. }) => collected.to_all = Some(value),
            None if is_success => {
                return Err(NodeError::MalformedEnvelope {
                    excerpt: excerpt(body),
                });
            }
            None => return Err(NodeError::HttpStatus { status }),
        }
    }
    Ok(collected)
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, NodeError> {
    use serde_json::error::Category;
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => NodeError::MalformedEnvelope {
            excerpt: excerpt(body),
        },
        Category::Io | Category::Syntax | Category::Eof => NodeError::MalformedJson {
            line: error.line(),
            column: error.column(),
            excerpt: excerpt(body),
        },
    })
}

fn excerpt(body: &[u8]) -> String {
    // Four bytes a character at most, so nothing beyond needs to be looked at.
    let start = &body[..body.len().min(4 * EXCERPT_CHARACTERS)];
    String::from_utf8_lossy(start)
        .chars()
        .take(EXCERPT_CHARACTERS)
        .collect()
}

fn html_title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let length = lower[start..].find('<')?;
    let title: String = page[start..start + length]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(EXCERPT_CHARACTERS)
        .collect();
    (!title.is_empty()).then_some(title)
}

/// Reads the result of one call into its type.
pub(super) fn decode_result<R: for<'de> Deserialize<'de>>(
    method: &'static str,
    result: &RawValue,
) -> Result<R, NodeError> {
    // The reference client takes the texts "null" and "undefined" for the absence of a result.
    let text = match result.get() {
        "\"null\"" | "\"undefined\"" => "null",
        text => text,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| NodeError::Decode {
        method,
        path: error.path().to_string(),
        reason: error.into_inner().to_string(),
    })
}
