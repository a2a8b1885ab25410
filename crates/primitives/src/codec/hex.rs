use super::DecodeError;

/// Bytes as `0x` and two lower-case digits each.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("0x");
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)] as char);
        text.push(DIGITS[usize::from(byte & 15)] as char);
    }
    text
}

/// Reads hexadecimal text, with or without the prefix; `what` names the value in an error.
pub fn from_hex(text: &str, what: &'static str) -> Result<Vec<u8>, DecodeError> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let (pairs, rest) = digits.as_chunks::<2>();
    let malformed = DecodeError::Malformed { what };
    if !rest.is_empty() {
        return Err(malformed);
    }
    let value = |digit: u8| (digit as char).to_digit(16).map(|value| value as u8);
    pairs
        .iter()
        .map(|[high, low]| Some(value(*high)? << 4 | value(*low)?))
        .collect::<Option<_>>()
        .ok_or(malformed)
}

/// Reads hexadecimal text of exactly `N` bytes.
pub fn array_from_hex<const N: usize>(
    text: &str,
    what: &'static str,
) -> Result<[u8; N], DecodeError> {
    let bytes = from_hex(text, what)?;
    let actual = bytes.len();
    bytes.try_into().map_err(|_| {
        DecodeError::Field(crate::ParseFieldError::Length {
            field: what,
            expected: N,
            actual,
        })
    })
}

/// Gives a type with a binary form the text and JSON form that the reference's `hexSchemaFor`
/// structures have: the hexadecimal of that binary form.
#[macro_export]
macro_rules! hex_of_bytes {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&$crate::codec::to_hex(&$crate::ToBytes::to_bytes(self)))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::DecodeError;

            /// Reads hexadecimal, with or without the prefix.
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                let bytes = $crate::codec::from_hex(text, stringify!($name))?;
                <Self as $crate::FromBytes>::from_bytes(&bytes)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(
                    deserializer,
                )?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}
