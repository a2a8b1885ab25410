//! Wildcards: `'*'` for everything, or a list, or one value.

use std::fmt;
use std::marker::PhantomData;

use pixie_primitives::AztecAddress;
use serde::de::value::{SeqAccessDeserializer, StrDeserializer};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::object::objects_only;

objects_only! {
    FunctionPattern,
}

/// What stands for everything.
const ANY: &str = "*";

/// Everything, or what a list names. JSON form: `"*"` or an array.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(untagged))]
pub enum Scope<T> {
    /// Everything.
    #[cfg_attr(feature = "typescript", ts(type = "'*'"))]
    Any,
    /// What is listed, in the order given.
    Only(Vec<T>),
}

impl<T: PartialEq> Scope<T> {
    /// Whether the item is in the scope.
    #[must_use]
    pub fn contains(&self, item: &T) -> bool {
        match self {
            Self::Any => true,
            Self::Only(items) => items.contains(item),
        }
    }

    /// Whether nothing is in the scope.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only(items) if items.is_empty())
    }

    /// How many items are listed.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Any => 0,
            Self::Only(items) => items.len(),
        }
    }
}

impl<T: PartialEq + Clone> Scope<T> {
    /// What is in both scopes.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, scope) | (scope, Self::Any) => scope.clone(),
            (Self::Only(items), other) => {
                let both = items.iter().filter(|item| other.contains(item));
                Self::Only(both.cloned().collect())
            }
        }
    }
}

/// Anything, or one value. JSON form: `"*"` or the value's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(untagged))]
pub enum Wildcard<T> {
    /// Anything.
    #[cfg_attr(feature = "typescript", ts(type = "'*'"))]
    Any,
    /// This value.
    One(T),
}

impl<T: PartialEq> Wildcard<T> {
    /// Whether the value is meant.
    #[must_use]
    pub fn matches(&self, value: &T) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == value,
        }
    }
}

impl<T: PartialEq + Clone> Wildcard<T> {
    /// What both mean, if anything.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, both) | (both, Self::Any) => Some(both.clone()),
            (Self::One(one), other) => other.matches(one).then(|| self.clone()),
        }
    }
}

impl<T: Serialize> Serialize for Scope<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => to.serialize_str(ANY),
            Self::Only(items) => items.serialize(to),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Scope<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Form<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Form<T> {
            type Value = Scope<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("'*' or an array")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Scope<T>, E> {
                match text {
                    ANY => Ok(Scope::Any),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Scope<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(Scope::Only)
            }
        }
        from.deserialize_any(Form(PhantomData))
    }
}

impl<T: Serialize> Serialize for Wildcard<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => to.serialize_str(ANY),
            Self::One(one) => one.serialize(to),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wildcard<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        match &*text {
            ANY => Ok(Self::Any),
            one => T::deserialize(StrDeserializer::<D::Error>::new(one)).map(Self::One),
        }
    }
}

/// Functions of contracts that a capability is for, with the accounts or contracts whose secrets a
/// call may use beside those of its sender.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct FunctionPattern {
    /// The contract.
    pub contract: Wildcard<AztecAddress>,
    /// The function's name, as the contract's artifact has it.
    pub function: Wildcard<String>,
    /// Whose notes and keys a call may use beside its sender's; nobody's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_scopes: Option<Scope<AztecAddress>>,
}

impl FunctionPattern {
    /// What both patterns match, if anything can be.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let additional_scopes = match (&self.additional_scopes, &other.additional_scopes) {
            (Some(one), Some(other)) => Some(one.meet(other)),
            _ => None,
        };
        Some(Self {
            contract: self.contract.meet(&other.contract)?,
            function: self.function.meet(&other.function)?,
            additional_scopes,
        })
    }
}

impl Scope<FunctionPattern> {
    /// What is in both scopes: every pattern of the one met with every pattern of the other.
    #[must_use]
    pub fn meet_patterns(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, scope) | (scope, Self::Any) => scope.clone(),
            (Self::Only(one), Self::Only(other)) => {
                let mut both = Vec::new();
                for pattern in one {
                    for met in other.iter().filter_map(|with| pattern.meet(with)) {
                        if !both.contains(&met) {
                            both.push(met);
                        }
                    }
                }
                Self::Only(both)
            }
        }
    }
}
