// Writes the vectors of the cryptographic half of crates/primitives, from the reference packages.
//
//   node generate-vectors.mjs [--check]
//
// Every input derives from a label by SHA-256, so that a second run writes the same file.
import { createHash } from 'node:crypto';

import { DomainSeparator, NULLIFIER_TREE_HEIGHT, PUBLIC_DATA_TREE_HEIGHT } from '@aztec/constants';
import { Aes128 } from '@aztec/foundation/crypto/aes128';
import { Ecdsa, EcdsaSignature } from '@aztec/foundation/crypto/ecdsa';
import { Grumpkin } from '@aztec/foundation/crypto/grumpkin';
import { pedersenCommit, pedersenHash } from '@aztec/foundation/crypto/pedersen';
import {
  poseidon2Hash,
  poseidon2HashBytes,
  poseidon2HashWithSeparator,
  poseidon2Permutation,
} from '@aztec/foundation/crypto/poseidon';
import { Schnorr, SchnorrSignature } from '@aztec/foundation/crypto/schnorr';
import { sha256ToField } from '@aztec/foundation/crypto/sha256';
import { sha512ToGrumpkinScalar } from '@aztec/foundation/crypto/sha512';
import { Fq, Fr } from '@aztec/foundation/curves/bn254';
import { Point } from '@aztec/foundation/curves/grumpkin';
import { EthAddress } from '@aztec/foundation/eth-address';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { SiblingPath } from '@aztec/foundation/trees';
import { AuthWitness, computeInnerAuthWitHash, computeOuterAuthWitHash } from '@aztec/stdlib/auth-witness';
import { AztecAddress } from '@aztec/stdlib/aztec-address';
import {
  CompleteAddress,
  computeInitializationHashFromEncodedArgs,
  computePartialAddress,
  computeSaltedInitializationHash,
} from '@aztec/stdlib/contract';
import { FunctionSelector } from '@aztec/stdlib/abi';
import * as hashes from '@aztec/stdlib/hash';
import * as keys from '@aztec/stdlib/keys';
import { ExtendedDirectionalAppTaggingSecret, SiloedTag, Tag } from '@aztec/stdlib/logs';
import { L1Actor, L1ToL2Message, L2Actor } from '@aztec/stdlib/messaging';
import {
  NullifierLeaf,
  NullifierLeafPreimage,
  NullifierMembershipWitness,
  PublicDataTreeLeaf,
  PublicDataTreeLeafPreimage,
  PublicDataWitness,
} from '@aztec/stdlib/trees';
import { Capsule } from '@aztec/stdlib/tx';
import { secp256k1 } from '@noble/curves/secp256k1';
import { p256 } from '@noble/curves/p256';

import { fromRoot, main } from './lib/generated.mjs';

export const path = fromRoot('tests/vectors/crypto.json');

const sha = (algorithm, ...parts) => {
  const hash = createHash(algorithm);
  parts.forEach(part => hash.update(part));
  return hash.digest();
};
const wide = label => Buffer.concat([sha('sha256', label), sha('sha256', `${label}'`)]);
const fr = label => Fr.fromBufferReduce(wide(label));
const fq = label => Fq.fromBufferReduce(wide(label));
const frs = (label, count) => Array.from({ length: count }, (_, i) => fr(`${label} ${i}`));
const bytes = (label, count) =>
  Buffer.concat(Array.from({ length: Math.ceil(count / 32) }, (_, i) => sha('sha256', `${label} ${i}`))).subarray(0, count);
const address = label => new AztecAddress(fr(label));
const hex = buffer => `0x${Buffer.from(buffer).toString('hex')}`;
const all = (items, make) => Promise.all(items.map(make));

function assert(condition, what) {
  if (!condition) throw new Error(`the reference does not agree: ${what}`);
}

async function poseidon2() {
  const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 16, 61];
  const state = frs('permutation', 4);
  return {
    permutation: { input: state, output: await poseidon2Permutation(state) },
    hash: await all(lengths, async n => {
      const inputs = frs('poseidon2', n);
      return { inputs, output: await poseidon2Hash(inputs) };
    }),
    with_separator: await all([0, 1, 2, 5], async n => {
      const inputs = frs('separated', n);
      const separator = DomainSeparator.EVENT_COMMITMENT;
      return { separator, inputs, output: await poseidon2HashWithSeparator(inputs, separator) };
    }),
    bytes: await all([0, 1, 30, 31, 32, 62, 63, 200], async n => {
      const input = bytes('poseidon2 bytes', n);
      return { input: hex(input), output: await poseidon2HashBytes(input) };
    }),
  };
}

async function otherHashes() {
  return {
    pedersen_hash: await all([[1, 0], [2, 0], [3, 0], [3, 5], [9, 0], [2, 40]], async ([n, index]) => {
      const inputs = frs('pedersen', n);
      return { inputs, index, output: await pedersenHash(inputs, index) };
    }),
    pedersen_commit: await all([[1, 0], [4, 2]], async ([n, index]) => {
      const inputs = frs('commit', n);
      const [x, y] = await pedersenCommit(inputs.map(f => f.toBuffer()), index);
      return { inputs, index, output: hex(Buffer.concat([x, y])) };
    }),
    sha256_to_field: [0, 1, 64, 100].map(n => {
      const input = bytes('sha256', n);
      return { input: hex(input), output: sha256ToField([input]) };
    }),
    sha512_to_scalar: [1, 64, 200].map(n => {
      const input = bytes('sha512', n);
      return { input: hex(input), output: sha512ToGrumpkinScalar([input]) };
    }),
  };
}

async function points() {
  return all([0, 1, 2, 3], async i => {
    const scalar = fq(`scalar ${i}`);
    const other = fq(`other scalar ${i}`);
    const point = await Grumpkin.mul(Grumpkin.generator, scalar);
    const product = await Grumpkin.mul(point, other);
    return {
      scalar,
      other,
      point,
      product,
      sum: await Grumpkin.add(point, product),
      compressed: hex(point.toCompressedBuffer()),
      hash: await point.hash(),
      fields: point.toFields(),
    };
  });
}

async function signatures() {
  const schnorr = new Schnorr();
  const message = bytes('message', 32);
  const key = fq('schnorr key');
  const publicKey = await schnorr.computePublicKey(key);
  // The reference signs with a random nonce; here it is the one that Pixie derives for noise of 32
  // bytes 7, so that the file is reproducible and Pixie's signature is one that the reference accepts.
  const noise = Buffer.alloc(32, 7);
  const nonce = Fq.fromBufferReduce(
    sha('sha512', 'pixie/schnorr/nonce/v1', key.toBuffer(), noise, Buffer.from([0]), message),
  );
  const commitment = await Grumpkin.mul(Grumpkin.generator, nonce);
  const compressed = await pedersenHash([commitment.x, publicKey.x, publicKey.y]);
  const e = sha('blake2s256', compressed.toBuffer(), message);
  const product = (Fq.fromBufferReduce(e).toBigInt() * key.toBigInt()) % Fq.MODULUS;
  const s = new Fq((nonce.toBigInt() - product + Fq.MODULUS) % Fq.MODULUS);
  const signature = new SchnorrSignature(Buffer.concat([s.toBuffer(), e]));
  assert(await schnorr.verifySignature(message, publicKey, signature), 'schnorr');

  const ecdsa = await all([['secp256k1', secp256k1], ['secp256r1', p256]], async ([curve, noble]) => {
    const reference = new Ecdsa(curve);
    const key = bytes(`${curve} key`, 32);
    const publicKey = await reference.computePublicKey(key);
    const signed = noble.sign(sha('sha256', message), key, { lowS: true });
    const signature = Buffer.from(signed.toCompactRawBytes());
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    const full = new EcdsaSignature(r, s, Buffer.from([27 + signed.recovery]));
    assert(await reference.verifySignature(message, publicKey, full), curve);
    return [curve, { key: hex(key), public_key: hex(publicKey), message: hex(message), signature: hex(signature) }];
  });

  const aes = new Aes128();
  return {
    schnorr: { key, public_key: publicKey, message: hex(message), noise: hex(noise), signature: hex(signature.toBuffer()) },
    ...Object.fromEntries(ecdsa),
    aes128: await all([0, 1, 15, 16, 17, 100], async n => {
      const [key, iv, plaintext] = [bytes('aes key', 16), bytes('aes iv', 16), bytes('aes text', n)];
      const ciphertext = await aes.encryptBufferCBC(plaintext, iv, key);
      const wrong = bytes('another aes key', 16);
      return {
        key: hex(key),
        iv: hex(iv),
        plaintext: hex(plaintext),
        ciphertext: hex(ciphertext),
        wrong_key: hex(wrong),
        garbage: hex(await aes.decryptBufferCBC(ciphertext, iv, wrong)),
      };
    }),
  };
}

async function keysAndAddresses() {
  return all([0, 1, 2, 3], async i => {
    const secret = fr(`secret ${i}`);
    const app = address(`app ${i}`);
    const derived = await keys.deriveKeys(secret);
    const initialization = {
      selector: FunctionSelector.fromField(new Fr(0x12345678 + i)),
      arguments: frs(`constructor ${i}`, i),
    };
    const initializationHash = await computeInitializationHashFromEncodedArgs(
      initialization.selector,
      initialization.arguments,
    );
    const parts = {
      originalContractClassId: fr(`class ${i}`),
      initializationHash,
      salt: fr(`salt ${i}`),
      deployer: i === 0 ? AztecAddress.ZERO : address(`deployer ${i}`),
    };
    const partialAddress = await computePartialAddress(parts);
    const complete = await CompleteAddress.fromSecretKeyAndPartialAddress(secret, partialAddress);
    const preaddress = await complete.getPreaddress();
    return {
      secret,
      master: {
        n: derived.masterNullifierHidingKey,
        iv: derived.masterIncomingViewingSecretKey,
        ov: derived.masterOutgoingViewingSecretKey,
        t: derived.masterTaggingSecretKey,
      },
      signing_key: keys.deriveSigningKey(secret),
      app,
      app_keys: {
        n: await keys.computeAppNullifierHidingKey(derived.masterNullifierHidingKey, app),
        iv: await keys.computeAppSecretKey(derived.masterIncomingViewingSecretKey, app, 'iv'),
        ov: await keys.computeAppSecretKey(derived.masterOutgoingViewingSecretKey, app, 'ov'),
        t: await keys.computeAppSecretKey(derived.masterTaggingSecretKey, app, 't'),
      },
      ovsk_app_scalar: await keys.computeOvskApp(derived.masterOutgoingViewingSecretKey, app),
      public_keys: derived.publicKeys,
      public_keys_text: derived.publicKeys.toString(),
      public_keys_fields: derived.publicKeys.toFields(),
      public_keys_hash: await derived.publicKeys.hash(),
      class_id: parts.originalContractClassId,
      selector: initialization.selector.toField(),
      arguments: initialization.arguments,
      initialization_hash: initializationHash,
      salt: parts.salt,
      deployer: parts.deployer,
      salted_initialization_hash: await computeSaltedInitializationHash(parts),
      partial_address: partialAddress,
      preaddress,
      address: complete.address,
      address_point: await complete.address.toAddressPoint(),
      address_secret: await keys.computeAddressSecret(preaddress, derived.masterIncomingViewingSecretKey),
      complete_address: complete,
    };
  });
}

async function domainHashes() {
  const contract = address('contract');
  const [a, b, c] = frs('domain', 3);
  const ethAddress = EthAddress.fromField(new Fr(sha('sha256', 'eth').readBigUInt64BE()));
  const l1ToL2 = new L1ToL2Message(new L1Actor(ethAddress, 31337), new L2Actor(contract, 5), a, b, c);
  const args = frs('arguments', 5);
  const chain = { chainId: new Fr(31337), version: new Fr(4127419662) };
  const inner = await computeInnerAuthWitHash(args);
  const witness = new AuthWitness(a, frs('witness', 3));
  const capsule = new Capsule(contract, b, frs('capsule', 2));
  return {
    contract,
    a,
    b,
    c,
    eth_address: ethAddress,
    arguments: args,
    note_hash_nonce: await hashes.computeNoteHashNonce(a, 7),
    siloed_note_hash: await hashes.siloNoteHash(contract, a),
    unique_note_hash: await hashes.computeUniqueNoteHash(a, b),
    siloed_nullifier: await hashes.siloNullifier(contract, a),
    protocol_nullifier: await hashes.computeProtocolNullifier(a),
    siloed_private_log_first_field: await hashes.computeSiloedPrivateLogFirstField(contract, a),
    public_data_tree_leaf_slot: await hashes.computePublicDataTreeLeafSlot(contract, a),
    var_args_hash: await hashes.computeVarArgsHash(args),
    var_args_hash_empty: await hashes.computeVarArgsHash([]),
    calldata_hash: await hashes.computeCalldataHash(args),
    calldata_hash_empty: await hashes.computeCalldataHash([]),
    secret_hash: await hashes.computeSecretHash(a),
    verification_key_hash: await hashes.hashVK(args),
    storage_slot_in_map: await hashes.deriveStorageSlotInMap(a, contract),
    l1_to_l2_message_nullifier: await hashes.computeL1ToL2MessageNullifier(contract, a, b),
    l1_to_l2_message_hash: l1ToL2.hash(),
    l2_to_l1_message_hash: hashes.computeL2ToL1MessageHash({
      l2Sender: contract,
      l1Recipient: ethAddress,
      content: a,
      rollupVersion: b,
      chainId: c,
    }),
    inner_authwit_hash: inner,
    chain_id: chain.chainId,
    version: chain.version,
    authwit_message_hash: await computeOuterAuthWitHash(contract, chain.chainId, chain.version, inner),
    authwit_call_inner_hash: await computeInnerAuthWitHash([
      contract.toField(),
      new Fr(0xabcdef01),
      await hashes.computeVarArgsHash(args),
    ]),
    auth_witness: { fields: witness.witness, text: witness },
    capsule: { data: capsule.data, text: capsule },
  };
}

async function trees() {
  const nullifier = new NullifierMembershipWitness(
    77n,
    new NullifierLeafPreimage(new NullifierLeaf(fr('nullifier')), fr('next nullifier'), 12n),
    new SiblingPath(NULLIFIER_TREE_HEIGHT, frs('nullifier path', NULLIFIER_TREE_HEIGHT).map(f => f.toBuffer())),
  );
  const publicData = new PublicDataWitness(
    2n ** 39n + 5n,
    new PublicDataTreeLeafPreimage(new PublicDataTreeLeaf(fr('slot'), fr('value')), fr('next slot'), 2n ** 35n),
    new SiblingPath(PUBLIC_DATA_TREE_HEIGHT, frs('public data path', PUBLIC_DATA_TREE_HEIGHT).map(f => f.toBuffer())),
  );
  const root = async (leaf, { index, siblingPath }) => {
    let node = leaf;
    let at = index;
    for (const sibling of siblingPath.toFields()) {
      node = await poseidon2Hash(at & 1n ? [sibling, node] : [node, sibling]);
      at >>= 1n;
    }
    return node;
  };
  const nullifierLeaf = await poseidon2Hash(nullifier.leafPreimage.toFields());
  const publicDataLeaf = await publicData.leafPreimage.hash();
  return {
    nullifier: {
      json: JSON.parse(jsonStringify(nullifier)),
      fields: nullifier.toFields(),
      leaf: nullifierLeaf,
      root: await root(nullifierLeaf, nullifier),
    },
    public_data: {
      json: JSON.parse(jsonStringify(publicData)),
      text: publicData.toString(),
      fields: publicData.toNoirRepresentation().flat(),
      leaf: publicDataLeaf,
      root: await root(publicDataLeaf, publicData),
    },
  };
}

async function tags() {
  return all([0, 1, 2], async i => {
    const [localSecret, externalSecret] = [fr(`local ${i}`), fr(`external ${i}`)];
    const local = await CompleteAddress.fromSecretKeyAndPartialAddress(localSecret, fr(`local partial ${i}`));
    const external = await CompleteAddress.fromSecretKeyAndPartialAddress(externalSecret, fr(`external partial ${i}`));
    const app = address(`tag app ${i}`);
    const recipient = i % 2 === 0 ? external.address : local.address;
    const ivsk = keys.deriveMasterIncomingViewingSecretKey(localSecret);
    const extendedSecret = await ExtendedDirectionalAppTaggingSecret.compute(local, ivsk, external.address, app, recipient);
    const preTag = { extendedSecret, index: 3 * i };
    return {
      local_secret: localSecret,
      local,
      external: external.address,
      app,
      recipient,
      pre_tag: preTag,
      text: extendedSecret.toString(),
      tag: await Tag.compute(preTag),
      siloed_tag: await SiloedTag.compute(preTag),
    };
  });
}

export async function render() {
  const vectors = {
    poseidon2: await poseidon2(),
    hashes: await otherHashes(),
    points: await points(),
    signatures: await signatures(),
    keys: await keysAndAddresses(),
    default_public_keys: keys.PublicKeys.default(),
    default_public_keys_hash: await keys.PublicKeys.default().hash(),
    domain: await domainHashes(),
    tags: await tags(),
    trees: await trees(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

await main(import.meta, path, render);
