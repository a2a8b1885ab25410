//! Whose notes and keys an operation may use.

use pixie_primitives::AztecAddress;

/// The accounts whose notes and keys an operation may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessScopes {
    /// Every account of the wallet.
    All,
    /// These accounts; none if the list is empty.
    Only(Vec<AztecAddress>),
}

impl AccessScopes {
    /// Nothing may be used.
    pub const NONE: Self = Self::Only(Vec::new());

    /// Whether the account may be used.
    #[must_use]
    pub fn allows(&self, account: &AztecAddress) -> bool {
        match self {
            Self::All => true,
            Self::Only(accounts) => accounts.contains(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_denies_all() {
        let [one, other] = [1_u32, 2].map(AztecAddress::from);
        assert!(AccessScopes::All.allows(&one));
        assert!(!AccessScopes::NONE.allows(&one));
        assert!(AccessScopes::Only(vec![one]).allows(&one));
        assert!(!AccessScopes::Only(vec![one]).allows(&other));
    }
}
