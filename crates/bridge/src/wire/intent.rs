use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::InnerAuthWitHash;
use pixie_primitives::tx::FunctionCall;
use serde::{Deserialize, Serialize};

/// What an account is asked to authorise (aztec.js `MessageHashOrIntentSchema`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AuthWitIntent {
    /// Something that only its hash is known of: nobody can say what it is.
    #[serde(rename_all = "camelCase")]
    InnerHash {
        /// The contract that will check.
        consumer: AztecAddress,
        /// The hash.
        inner_hash: InnerAuthWitHash,
    },
    /// A call.
    Call {
        /// Who may make it.
        caller: AztecAddress,
        /// The call.
        call: Box<FunctionCall>,
    },
}

impl<'de> Deserialize<'de> for AuthWitIntent {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Members {
            consumer: Option<AztecAddress>,
            inner_hash: Option<InnerAuthWitHash>,
            caller: Option<AztecAddress>,
            call: Option<Box<FunctionCall>>,
        }
        let custom = <D::Error as serde::de::Error>::custom::<&str>;
        let members = Members::deserialize(from)?;
        let hash = members.consumer.zip(members.inner_hash);
        match (hash, members.caller.zip(members.call)) {
            (Some((consumer, inner_hash)), None) => Ok(Self::InnerHash {
                consumer,
                inner_hash,
            }),
            (None, Some((caller, call))) => Ok(Self::Call { caller, call }),
            // The reference takes the first of the two; that would sign what nobody was shown.
            (Some(_), Some(_)) => Err(custom("either a hash or a call is authorised, not both")),
            (None, None) => Err(custom(
                "neither `consumer` and `innerHash` nor `caller` and `call` are there",
            )),
        }
    }
}
