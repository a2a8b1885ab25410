//! Arguments and answers of oracles.

use super::{Fuel, Machine, OracleMismatch, Slot, VmFault, type_fault};
use crate::Fe;
use crate::ir::{BitSize, HeapValueType, IntegerSize, ValueOrArray};
use crate::lower::ForeignCallSite;

/// A question to the world outside of the circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignCall {
    /// Name of the oracle.
    pub name: String,
    /// Arguments.
    pub inputs: Vec<ForeignValue>,
}

/// An argument or a part of the answer of an oracle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignValue {
    /// One value.
    Single(Fe),
    /// Several values; nested arrays are flattened.
    Array(Vec<Fe>),
}

impl ForeignValue {
    /// The values.
    #[must_use]
    pub fn fields(&self) -> &[Fe] {
        match self {
            Self::Single(value) => core::slice::from_ref(value),
            Self::Array(values) => values,
        }
    }
}

impl From<Fe> for ForeignValue {
    fn from(value: Fe) -> Self {
        Self::Single(value)
    }
}

impl From<Vec<Fe>> for ForeignValue {
    fn from(values: Vec<Fe>) -> Self {
        Self::Array(values)
    }
}

/// Values per element, if it has a fixed size.
fn flattened_size(value_type: &HeapValueType) -> Option<u64> {
    match value_type {
        HeapValueType::Simple(_) => Some(1),
        HeapValueType::Array { value_types, size } => {
            let mut element = 0u64;
            for part in value_types {
                element = element.checked_add(flattened_size(part)?)?;
            }
            element.checked_mul(u64::from(*size))
        }
        HeapValueType::Vector { .. } => None,
    }
}

fn all_simple(value_types: &[HeapValueType]) -> bool {
    value_types
        .iter()
        .all(|value_type| matches!(value_type, HeapValueType::Simple(_)))
}

impl Machine {
    /// Collects the arguments of a call.
    pub(super) fn foreign_call(
        &self,
        site: &ForeignCallSite,
        fuel: &mut Fuel,
    ) -> Result<ForeignCall, VmFault> {
        let types_fault = || VmFault::OracleTypes {
            name: site.name.clone(),
        };
        let mut inputs = Vec::with_capacity(site.inputs.len());
        // A vector's length in elements is the argument before it.
        let mut preceding_length = None;
        for (input, value_type) in &site.inputs {
            let mut length = None;
            let value = match (input, value_type) {
                (ValueOrArray::Value(address), HeapValueType::Simple(bit_size)) => {
                    let slot = self.memory.read(self.resolve_ir(*address));
                    if *bit_size == BitSize::Integer(IntegerSize::U32) {
                        length = Some(slot.low_bits() as u32);
                    }
                    ForeignValue::Single(slot.to_field())
                }
                (ValueOrArray::Array(array), HeapValueType::Array { value_types, size }) => {
                    if u64::from(*size) * value_types.len() as u64 != u64::from(array.size) {
                        return Err(types_fault());
                    }
                    let start = self.pointer(self.resolve_ir(array.pointer))?;
                    let mut values = Vec::new();
                    self.read_values(start, array.size, value_types, &mut values, fuel, site)?;
                    ForeignValue::Array(values)
                }
                (ValueOrArray::Vector(vector), HeapValueType::Vector { value_types }) => {
                    let start = self.pointer(self.resolve_ir(vector.pointer))?;
                    let size = self.memory.read(self.resolve_ir(vector.size));
                    let size = size.as_u32().ok_or_else(|| type_fault(32, &size))?;
                    let mut values = Vec::new();
                    self.read_values(start, size, value_types, &mut values, fuel, site)?;
                    // The vector may have more room than elements.
                    let elements = preceding_length.ok_or_else(types_fault)?;
                    let mut element_size = 0u64;
                    for part in value_types {
                        let part = flattened_size(part).ok_or_else(types_fault)?;
                        element_size = element_size.saturating_add(part);
                    }
                    let used = element_size.saturating_mul(u64::from(elements));
                    values.truncate(usize::try_from(used).unwrap_or(usize::MAX));
                    ForeignValue::Array(values)
                }
                _ => return Err(types_fault()),
            };
            preceding_length = length;
            inputs.push(value);
        }
        Ok(ForeignCall {
            name: site.name.clone(),
            inputs,
        })
    }

    /// Reads `size` slots, following the pointers to nested arrays.
    fn read_values(
        &self,
        start: usize,
        size: u32,
        value_types: &[HeapValueType],
        values: &mut Vec<Fe>,
        fuel: &mut Fuel,
        site: &ForeignCallSite,
    ) -> Result<(), VmFault> {
        let types_fault = || VmFault::OracleTypes {
            name: site.name.clone(),
        };
        fuel.spend(u64::from(size))?;
        if all_simple(value_types) {
            let slots = self.memory.read_slice(start, size as usize)?;
            values.extend(slots.iter().map(|slot| slot.to_field()));
            return Ok(());
        }
        if !(size as usize).is_multiple_of(value_types.len()) {
            return Err(types_fault());
        }
        for (offset, value_type) in (0..size as usize).zip(value_types.iter().cycle()) {
            let index = start.saturating_add(offset);
            match value_type {
                HeapValueType::Simple(_) => values.push(self.memory.read(index).to_field()),
                HeapValueType::Array { value_types, size } => {
                    // An array's items follow its reference count.
                    let items = self.pointer(index)?.saturating_add(1);
                    let slots = u64::from(*size) * value_types.len() as u64;
                    let slots = u32::try_from(slots).map_err(|_| types_fault())?;
                    self.read_values(items, slots, value_types, values, fuel, site)?;
                }
                HeapValueType::Vector { .. } => return Err(types_fault()),
            }
        }
        Ok(())
    }

    /// Writes the answer of a call.
    pub(super) fn foreign_call_answer(
        &mut self,
        site: &ForeignCallSite,
        answer: &[ForeignValue],
        fuel: &mut Fuel,
    ) -> Result<(), VmFault> {
        let mismatch = |reason: OracleMismatch| VmFault::OracleAnswer {
            name: site.name.clone(),
            reason,
        };
        let types_fault = || VmFault::OracleTypes {
            name: site.name.clone(),
        };
        if answer.len() != site.destinations.len() {
            return Err(mismatch(OracleMismatch::Count {
                expected: site.destinations.len(),
                actual: answer.len(),
            }));
        }
        for (position, ((destination, value_type), value)) in
            site.destinations.iter().zip(answer).enumerate()
        {
            let fields = value.fields();
            fuel.spend(fields.len() as u64)?;
            if let Some(expected) = flattened_size(value_type)
                && expected != fields.len() as u64
            {
                return Err(mismatch(OracleMismatch::Length {
                    position,
                    expected,
                    actual: fields.len(),
                }));
            }
            let shape_fault = || mismatch(OracleMismatch::Shape { position });
            let width_fault = |bits| mismatch(OracleMismatch::Width { position, bits });
            match (destination, value_type) {
                (ValueOrArray::Value(address), HeapValueType::Simple(bit_size)) => {
                    let ForeignValue::Single(value) = value else {
                        return Err(shape_fault());
                    };
                    let slot = Slot::checked(*value, *bit_size)
                        .ok_or_else(|| width_fault(bit_size.bits()))?;
                    let index = self.resolve_ir(*address);
                    self.memory.write(index, slot)?;
                }
                (ValueOrArray::Array(array), HeapValueType::Array { value_types, size }) => {
                    if u64::from(*size) * value_types.len() as u64 != u64::from(array.size) {
                        return Err(types_fault());
                    }
                    let start = self.pointer(self.resolve_ir(array.pointer))?;
                    if all_simple(value_types) && matches!(value, ForeignValue::Single(_)) {
                        return Err(shape_fault());
                    }
                    let mut remaining = fields;
                    self.write_array(start, *size, value_types, &mut remaining)
                        .map_err(|fault| fault.into_fault(types_fault, width_fault))?;
                }
                (ValueOrArray::Vector(vector), HeapValueType::Vector { value_types }) => {
                    if !all_simple(value_types) {
                        return Err(types_fault());
                    }
                    if matches!(value, ForeignValue::Single(_)) {
                        return Err(shape_fault());
                    }
                    let elements = match value_types.len() {
                        0 if fields.is_empty() => 0,
                        0 => return Err(shape_fault()),
                        width if fields.len().is_multiple_of(width) => fields.len() / width,
                        _ => return Err(shape_fault()),
                    };
                    let count = u32::try_from(fields.len()).map_err(|_| shape_fault())?;
                    let elements = u32::try_from(elements).map_err(|_| shape_fault())?;
                    let size = self.resolve_ir(vector.size);
                    self.memory.write(size, Slot::u32(count))?;
                    let start = self.pointer(self.resolve_ir(vector.pointer))?;
                    let mut remaining = fields;
                    self.write_array(start, elements, value_types, &mut remaining)
                        .map_err(|fault| fault.into_fault(types_fault, width_fault))?;
                }
                _ => return Err(types_fault()),
            }
        }
        Ok(())
    }

    /// Writes an array of flattened values, following the pointers to nested arrays.
    fn write_array(
        &mut self,
        start: usize,
        size: u32,
        value_types: &[HeapValueType],
        values: &mut &[Fe],
    ) -> Result<(), WriteFault> {
        if value_types.is_empty() {
            return Ok(());
        }
        let mut index = start;
        for _ in 0..size {
            for value_type in value_types {
                match value_type {
                    HeapValueType::Simple(bit_size) => {
                        let (value, rest) = values.split_first().ok_or(WriteFault::Types)?;
                        *values = rest;
                        let slot = Slot::checked(*value, *bit_size)
                            .ok_or(WriteFault::Width(bit_size.bits()))?;
                        self.memory.write(index, slot)?;
                    }
                    HeapValueType::Array { value_types, size } => {
                        let items = self.pointer(index)?.saturating_add(1);
                        self.write_array(items, *size, value_types, values)?;
                    }
                    HeapValueType::Vector { .. } => return Err(WriteFault::Types),
                }
                index = index.saturating_add(1);
            }
        }
        Ok(())
    }
}

/// Why values could not be written.
enum WriteFault {
    Types,
    Width(u32),
    Machine(VmFault),
}

impl From<VmFault> for WriteFault {
    fn from(fault: VmFault) -> Self {
        Self::Machine(fault)
    }
}

impl WriteFault {
    fn into_fault(self, types: impl Fn() -> VmFault, width: impl Fn(u32) -> VmFault) -> VmFault {
        match self {
            Self::Types => types(),
            Self::Width(bits) => width(bits),
            Self::Machine(fault) => fault,
        }
    }
}
