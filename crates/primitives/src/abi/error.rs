use super::path::Path;
use crate::field::ParseFieldError;

/// A value does not fit its ABI type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`: {problem}")]
pub struct AbiError {
    /// The place in the value: the parameter's name, then members and indexes.
    pub path: String,
    /// What is wrong there.
    pub problem: AbiProblem,
}

impl AbiError {
    pub(super) fn at(path: &Path<'_>, problem: AbiProblem) -> Self {
        Self {
            path: path.to_string(),
            problem,
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbiProblem {
    /// Nothing was given.
    #[error("a value of type {expected} is missing")]
    Missing {
        /// The type in Noir's notation.
        expected: String,
    },
    /// A member that the struct does not have, or a parameter that the function does not have.
    #[error("there is no member `{name}`")]
    UnknownMember {
        /// The name given.
        name: String,
    },
    /// A value of another kind.
    #[error("{found} where {expected} is needed")]
    Mismatch {
        /// The type in Noir's notation.
        expected: String,
        /// The kind of value found.
        found: &'static str,
    },
    /// An integer outside of its type's range.
    #[error("the value is out of the range of {expected}")]
    OutOfRange {
        /// The type in Noir's notation.
        expected: String,
    },
    /// The text is no integer.
    #[error("not an integer")]
    NotAnInteger,
    /// A value that is neither true nor false.
    #[error("not a boolean")]
    NotABoolean,
    /// A sequence of the wrong length.
    #[error("{actual} items where {expected} are needed")]
    Length {
        /// Items needed.
        expected: usize,
        /// Items given.
        actual: usize,
    },
    /// A bounded sequence or a text longer than its type allows.
    #[error("{actual} items where at most {maximum} fit")]
    TooLong {
        /// The limit.
        maximum: usize,
        /// Items given.
        actual: usize,
    },
    /// A character that does not fit into one byte.
    #[error("character {character:?} does not fit into a byte")]
    Character {
        /// The character.
        character: char,
    },
    /// The fields end too early.
    #[error("{missing} more fields are needed")]
    UnexpectedEnd {
        /// Fields missing.
        missing: usize,
    },
    /// Fields are left over.
    #[error("{count} fields are left over")]
    TrailingFields {
        /// Fields left over.
        count: usize,
    },
    /// The type describes more than any circuit can hold.
    #[error("the type has more than {limit} parts")]
    TypeTooLarge {
        /// The limit.
        limit: usize,
    },
    /// A field element is malformed or out of the field.
    #[error(transparent)]
    Field(#[from] ParseFieldError),
}

/// An ABI type in an artifact could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ABI type of `{path}`: {problem}")]
pub struct AbiTypeError {
    /// The place of the type: the parameter's name, then members.
    pub path: String,
    /// What is wrong there.
    pub problem: AbiTypeProblem,
}

impl AbiTypeError {
    pub(super) fn at(path: &Path<'_>, problem: AbiTypeProblem) -> Self {
        Self {
            path: path.to_string(),
            problem,
        }
    }
}

/// What is wrong with an ABI type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbiTypeProblem {
    /// A member that this kind of type needs is missing.
    #[error("`{member}` is missing")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// A kind that Aztec 4.1.2 does not have.
    #[error("unknown kind `{kind}`")]
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// An integer is neither signed nor unsigned.
    #[error("unknown sign `{sign}`")]
    UnknownSign {
        /// The sign.
        sign: String,
    },
    /// An integer width outside of 1 to 128 bits.
    #[error("integers of {width} bits are not supported")]
    UnsupportedWidth {
        /// The width in bits.
        width: u32,
    },
    /// A visibility that Aztec 4.1.2 does not have.
    #[error("unknown visibility `{visibility}`")]
    UnknownVisibility {
        /// The visibility.
        visibility: String,
    },
    /// A kind of error that Aztec 4.1.2 does not have.
    #[error("unknown error kind `{kind}`")]
    UnknownErrorKind {
        /// The kind.
        kind: String,
    },
}
