/// Declares a type that wraps one [`Fr`](crate::Fr) and says what the element means.
///
/// The type gets the text, JSON, binary and field-sequence forms of the element, a `Debug` that names
/// the type, and explicit conversions (`from_field`, `to_field`); nothing converts silently between
/// two such types.
#[macro_export]
macro_rules! field_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord,
            ::serde::Serialize, ::serde::Deserialize,
        )]
        #[repr(transparent)]
        #[serde(transparent)]
        pub struct $name($crate::Fr);

        impl $name {
            /// The zero value, which the protocol uses for "none".
            pub const ZERO: Self = Self($crate::Fr::ZERO);

            /// Gives an element this meaning.
            #[must_use]
            pub const fn from_field(field: $crate::Fr) -> Self {
                Self(field)
            }

            /// The bare element.
            #[must_use]
            pub const fn to_field(self) -> $crate::Fr {
                self.0
            }

            /// Whether this is the zero value.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                self.0.is_zero()
            }

            /// The value as 32 big-endian bytes.
            #[must_use]
            pub fn to_be_bytes(&self) -> [u8; 32] {
                self.0.to_be_bytes()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseFieldError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl $crate::ToBytes for $name {
            fn write_bytes(&self, out: &mut ::std::vec::Vec<u8>) {
                $crate::ToBytes::write_bytes(&self.0, out);
            }
        }

        impl $crate::FromBytes for $name {
            fn read_bytes(
                reader: &mut $crate::ByteReader<'_>,
            ) -> ::std::result::Result<Self, $crate::DecodeError> {
                <$crate::Fr as $crate::FromBytes>::read_bytes(reader).map(Self)
            }
        }

        impl $crate::ToFields for $name {
            fn write_fields(&self, out: &mut ::std::vec::Vec<$crate::Fr>) {
                out.push(self.0);
            }
        }

        impl $crate::FromFields for $name {
            fn read_fields(
                reader: &mut $crate::FieldReader<'_>,
            ) -> ::std::result::Result<Self, $crate::DecodeError> {
                reader.field().map(Self)
            }
        }
    };
}
