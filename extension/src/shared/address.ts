// Addresses of Aztec: the x coordinate of a point of the curve Grumpkin, y² = x³ − 17, over the
// field of 254 bits that BN254 calls its scalar field.

const MODULUS = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

export type CheckedAddress =
  | { ok: true; address: string }
  | { ok: false; problem: AddressProblem };
export type AddressProblem = 'empty' | 'notHex' | 'wrongLength' | 'zero' | 'notAnAddress';

/** Reads an address as a person pastes it. Every second random value is no address at all. */
export function checkAddress(text: string): CheckedAddress {
  const no = (problem: AddressProblem): CheckedAddress => ({ ok: false, problem });
  const compact = text.replace(/[\s\u200b]/g, '').toLowerCase();
  if (compact === '') return no('empty');
  const digits = compact.startsWith('0x') ? compact.slice(2) : compact;
  if (!/^[0-9a-f]*$/.test(digits)) return no('notHex');
  if (digits.length !== 64) return no('wrongLength');
  const value = BigInt(`0x${digits}`);
  if (value === 0n) return no('zero');
  if (value >= MODULUS || !isOnCurve(value)) return no('notAnAddress');
  return { ok: true, address: `0x${digits}` };
}

export function addressProblemText(problem: AddressProblem): string {
  switch (problem) {
    case 'empty':
      return 'Enter an address.';
    case 'notHex':
      return 'An address begins with 0x and has the digits 0–9 and a–f only.';
    case 'wrongLength':
      return 'An address has 64 digits after 0x. A part of it may be missing.';
    case 'zero':
      return 'This is the zero address. Nobody could use what is sent there.';
    case 'notAnAddress':
      return 'Nobody can have this address. Compare it with where you copied it from.';
  }
}

function isOnCurve(x: bigint): boolean {
  const square = (((x * x) % MODULUS) * x - 17n + MODULUS) % MODULUS;
  return square === 0n || power(square, (MODULUS - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % MODULUS;
    square = (square * square) % MODULUS;
  }
  return result;
}

/** In groups of four digits, after `0x`. */
export function addressGroups(address: string): string[] {
  return address.replace(/^0x/, '').match(/.{1,4}/g) ?? [];
}

/** `0x1a2b 3c4d … 9f01 7e3c`: enough of both ends that a look-alike is hard to make. */
export function shortAddress(address: string, ends = 2): string {
  const groups = addressGroups(address);
  if (groups.length <= 2 * ends) return address;
  return `0x${[...groups.slice(0, ends), '…', ...groups.slice(-ends)].join('\u00a0')}`;
}

export const sameAddress = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();
