//! What dapps do with contracts: registering them, asking about them, reading events.

use pixie_bridge::wire::{EventMetadataDefinition, PrivateEventFilter};
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::block::InBlock;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::keys::SecretKey;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, ContractClassId};
use pixie_pxe::state::EventQuery;
use pixie_store::Backend;
use serde::Serialize;

use super::{Answer, MethodError, Serving, answer};
use crate::approval::{ApprovalRequest, ContractRequest};
use crate::engine::{EngineError, Registration};
use crate::permissions::Decision;

/// What is known of a contract (aztec.js `ContractMetadata`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<ContractInstanceWithAddress>,
    is_contract_initialized: bool,
    is_contract_published: bool,
    is_contract_updated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_contract_class_id: Option<ContractClassId>,
}

/// What is known of a class (aztec.js `ContractClassMetadata`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractClassMetadata {
    is_artifact_registered: bool,
    is_contract_class_publicly_registered: bool,
}

/// A private event (aztec.js `PrivateEvent`).
#[derive(Debug, Serialize)]
struct PrivateEvent<T> {
    event: T,
    metadata: EventMetadata,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventMetadata {
    #[serde(flatten)]
    block: InBlock,
    tx_hash: TxHash,
}

impl<B: Backend> Serving<'_, B> {
    pub(super) async fn register_contract(
        &self,
        instance: ContractInstanceWithAddress,
        artifact: Option<ContractArtifact>,
        secret_key: Option<SecretKey>,
        decision: &Decision,
    ) -> Answer {
        if *decision != Decision::Allowed {
            let class_id = instance.instance.current_contract_class_id;
            let request = ContractRequest {
                address: instance.address,
                class_id,
                contract: artifact.as_ref().map(|artifact| artifact.name.clone()),
                has_secret_key: secret_key.is_some(),
            };
            let request = ApprovalRequest::RegisterContract(request);
            self.agree(request).await?;
        }
        let registered = self
            .engine
            .register_contract(Registration {
                instance,
                artifact,
                secret_key,
            })
            .await?;
        answer(&registered)
    }

    /// As Aztec 4.1.2, wallet-sdk `BaseWallet.getContractMetadata`.
    pub(super) async fn contract_metadata(&self, address: AztecAddress) -> Answer {
        let published = self.engine.node().contract(address).await;
        let published = published.map_err(EngineError::from)?;
        let updated = published.as_ref().and_then(|published| {
            let instance = &published.instance;
            let current = instance.current_contract_class_id;
            (current != instance.original_contract_class_id).then_some(current)
        });
        answer(&ContractMetadata {
            instance: self.engine.pxe().contract_instance(&address),
            is_contract_initialized: self.engine.is_initialized(address).await?,
            is_contract_published: published.is_some(),
            is_contract_updated: updated.is_some(),
            updated_contract_class_id: updated,
        })
    }

    pub(super) async fn class_metadata(&self, id: ContractClassId) -> Answer {
        let published = self.engine.node().contract_class(id).await;
        answer(&ContractClassMetadata {
            is_artifact_registered: self.engine.pxe().contract_artifact(&id).is_ok(),
            is_contract_class_publicly_registered: published.map_err(EngineError::from)?.is_some(),
        })
    }

    pub(super) async fn private_events(
        &self,
        event: &EventMetadataDefinition,
        filter: &PrivateEventFilter,
    ) -> Answer {
        let query = EventQuery {
            contract: filter.contract_address,
            selector: event.event_selector,
            from_block: filter.from_block,
            to_block: filter.to_block,
            scopes: filter.scopes.clone(),
            tx_hash: filter.tx_hash,
        };
        let watch = self.engine.watch(None);
        let found = self.engine.pxe().private_events(query, &watch).await;
        let found = found.map_err(EngineError::from)?;
        let events = found.events.iter().map(|found| {
            let event = event.abi_type.decode(&found.content, "event");
            Ok(PrivateEvent {
                event: event.map_err(EngineError::from)?,
                metadata: EventMetadata {
                    block: found.block,
                    tx_hash: found.tx_hash,
                },
            })
        });
        let events: Vec<_> = events.collect::<Result<_, MethodError>>()?;
        answer(&events)
    }
}
