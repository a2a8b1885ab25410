// Writes tests/vectors/vault.json: the accounts that follow from recovery phrases, and what the
// default key derivation makes of a password.
//
//   node generate-vault-vectors.mjs [--check]
import { EcdsaKAccountContract, EcdsaRAccountContract } from '@aztec/accounts/ecdsa';
import { SchnorrAccountContract } from '@aztec/accounts/schnorr';
import { getAccountContractAddress } from '@aztec/aztec.js/account';
import { Fq, Fr } from '@aztec/foundation/curves/bn254';

import { fromRoot, main } from './lib/generated.mjs';
import { accountRoot, accountValue, argon2id } from './lib/vault.mjs';

export const path = fromRoot('tests/vectors/vault.json');

// Published test vectors of BIP-39.
const phrases = [
  `${'abandon '.repeat(23)}art`,
  'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold',
];
const secp256k1 = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const secp256r1 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const types = [
  ['schnorr', Fq.MODULUS, key => new SchnorrAccountContract(Fq.fromBuffer(key))],
  ['ecdsa-k', secp256k1, key => new EcdsaKAccountContract(key)],
  ['ecdsa-r', secp256r1, key => new EcdsaRAccountContract(key)],
];

const hex = buffer => `0x${Buffer.from(buffer).toString('hex')}`;

async function account(root, [type, order, contract], index) {
  const secretKey = accountValue(root, type, index, 'secret-key', Fr.MODULUS);
  const signingKey = accountValue(root, type, index, 'signing-key', order);
  const salt = accountValue(root, type, index, 'salt', Fr.MODULUS);
  const address = await getAccountContractAddress(contract(signingKey), Fr.fromBuffer(secretKey), Fr.fromBuffer(salt));
  return { type, index, secretKey: hex(secretKey), signingKey: hex(signingKey), salt: hex(salt), address: address.toString() };
}

async function accounts(phrase) {
  const root = accountRoot(phrase);
  const indexes = [0, 1, 4294967295];
  const each = types.flatMap(type => indexes.map(index => account(root, type, index)));
  return { phrase, accounts: await Promise.all(each) };
}

function key(password, saltByte) {
  const salt = Buffer.alloc(16, saltByte);
  return { password, salt: hex(salt), memoryKib: 65536, passes: 3, lanes: 1, key: hex(argon2id(password, salt, 65536, 3, 1)) };
}

export async function render() {
  const vectors = {
    kdf: key('correct horse battery staple', 7),
    phrases: await Promise.all(phrases.map(accounts)),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

await main(import.meta, path, render);
