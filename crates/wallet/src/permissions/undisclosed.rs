use super::{Acting, Decision, Gate};
use crate::approval::{ApprovalId, ApprovalToken};
use crate::observed::Observed;

/// What a simulation gave, which the dapp that asked for it does not get to see before its calls were
/// decided on.
#[must_use = "nobody has seen it yet"]
pub struct Undisclosed<T> {
    outcome: T,
    observed: Observed,
}

impl<T> Undisclosed<T> {
    /// Keeps an outcome back.
    pub const fn new(outcome: T, observed: Observed) -> Self {
        Self { outcome, observed }
    }

    /// What the simulation showed.
    #[must_use]
    pub const fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Hands the outcome out if the gate lets it through.
    ///
    /// # Errors
    /// Gives it back with what else is to be done: to ask the user, or to refuse.
    pub fn disclose(
        self,
        gate: &Gate<'_>,
        acting: &Acting<'_>,
    ) -> Result<T, Box<(Decision, Self)>> {
        match gate.recheck(acting, &self.observed) {
            Decision::Allowed => Ok(self.outcome),
            decision => Err(Box::new((decision, self))),
        }
    }

    /// Keeps the outcome for the answer to an approval request, which has to show what the simulation
    /// did.
    pub fn awaiting(self, id: ApprovalId) -> Held<T> {
        Held {
            outcome: self.outcome,
            id,
        }
    }
}

/// An outcome that waits for the user's answer.
#[must_use = "nobody has seen it yet"]
pub struct Held<T> {
    outcome: T,
    id: ApprovalId,
}

impl<T> Held<T> {
    /// Hands the outcome out if this is the approval that it waits for.
    ///
    /// # Errors
    /// Gives itself and the approval back if that is of another request.
    pub fn release(self, token: ApprovalToken) -> Result<T, Box<(Self, ApprovalToken)>> {
        match token.id() == self.id {
            true => Ok(self.outcome),
            false => Err(Box::new((self, token))),
        }
    }
}

impl<T> std::fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl<T> std::fmt::Debug for Undisclosed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Undisclosed")
            .field("observed", &self.observed)
            .finish_non_exhaustive()
    }
}
