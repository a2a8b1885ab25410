// Values of contracts as JSON, both ways, led by the types of the ABI.
//
// In:  numbers as JSON numbers or as strings (decimal or 0x…), addresses as 0x…,
//      structs as objects, an absent option as null.
// Out: fields and addresses as 0x and 64 digits, integers as decimal strings.
import { Fr } from '@aztec/aztec.js/fields';

const BOOLEANS = new Map([[true, true], [false, false], ['true', true], ['false', false]]);

/** Arguments of a function from JSON. */
export function parseArguments(abi, args = []) {
  if (!Array.isArray(args)) throw new Error(`args must be an array`);
  if (args.length !== abi.parameters.length)
    throw new Error(`${abi.name} takes ${abi.parameters.length} arguments, not ${args.length}`);
  return abi.parameters.map(({ name, type }, index) => parse(type, args[index], name));
}

function parse(type, value, at) {
  if (value === null || value === undefined) return value;
  switch (type.kind) {
    case 'field':
    case 'integer':
      return number(value, at);
    case 'boolean':
      if (!BOOLEANS.has(value)) throw new Error(`${at} must be true or false`);
      return BOOLEANS.get(value);
    case 'array':
      return value.map((item, index) => parse(type.type, item, `${at}[${index}]`));
    case 'struct': {
      // Bounded vectors are given as plain arrays.
      if (Array.isArray(value)) {
        const storage = type.fields.find(field => field.name === 'storage');
        if (storage) return value.map((item, index) => parse(storage.type.type, item, `${at}[${index}]`));
      }
      if (typeof value !== 'object') return structOf(type, value, at);
      const fields = type.fields.filter(field => field.name in value);
      // An option may be given as its value alone.
      const inner = type.fields.find(field => field.name === '_value');
      if (inner && !('_is_some' in value)) return parse(inner.type, value, at);
      return Object.fromEntries(fields.map(field => [field.name, parse(field.type, value[field.name], `${at}.${field.name}`)]));
    }
    default:
      return value;
  }
}

/** A struct that stands for one value: an address, a selector, a wrapped field, an option. */
function structOf(type, value, at) {
  const inner = type.fields.find(field => field.name === '_value') ?? (type.fields.length === 1 ? type.fields[0] : undefined);
  if (!inner) throw new Error(`${at} must be an object with ${type.fields.map(field => field.name).join(', ')}`);
  const parsed = parse(inner.type, value, at);
  if (inner.name === '_value') return parsed;
  return inner.name === 'inner' ? new Fr(parsed) : { [inner.name]: parsed };
}

function number(value, at) {
  try {
    return BigInt(value);
  } catch {
    throw new Error(`${at} must be a number, not ${JSON.stringify(value)}`);
  }
}

/** The decoded result of a function as JSON. */
export function printResult(types, value) {
  if (types.length === 0) return null;
  return types.length === 1 ? print(types[0], value) : types.map((type, index) => print(type, value[index]));
}

function print(type, value) {
  if (value === undefined || value === null) return null;
  switch (type.kind) {
    case 'field':
      return hexField(value);
    case 'integer':
      return value.toString();
    case 'array':
      return value.map(item => print(type.type, item));
    case 'tuple':
      return type.fields.map((field, index) => print(field, value[index]));
    case 'struct': {
      if (typeof value.toField === 'function') return value.toString();
      const inner = type.fields.find(field => field.name === '_value');
      if (inner && type.fields.length === 2) return print(inner.type, value);
      return Object.fromEntries(type.fields.map(field => [field.name, print(field.type, value[field.name])]));
    }
    default:
      return value;
  }
}

export const hexField = value => new Fr(BigInt(value)).toString();
