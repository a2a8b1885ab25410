//! What is told of a failure: where it happened and what the contract says about it.

use super::error::{AssertionFailure, ExecutionError, FailureKind};
use super::frame::Frame;
use super::{Execution, solve};
use crate::ir::OpcodeLocation;
use crate::lower::{CircuitCode, PayloadPart};
use crate::vm::VmFault;

impl Execution {
    /// Adds to a failure where it happened and what the contract says about it.
    pub(super) fn explain(&self, kind: FailureKind) -> ExecutionError {
        let Some(frame) = self.frames.last() else {
            return ExecutionError::new(kind);
        };
        let acir_index = frame.ip as u32;
        let circuit = self.program.code.circuits.get(frame.circuit as usize);
        let (locations, assertion, brillig) = match &kind {
            FailureKind::Brillig {
                function, fault, ..
            } => {
                let locations = self
                    .machine
                    .locations()
                    .into_iter()
                    .map(|brillig_index| OpcodeLocation::Brillig {
                        acir_index,
                        brillig_index,
                    })
                    .collect();
                let assertion = match fault {
                    VmFault::Trap {
                        payload: Some((selector, data)),
                    } => Some(AssertionFailure {
                        selector: *selector,
                        data: data.clone(),
                    }),
                    _ => None,
                };
                (locations, assertion, Some(*function))
            }
            FailureKind::UnsatisfiedConstraint | FailureKind::IndexOutOfBounds { .. } => (
                vec![OpcodeLocation::Acir(acir_index)],
                circuit.and_then(|circuit| assertion_of(circuit, frame)),
                None,
            ),
            _ => (vec![OpcodeLocation::Acir(acir_index)], None, None),
        };
        let diagnostics = self.program.diagnostics();
        let message = match &assertion {
            Some(assertion) => diagnostics.message(assertion),
            None => None,
        };
        let source = diagnostics.source_locations(frame.circuit, &locations, brillig);
        ExecutionError::new(kind)
            .at(frame.circuit, locations)
            .with_assertion(assertion)
            .with_message(message)
            .with_source(source)
    }
}

/// The payload that a circuit holds for its present opcode.
fn assertion_of(code: &CircuitCode, frame: &Frame) -> Option<AssertionFailure> {
    let (selector, parts) = code.payloads.get(&(frame.ip as u32))?;
    let mut data = Vec::new();
    for part in parts {
        match part {
            PayloadPart::Value(expression) => {
                data.push(solve::evaluate(&code.expressions, *expression, &frame.witness).ok()?);
            }
            PayloadPart::Memory(block) => {
                data.extend(frame.blocks.get(*block as usize)?.as_ref()?);
            }
        }
    }
    Some(AssertionFailure {
        selector: *selector,
        data,
    })
}
