import { useState } from 'preact/hooks';

import type { Account, Contact } from '../../shared/api.ts';
import { checkAddress, sameAddress } from '../../shared/address.ts';
import { Identicon, ShortAddress } from '../../ui/Address.tsx';
import { LinkButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import { Empty } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';

interface Props {
  value: string;
  onValue(value: string): void;
  error: string | undefined;
  /** Who sends. */
  account: Account;
  accounts: Account[];
  contacts: Contact[];
}

/** An address, typed or taken from the address book or from one's own accounts. */
export function Recipient({ value, onValue, error, account, accounts, contacts }: Props) {
  const [choosing, setChoosing] = useState(false);
  const checked = checkAddress(value);
  const own = accounts.map(({ address, alias }) => ({
    address,
    alias: sameAddress(address, account.address) ? `${alias} (this account)` : alias,
  }));
  const known = checked.ok
    ? [...own, ...contacts].find(({ address }) => sameAddress(address, checked.address))
    : undefined;
  const choose = (address: string) => {
    onValue(address);
    setChoosing(false);
  };
  return (
    <>
      <TextField
        label="To"
        class="mono"
        placeholder="0x…"
        value={value}
        onValue={onValue}
        error={error}
        aside={
          <button type="button" class="link-button" aria-haspopup="dialog" onClick={() => setChoosing(true)}>
            Address book
          </button>
        }
        hint={
          checked.ok ? (
            known ? (
              <span class="known">
                <Identicon address={known.address} size={18} />
                <strong>{known.alias}</strong>
              </span>
            ) : (
              <span class="known">
                <Identicon address={checked.address} size={18} />
                Not in your address book. Compare every group of digits.
              </span>
            )
          ) : undefined
        }
      />
      {choosing && (
        <Dialog title="Send to" onClose={() => setChoosing(false)}>
          <PartyRows title="Address book" parties={contacts} onChoose={choose} />
          <PartyRows title="Your accounts" parties={own} onChoose={choose} />
          {contacts.length === 0 && (
            <Empty icon="book" title="Your address book is empty" action={<LinkButton href={to('contacts', 'new')}>Add somebody</LinkButton>} />
          )}
        </Dialog>
      )}
    </>
  );
}

function PartyRows({
  title,
  parties,
  onChoose,
}: {
  title: string;
  parties: { address: string; alias: string }[];
  onChoose(address: string): void;
}) {
  if (parties.length === 0) return null;
  return (
    <section class="section">
      <div class="section-head">
        <h3 class="muted small">{title}</h3>
      </div>
      <ul class="card rows">
        {parties.map(({ address, alias }) => (
          <li key={address}>
            <button type="button" class="row" onClick={() => onChoose(address)}>
              <Identicon address={address} size={36} />
              <span class="row-text">
                <span class="row-title">{alias}</span>
                <ShortAddress address={address} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
