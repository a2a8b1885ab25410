// Writes the functions that accounts call, and the canonical sponsored fee payer, as Rust: from the
// artifacts in the packages.
//
//   node generate-account-functions.mjs [--check]
import { EcdsaKAccountContractArtifact, EcdsaRAccountContractArtifact } from '@aztec/accounts/ecdsa';
import { SchnorrAccountContractArtifact } from '@aztec/accounts/schnorr';
import { StubAccountContractArtifact } from '@aztec/accounts/stub';
import { CallAuthorizationRequest } from '@aztec/aztec.js/authorization';
import { SPONSORED_FPC_SALT } from '@aztec/constants';
import { Fr } from '@aztec/foundation/curves/bn254';
import { AuthRegistryContractArtifact } from '@aztec/noir-contracts.js/AuthRegistry';
import { ContractClassRegistryContractArtifact } from '@aztec/noir-contracts.js/ContractClassRegistry';
import { ContractInstanceRegistryContractArtifact } from '@aztec/noir-contracts.js/ContractInstanceRegistry';
import { FPCContractArtifact } from '@aztec/noir-contracts.js/FPC';
import { FeeJuiceContractArtifact } from '@aztec/noir-contracts.js/FeeJuice';
import { MultiCallEntrypointContractArtifact } from '@aztec/noir-contracts.js/MultiCallEntrypoint';
import { SponsoredFPCContractArtifact } from '@aztec/noir-contracts.js/SponsoredFPC';
import { TokenContractArtifact } from '@aztec/noir-contracts.js/Token';
import { FunctionSelector, decodeFunctionSignature, getAllFunctionAbis } from '@aztec/stdlib/abi';
import { getContractClassFromArtifact, getContractInstanceFromInstantiationParams } from '@aztec/stdlib/contract';

import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('crates/accounts/src/known/generated.rs');

const accounts = [SchnorrAccountContractArtifact, EcdsaKAccountContractArtifact, EcdsaRAccountContractArtifact];

// Constant, what it is, the artifacts that must agree on it, function.
const functions = [
  ['ACCOUNT_ENTRYPOINT', 'Runs the calls of a transaction for an account.', accounts, 'entrypoint'],
  ['ACCOUNT_LOOKUP_VALIDITY', 'Whether an authwit is valid and not yet used. The ECDSA accounts lack it.', [SchnorrAccountContractArtifact], 'lookup_validity'],
  ['MULTI_CALL_ENTRYPOINT', 'Runs calls without an account.', [MultiCallEntrypointContractArtifact], 'entrypoint'],
  ['SET_AUTHORIZED', 'Gives or takes back a public authwit.', [AuthRegistryContractArtifact], 'set_authorized'],
  ['IS_CONSUMABLE', 'Whether a public authwit can be used.', [AuthRegistryContractArtifact], 'utility_is_consumable'],
  ['PUBLISH_CLASS', 'Publishes a contract class.', [ContractClassRegistryContractArtifact], 'publish'],
  ['PUBLISH_INSTANCE', 'Publishes a contract instance.', [ContractInstanceRegistryContractArtifact], 'publish_for_public_execution'],
  ['CLAIM_AND_END_SETUP', 'Claims fee juice that pays for this transaction.', [FeeJuiceContractArtifact], 'claim_and_end_setup'],
  ['SPONSOR_UNCONDITIONALLY', 'Pays for whoever asks.', [SponsoredFPCContractArtifact], 'sponsor_unconditionally'],
  ['FEE_ENTRYPOINT_PRIVATE', 'Pays against private tokens.', [FPCContractArtifact], 'fee_entrypoint_private'],
  ['FEE_ENTRYPOINT_PUBLIC', 'Pays against public tokens.', [FPCContractArtifact], 'fee_entrypoint_public'],
  ['GET_ACCEPTED_ASSET', 'The token that a fee payer takes.', [FPCContractArtifact], 'get_accepted_asset'],
  ['TOKEN_TRANSFER_TO_PUBLIC', 'Moves private tokens to a public balance.', [TokenContractArtifact], 'transfer_to_public'],
  ['TOKEN_TRANSFER_IN_PUBLIC', 'Moves public tokens.', [TokenContractArtifact], 'transfer_in_public'],
];

const capitalised = text => text[0].toUpperCase() + text.slice(1);

function returns([type]) {
  if (!type) return 'Nothing';
  if (type.kind === 'boolean') return 'Boolean';
  if (type.kind === 'struct' && type.path.endsWith('::AztecAddress')) return 'Address';
  throw new Error(`a return type that is not foreseen: ${JSON.stringify(type)}`);
}

async function fact(artifact, name) {
  const abi = getAllFunctionAbis(artifact).find(abi => abi.name === name);
  if (!abi) throw new Error(`${artifact.name} has no function ${name}`);
  const selector = await FunctionSelector.fromNameAndParameters(name, abi.parameters);
  return `    name: "${name}",
    signature: "${decodeFunctionSignature(name, abi.parameters)}",
    selector: ${selector.toString()},
    function_type: FunctionType::${capitalised(abi.functionType)},
    is_static: ${abi.isStatic},
    returns: Returns::${returns(abi.returnTypes)},
`;
}

async function constant([name, about, artifacts, functionName]) {
  const [first, ...others] = await Promise.all(artifacts.map(artifact => fact(artifact, functionName)));
  if (others.some(other => other !== first)) throw new Error(`${functionName} is not the same in all accounts`);
  return `
/// ${about}
pub(crate) const ${name}: KnownFunction = KnownFunction {
${first}};
`;
}

export async function render() {
  const sponsor = await getContractInstanceFromInstantiationParams(SponsoredFPCContractArtifact, {
    salt: new Fr(SPONSORED_FPC_SALT),
  });
  const { id: simulated } = await getContractClassFromArtifact(StubAccountContractArtifact);
  return `// Generated by tests/reference/generate-account-functions.mjs from the packages 4.1.2. Do not edit.

use pixie_primitives::abi::FunctionType;
use pixie_primitives::{AztecAddress, ContractClassId, Fr, fr};

use super::{KnownFunction, Returns};
${(await Promise.all(functions.map(constant))).join('')}
/// What an off-chain request for an authwit of a call begins with.
pub(crate) const CALL_AUTHORIZATION_SELECTOR: u32 = ${(await CallAuthorizationRequest.getSelector()).toString()};

pub(crate) const SIMULATED_ACCOUNT_CLASS_ID: ContractClassId = ContractClassId::from_field(fr!("${simulated}"));
pub(crate) const SPONSORED_FPC_CLASS_ID: ContractClassId = ContractClassId::from_field(fr!("${sponsor.currentContractClassId}"));
pub(crate) const SPONSORED_FPC_INITIALIZATION_HASH: Fr = fr!("${sponsor.initializationHash}");
pub(crate) const SPONSORED_FPC_SALT: Fr = fr!("${sponsor.salt}");
pub(crate) const SPONSORED_FPC_ADDRESS: AztecAddress = AztecAddress::from_field(fr!("${sponsor.address}"));
`;
}

await main(import.meta, path, render);
