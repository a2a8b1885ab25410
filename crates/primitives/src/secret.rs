/// Declares a type that holds a secret element: wiped when dropped, with a `Debug` that tells nothing
/// and no comparison, text, JSON or binary form of its own.
macro_rules! secret_element {
    ($(#[$doc:meta])* $name:ident($field:ty)) => {
        $(#[$doc])*
        #[derive(Clone, ::zeroize::Zeroize, ::zeroize::ZeroizeOnDrop)]
        pub struct $name($field);

        impl $name {
            /// Takes an element for this secret.
            #[must_use]
            pub const fn from_field(field: $field) -> Self {
                Self(field)
            }

            /// The secret itself, for computations; a copy is not wiped.
            #[must_use]
            pub const fn expose(&self) -> $field {
                self.0
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
pub(crate) use secret_element;
