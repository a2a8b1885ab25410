// What can be found out from a copy of a profile: every file of it is searched for things that should be
// nobody's business, in all the forms in which they might be written down.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** So many bytes of something tell it; parts are looked for since databases break values up. */
const TELLING = 10;

/** The forms in which a text may be written. */
const ofText = (text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];

/** The forms in which a part of a value may be written: bytes in either order, hexadecimal, base64. */
function ofBytes(bytes) {
  const reversed = Buffer.from(bytes).reverse();
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
  // It may begin anywhere in a group of three bytes; the outermost digits depend on what is around it.
  for (const skipped of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(skipped), bytes]).toString('base64').replaceAll('=', '');
    texts.push(encoded.slice(skipped === 0 ? 0 : skipped + 1, -1));
  }
  return [bytes, reversed, ...texts.flatMap(ofText)];
}

function forms(secret) {
  if (typeof secret === 'bigint') {
    const digits = secret.toString(16);
    const bytes = Buffer.from(digits.padStart(Math.ceil(digits.length / 2) * 2, '0'), 'hex');
    return [...ofText(String(secret)), ...ofBytes(bytes)];
  }
  if (!/^0x[0-9a-f]{64}$/.test(secret)) return ofText(secret);
  const bytes = Buffer.from(secret.slice(2), 'hex');
  // The first ones may be zeros, which tell nothing.
  return [bytes.subarray(2, 2 + TELLING), bytes.subarray(-TELLING)].flatMap(ofBytes);
}

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/**
 * Where something of the secrets is found.
 * @param {string} profile the folder
 * @param {Record<string, string | bigint>} secrets texts, fields in hexadecimal, amounts; by what they are
 * @param {Buffer} stored what pages of the extension can read, see {@link contentsOf}
 */
export function traces(profile, secrets, stored = Buffer.alloc(0)) {
  const searched = files(profile).map((path) => [relative(profile, path), readFileSync(path)]);
  searched.push(['what pages can read', stored]);
  return Object.entries(secrets).flatMap(([what, secret]) => {
    const wanted = forms(secret);
    const places = searched.filter(([, bytes]) => wanted.some((form) => bytes.includes(form))).map(([place]) => place);
    return places.length > 0 ? [{ what, places }] : [];
  });
}

/** Everything that the extension's origin keeps, as its pages read it: unpacked, whatever the files look like. */
export async function contentsOf(page) {
  const text = await page.evaluate(async () => {
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const plain = (_, value) => {
      if (value instanceof ArrayBuffer) return hex(new Uint8Array(value));
      return ArrayBuffer.isView(value) ? hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) : value;
    };
    const found = [{ ...localStorage }, await chrome.storage.local.get(null)];
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const store = database.transaction(table).objectStore(table);
        found.push([name, table, await done(store.getAllKeys()), await done(store.getAll())]);
      }
      database.close();
    }
    return JSON.stringify(found, plain);
  });
  return Buffer.from(text);
}

/** Leaves things that must be found, or else the search is no good. */
export async function leaveControls(page) {
  const random = () => `0x${randomBytes(32).toString('hex')}`;
  const controls = { 'a text in the storage of pages': random(), 'bytes in a database': random() };
  await page.evaluate(async ([text, bytes]) => {
    localStorage.setItem('control', text);
    const request = indexedDB.open('control', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('rows');
    const database = await new Promise((done) => (request.onsuccess = () => done(request.result)));
    const value = Uint8Array.from(bytes.slice(2).match(/../g), (byte) => Number.parseInt(byte, 16));
    const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' });
    transaction.objectStore('rows').put(value, 1);
    await new Promise((done) => (transaction.oncomplete = done));
    database.close();
  }, Object.values(controls));
  return controls;
}
