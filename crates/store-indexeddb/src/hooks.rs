//! Faults that tests inject; nothing, and no cost, in other builds.

#[cfg(feature = "conformance")]
pub(crate) type Hooks = pixie_store::FaultPlan;

#[cfg(not(feature = "conformance"))]
pub(crate) use none::Hooks;

#[cfg(not(feature = "conformance"))]
mod none {
    use pixie_store::{BackendError, FaultPoint};

    #[derive(Clone, Default)]
    pub(crate) struct Hooks {}

    impl Hooks {
        pub(crate) fn reach(&self, _: FaultPoint) -> Result<(), BackendError> {
            Ok(())
        }

        pub(crate) fn quota(&self) -> Option<u64> {
            None
        }
    }
}
