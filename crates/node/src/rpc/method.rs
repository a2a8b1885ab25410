/// How a call may be treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// Changes nothing; may be batched and repeated.
    Read,
    /// Changes nothing, but the node computes for a while: own request, longer deadline.
    Heavy,
    /// Changes something: own request, longer deadline, never repeated.
    Write,
}

/// A JSON-RPC method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// The name on the wire.
    pub name: &'static str,
    /// How it may be treated.
    pub kind: CallKind,
}

impl Method {
    /// A method that reads.
    #[must_use]
    pub const fn read(name: &'static str) -> Self {
        Self {
            name,
            kind: CallKind::Read,
        }
    }

    /// A method that reads, with much work for the node.
    #[must_use]
    pub const fn heavy(name: &'static str) -> Self {
        Self {
            name,
            kind: CallKind::Heavy,
        }
    }

    /// A method that changes something.
    #[must_use]
    pub const fn write(name: &'static str) -> Self {
        Self {
            name,
            kind: CallKind::Write,
        }
    }
}
