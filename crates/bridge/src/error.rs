//! What a dapp is told when something does not work out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest message of an error, in characters.
const MAX_MESSAGE: usize = 400;

/// Why a request failed, for programs. The text form is what goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The message is not what the protocol says.
    MalformedMessage,
    /// The wallet has no such method.
    UnknownMethod,
    /// The arguments do not fit the method.
    InvalidParams,
    /// The message is larger than the wallet takes.
    MessageTooLarge,
    /// The answer is larger than the wallet sends.
    AnswerTooLarge,
    /// The origin sends too much; try again later.
    RateLimited,
    /// The session has too many requests without an answer.
    TooManyPending,
    /// The message came out of order and was not looked at.
    OutOfOrder,
    /// The message names another wallet.
    WrongWallet,
    /// The message names another chain or rollup version than the session.
    WrongChain,
    /// The dapp has no capability for this.
    Unauthorized,
    /// The user said no.
    UserRejected,
    /// The wallet is locked.
    Locked,
    /// The wallet stopped while it worked on the request; whether it took effect must be looked up.
    Interrupted,
    /// The wallet knows what is asked for, but does not offer it.
    Unsupported,
    /// The request was well-formed but failed: a simulation reverted, the node was not reached.
    Failed,
    /// The wallet failed.
    Internal,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [Self; 17] = [
        Self::MalformedMessage,
        Self::UnknownMethod,
        Self::InvalidParams,
        Self::MessageTooLarge,
        Self::AnswerTooLarge,
        Self::RateLimited,
        Self::TooManyPending,
        Self::OutOfOrder,
        Self::WrongWallet,
        Self::WrongChain,
        Self::Unauthorized,
        Self::UserRejected,
        Self::Locked,
        Self::Interrupted,
        Self::Unsupported,
        Self::Failed,
        Self::Internal,
    ];
}

/// An error as it goes over the wire: `{code, message, data?}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct WireError {
    /// Why, for programs.
    pub code: ErrorCode,
    /// Why, for people.
    pub message: String,
    /// More, depending on the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl WireError {
    /// An error with a message, which is cut if it is too long.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
            message.truncate(end);
            message.push('…');
        }
        Self {
            code,
            message,
            data: None,
        }
    }

    /// The error with more data.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// The answer to a request that was not finished when the wallet stopped.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::new(
            ErrorCode::Interrupted,
            "the wallet was restarted while it worked on this request",
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_what_dapps_see() {
        let json = |code: ErrorCode| serde_json::to_string(&code).unwrap();
        assert_eq!(json(ErrorCode::UnknownMethod), "\"unknown-method\"");
        assert_eq!(json(ErrorCode::UserRejected), "\"user-rejected\"");
        for code in ErrorCode::ALL {
            assert_eq!(
                serde_json::from_str::<ErrorCode>(&json(code)).unwrap(),
                code
            );
        }
    }

    proptest! {
        #[test]
        fn errors_round_trip_and_are_short(index in 0..ErrorCode::ALL.len(), message in "\\PC{0,600}") {
            let error = WireError::new(ErrorCode::ALL[index], message.clone());
            prop_assert!(error.message.chars().count() <= MAX_MESSAGE + 1);
            prop_assert!(message.starts_with(error.message.trim_end_matches('…')));
            let error = error.with_data(serde_json::json!({ "retryAfter": 5 }));
            let json = serde_json::to_string(&error).unwrap();
            prop_assert_eq!(serde_json::from_str::<WireError>(&json).unwrap(), error);
        }
    }
}
