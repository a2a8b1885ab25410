// Addresses: a picture that differs with every digit, both ends in groups, and the whole on demand.
import { useState } from 'preact/hooks';

import type { Address, Party } from '../shared/api.ts';
import { addressGroups, shortAddress } from '../shared/address.ts';
import { CopyButton } from './Copy.tsx';

/** A picture of an address: mirrored squares and two of eight colours. */
export function Identicon({ address, size = 32 }: { address: Address; size?: number }) {
  const digits = address.replace(/^0x/, '').padEnd(64, '0');
  let hash = 0x811c9dc5;
  const next = () => {
    hash ^= hash << 13;
    hash ^= hash >>> 17;
    hash ^= hash << 5;
    return hash >>> 0;
  };
  for (const digit of digits) hash = Math.imul(hash ^ digit.charCodeAt(0), 0x01000193);
  const tone = next() % 8;
  const cells = [];
  for (let row = 0; row < 5; row += 1) {
    for (let column = 0; column < 3; column += 1) {
      if (next() % 100 < 46) continue;
      for (const x of new Set([column, 4 - column])) {
        cells.push(<rect key={`${x}-${row}`} x={x + 1.5} y={row + 1.5} width="1.02" height="1.02" />);
      }
    }
  }
  return (
    <svg class={`identicon tone-${tone}`} width={size} height={size} viewBox="0 0 8 8" aria-hidden="true">
      <rect class="identicon-back" width="8" height="8" rx="2.200" />
      <g class="identicon-front">{cells}</g>
    </svg>
  );
}

export function ShortAddress({ address, groups }: { address: Address; groups?: number }) {
  return <span class="address">{shortAddress(address, groups)}</span>;
}

/** All digits, in groups of four. */
export function FullAddress({ address }: { address: Address }) {
  return (
    <span class="address full">
      <span>0x</span>
      <span class="address-groups">
        {addressGroups(address).map((group, index) => (
          <span key={index} class={index < 2 || index > 13 ? 'end' : undefined}>
            {group}
          </span>
        ))}
      </span>
    </span>
  );
}

/** The short form, which opens to the whole, and a button that copies it. */
export function AddressDetails({ address, label }: { address: Address; label: string }) {
  const [open, setOpen] = useState(false);
  return (
    <span class="address-details">
      <button
        type="button"
        class="address-toggle"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span class="visually-hidden">{label} </span>
        {open ? <FullAddress address={address} /> : <ShortAddress address={address} />}
      </button>
      <CopyButton text={address} label={`Copy ${label.toLowerCase()}`} />
    </span>
  );
}

/** Somebody by the user's own name, or by what a contract calls itself, which is said. */
export function PartyView({ party, label }: { party: Party; label: string }) {
  return (
    <span class="party">
      <Identicon address={party.address} size={28} />
      <span class="party-text">
        {party.name && <strong>{party.name}</strong>}
        {!party.name && party.contract && (
          <span class="party-claim">
            calls itself <q>{party.contract}</q>
          </span>
        )}
        {!party.name && !party.contract && <span class="party-claim">not in your address book</span>}
        <AddressDetails address={party.address} label={label} />
      </span>
    </span>
  );
}

/** One line: name or short address. */
export function PartyName({ party }: { party: Party }) {
  if (party.name) return <strong>{party.name}</strong>;
  if (party.contract) {
    return (
      <span>
        <q>{party.contract}</q> <ShortAddress address={party.address} />
      </span>
    );
  }
  return <ShortAddress address={party.address} />;
}
