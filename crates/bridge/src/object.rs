//! Structures of messages are JSON objects; serde by itself would take arrays for them as well.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a structure from an object only.
pub(crate) struct ObjectsOnly<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ObjectsOnly<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// Gives structures, whose serde derives say `remote = "Self"`, forms that are objects.
macro_rules! objects_only {
    ($($name:ident),* $(,)?) => {$(
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::object::ObjectsOnly(from))
            }
        }
    )*};
}
pub(crate) use objects_only;

#[cfg(test)]
mod tests {
    use crate::capability::{AppMetadata, Behavior, FunctionPattern};
    use crate::wire::{UtilityOptions, WaitOptions};

    #[test]
    fn arrays_are_no_structures() {
        assert!(serde_json::from_str::<Behavior>("{}").is_ok());
        assert!(serde_json::from_str::<Behavior>("[]").is_err());
        assert!(serde_json::from_str::<WaitOptions>("[1.5]").is_err());
        assert!(serde_json::from_str::<AppMetadata>(r#"["name", "1"]"#).is_err());
        assert!(serde_json::from_str::<FunctionPattern>(r#"["*", "*"]"#).is_err());
        let scope = format!(r#"["{:#066x}"]"#, 1);
        assert!(serde_json::from_str::<UtilityOptions>(&scope).is_err());
    }
}
