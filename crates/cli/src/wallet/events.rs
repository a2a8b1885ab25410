//! Private events by their types in the artifact.

use pixie_primitives::abi::{
    AbiParameter, AbiType, AbiValue, ParameterVisibility, StructType, function_signature,
};
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, EventSelector};
use pixie_pxe::pxe::PrivateEvents;
use pixie_pxe::state::EventQuery;
use serde::Serialize;
use serde_json::Value;

use super::{Wallet, WalletError};

/// A type of event that a contract exports.
#[derive(Debug, Clone, Copy)]
pub struct EventType<'a> {
    /// The name without its module.
    pub name: &'a str,
    structure: &'a StructType,
}

/// An event, read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecodedEvent {
    /// The name of its type.
    pub event: String,
    /// Its members.
    pub values: Value,
    /// The block that it came with.
    pub block: u32,
    /// The transaction that emitted it.
    pub tx_hash: TxHash,
}

/// The types of event that a contract exports.
pub fn event_types(artifact: &ContractArtifact) -> impl Iterator<Item = EventType<'_>> {
    artifact.events().iter().filter_map(|ty| match ty {
        AbiType::Struct(structure) => Some(EventType {
            name: structure.path.rsplit("::").next().unwrap_or_default(),
            structure,
        }),
        _ => None,
    })
}

/// A type of event by its name.
pub fn event_type<'a>(
    artifact: &'a ContractArtifact,
    name: &str,
) -> Result<EventType<'a>, WalletError> {
    event_types(artifact)
        .find(|event| event.name == name)
        .ok_or_else(|| WalletError::UnknownEvent(name.to_owned()))
}

impl EventType<'_> {
    /// The selector: the hash of the name and the members' types (Aztec 4.1.2, aztec.nr
    /// `EventInterface::get_event_type_id`).
    pub fn selector(&self) -> Result<EventSelector, WalletError> {
        let members = self.structure.fields.iter().map(|field| AbiParameter {
            name: field.name.clone(),
            ty: field.ty.clone(),
            visibility: ParameterVisibility::Private,
        });
        let members: Vec<_> = members.collect();
        let signature = function_signature(self.name, &members)?;
        Ok(EventSelector::from_signature(&signature)?)
    }

    fn decode(&self, content: &[pixie_primitives::Fr]) -> Result<AbiValue, WalletError> {
        let ty = AbiType::Struct(self.structure.clone());
        Ok(ty.decode(content, self.name)?)
    }
}

impl Wallet {
    /// The private events of a type that accounts have received.
    pub async fn events(
        &self,
        contract: AztecAddress,
        event: EventType<'_>,
        scopes: Vec<AztecAddress>,
        blocks: std::ops::Range<Option<u32>>,
    ) -> Result<Vec<DecodedEvent>, WalletError> {
        let query = EventQuery {
            contract,
            selector: event.selector()?,
            from_block: blocks.start.map(BlockNumber),
            to_block: blocks.end.map(BlockNumber),
            scopes,
            tx_hash: None,
        };
        let PrivateEvents { events, .. } = self.pxe().private_events(query, &self.watch()).await?;
        events
            .iter()
            .map(|found| {
                Ok(DecodedEvent {
                    event: event.name.to_owned(),
                    values: serde_json::to_value(event.decode(&found.content)?).unwrap_or_default(),
                    block: found.block.l2_block_number.0,
                    tx_hash: found.tx_hash,
                })
            })
            .collect()
    }
}
