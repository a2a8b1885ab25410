import { useState } from 'preact/hooks';

import type { Contact } from '../../shared/api.ts';
import { addressProblemText, checkAddress, sameAddress } from '../../shared/address.ts';
import { Identicon, ShortAddress } from '../../ui/Address.tsx';
import { Button, LinkButton } from '../../ui/Button.tsx';
import { useAction, useQuery } from '../../ui/engine.tsx';
import { Checkbox, TextField } from '../../ui/Field.tsx';
import { LinkRow, SkeletonRows } from '../../ui/List.tsx';
import { Empty, ErrorNotice } from '../../ui/Notice.tsx';
import { replace, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';

export function Contacts() {
  const { data, error } = useQuery('contacts', {});
  return (
    <Screen
      title="Address book"
      back={to('settings')}
      footer={
        <LinkButton kind="primary" icon="plus" href={to('contacts', 'new')}>
          Add somebody
        </LinkButton>
      }
    >
      <ErrorNotice error={error} title="The address book is not known" />
      {!data && !error && <SkeletonRows count={3} />}
      {data?.length === 0 && (
        <Empty icon="book" title="Nobody yet">
          Give names to addresses, and have Pixie look for the private payments that they send you.
        </Empty>
      )}
      {data && data.length > 0 && (
        <ul class="card rows">
          {data.map((contact) => (
            <li key={contact.address}>
              <LinkRow
                href={to('contacts', contact.address)}
                lead={<Identicon address={contact.address} size={36} />}
                title={contact.alias}
                note={<ShortAddress address={contact.address} />}
                end={contact.isSender ? <span class="tag">Sender</span> : undefined}
              />
            </li>
          ))}
        </ul>
      )}
    </Screen>
  );
}

export function ContactEdit({ address }: { address: string }) {
  const { data, error } = useQuery('contacts', {});
  if (address === 'new') return <ContactForm contact={undefined} others={data ?? []} />;
  const contact = data?.find((contact) => contact.address === address);
  if (contact) return <ContactForm contact={contact} others={data ?? []} />;
  return (
    <Screen title="Contact" back={to('contacts')}>
      <ErrorNotice error={error} />
      {data ? <Empty icon="book" title="Nobody by this address" /> : <SkeletonRows count={1} />}
    </Screen>
  );
}

function ContactForm({ contact, others }: { contact: Contact | undefined; others: Contact[] }) {
  const [alias, setAlias] = useState(contact?.alias ?? '');
  const [text, setText] = useState(contact?.address ?? '');
  const [isSender, setSender] = useState(contact?.isSender ?? true);
  const [tried, setTried] = useState(false);
  const put = useAction('putContact');
  const remove = useAction('removeContact');
  const checked = checkAddress(text);
  const twin = checked.ok && !contact && others.find(({ address }) => sameAddress(address, checked.address));
  const addressError = !checked.ok
    ? addressProblemText(checked.problem)
    : twin
      ? `This is ${twin.alias} already.`
      : undefined;
  const submit = async () => {
    setTried(true);
    if (!checked.ok || addressError || alias.trim() === '') return;
    if (await put.run({ address: checked.address, alias: alias.trim(), isSender })) replace('contacts');
  };
  const drop = async () => {
    if (contact && (await remove.run({ address: contact.address }))) replace('contacts');
  };
  return (
    <Screen
      title={contact ? contact.alias : 'Add somebody'}
      recordedTitle={contact ? 'Contact' : 'Add somebody'}
      back={to('contacts')}
      onSubmit={submit}
      footer={
        <div class="buttons">
          {contact && (
            <Button kind="danger" busy={remove.busy} onClick={drop}>
              Remove
            </Button>
          )}
          <Button kind="primary" type="submit" busy={put.busy}>
            Save
          </Button>
        </div>
      }
    >
      <TextField
        label="Name"
        maxLength={40}
        value={alias}
        onValue={setAlias}
        error={tried && alias.trim() === '' ? 'Enter a name.' : undefined}
      />
      <TextField
        label="Address"
        class="mono"
        placeholder="0x…"
        readOnly={contact !== undefined}
        value={text}
        onValue={setText}
        error={tried ? addressError : undefined}
        hint={checked.ok ? <Identicon address={checked.address} size={18} /> : undefined}
      />
      <Checkbox
        checked={isSender}
        onChecked={setSender}
        note="Each synchronisation then also looks for private payments from this address."
      >
        They send to me
      </Checkbox>
      <ErrorNotice error={put.error ?? remove.error} title="The address book was not changed" />
    </Screen>
  );
}
