import assert from 'node:assert/strict';
import { test } from 'node:test';

import { grantsOf, groupsOf, initialChoice } from '../src/approval/grants.ts';
import type { Manifest } from '../src/shared/api.ts';
import { request } from './fake/requests.ts';
import { random } from './random.ts';

const shown = request('connect').request;
assert(shown.kind === 'connect');
const { manifest, accounts } = shown;
const groups = groupsOf(manifest);
const all = new Set(groups.flatMap(({ items }) => items.map(({ id }) => id)));

test('who narrows nothing grants all that was asked for', () => {
  const granted = grantsOf(manifest, all, accounts);
  const [first, ...rest] = granted;
  assert.deepEqual(first, { ...manifest.capabilities[0], accounts });
  assert.deepEqual(rest, manifest.capabilities.slice(1));
});

test('nothing chosen is nothing granted', () => {
  assert.deepEqual(grantsOf(manifest, new Set(), accounts), []);
});

test('without accounts no account is granted', () => {
  const granted = grantsOf(manifest, all, []);
  assert(!granted.some(({ type }) => type === 'accounts'));
});

test('the address book is shared only if one says so', () => {
  const initial = initialChoice(groups);
  const [book] = groups.flatMap(({ items }) => items).filter(({ text }) => text === 'Read your address book');
  assert(book && !initial.has(book.id));
  assert.equal(initial.size, all.size - 1);
});

test('every item can be left out, and what is granted is within what was asked for', () => {
  const text = JSON.stringify;
  const next = random(6);
  for (let round = 0; round < 500; round += 1) {
    const chosen = new Set([...all].filter(() => next(2) === 0));
    const granted = grantsOf(manifest, chosen, accounts.slice(0, next(3)));
    for (const grant of granted) {
      const asked = manifest.capabilities.find(({ type }) => type === grant.type);
      assert(asked, text(grant));
      for (const [name, value] of Object.entries(grant)) {
        if (name === 'accounts' || name === 'type') continue;
        assertWithin(value, (asked as unknown as Record<string, unknown>)[name], `${grant.type}.${name}`);
      }
    }
  }
  for (const id of all) {
    const without = new Set(all);
    without.delete(id);
    assert.notDeepEqual(grantsOf(manifest, without, accounts), grantsOf(manifest, all, accounts), id);
  }
});

test('what is asked for in vain is not listed', () => {
  const empty: Manifest = {
    ...manifest,
    capabilities: [{ type: 'transaction', scope: [] }, { type: 'data', addressBook: false }, { type: 'simulation' }],
  };
  assert.deepEqual(groupsOf(empty), []);
});

/** Lists are parts of lists, and a right is granted only if it was asked for. */
function assertWithin(granted: unknown, asked: unknown, what: string) {
  if (Array.isArray(granted)) {
    assert(Array.isArray(asked), what);
    const known = asked.map((entry) => JSON.stringify(entry));
    for (const entry of granted) assert(known.includes(JSON.stringify(entry)), what);
  } else if (typeof granted === 'object' && granted !== null) {
    for (const [name, value] of Object.entries(granted)) {
      assertWithin(value, (asked as Record<string, unknown>)[name], `${what}.${name}`);
    }
  } else if (granted !== false) {
    assert.equal(granted, asked, what);
  }
}
