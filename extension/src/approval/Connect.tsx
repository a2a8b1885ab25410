import { useLayoutEffect, useMemo, useState } from 'preact/hooks';

import type { GrantedCapability, RequestOf } from '../shared/api.ts';
import { Identicon, ShortAddress } from '../ui/Address.tsx';
import { useEngine, useQuery } from '../ui/engine.tsx';
import { Checkbox } from '../ui/Field.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Section } from '../ui/List.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Emojis } from './Emojis.tsx';
import { type Group, grantsOf, groupsOf, initialChoice } from './grants.ts';

const ICONS: Record<Group['kind'], IconName> = {
  accounts: 'account',
  contracts: 'token',
  contractClasses: 'token',
  simulation: 'eye',
  transaction: 'send',
  data: 'book',
};

export function ConnectView({
  request,
  origin,
  onGranted,
}: {
  request: RequestOf<'connect'>;
  origin: string | undefined;
  onGranted(granted: GrantedCapability[]): void;
}) {
  const { state } = useEngine();
  const { manifest, accounts } = request;
  const groups = useMemo(() => groupsOf(manifest), [manifest]);
  const [chosen, setChosen] = useState(() => initialChoice(groups));
  const [shared, setShared] = useState(() => {
    const first = accounts.find(({ item }) => item === state?.selected) ?? accounts[0];
    return new Set(first ? [first.item] : []);
  });
  const verification = useQuery('verification', origin === undefined ? undefined : { origin });
  const asksForAccounts = manifest.capabilities.some(({ type }) => type === 'accounts');

  // At once: what is seen is what is granted.
  useLayoutEffect(() => {
    onGranted(
      grantsOf(
        manifest,
        chosen,
        accounts.filter(({ item }) => shared.has(item)),
      ),
    );
  }, [manifest, chosen, shared]);

  const { metadata, behavior } = manifest;
  return (
    <>
      <p class="muted">
        It calls itself <q>{metadata.name}</q>
        {metadata.description ? <>: {metadata.description}</> : '.'}
      </p>
      {verification.data && <Emojis emojis={verification.data.emojis} />}
      {asksForAccounts && (
        <Section title="With which accounts?">
          <div class="card rows">
            {accounts.map(({ alias, item }) => (
              <div key={item} class="grant">
                <Checkbox
                  checked={shared.has(item)}
                  onChecked={(on) => setShared(toggled(shared, item, on))}
                  note={<ShortAddress address={item} />}
                >
                  <span class="known">
                    <Identicon address={item} size={20} />
                    <strong>{alias}</strong>
                  </span>
                </Checkbox>
              </div>
            ))}
            {accounts.length === 0 && <p class="grant muted">There are no accounts to choose from.</p>}
          </div>
          {shared.size > 1 && (
            <Notice icon="link">The site learns that these accounts belong to the same person.</Notice>
          )}
        </Section>
      )}
      <Section title="What may it do?">
        <div class="card rows">
          {groups.map((group) => (
            <GrantGroup
              key={group.id}
              group={group}
              chosen={chosen}
              onChosen={(id, on) => setChosen(toggled(chosen, id, on))}
            />
          ))}
          {groups.length === 0 && <p class="grant muted">It asks for nothing.</p>}
        </div>
      </Section>
      <p class="muted small">
        {behavior?.mode === 'permissive'
          ? 'What is not granted here, it asks you for each time.'
          : 'What is not granted here is refused.'}{' '}
        You can take everything back under Sites.
      </p>
    </>
  );
}

function GrantGroup({
  group,
  chosen,
  onChosen,
}: {
  group: Group;
  chosen: ReadonlySet<string>;
  onChosen(id: string, on: boolean): void;
}) {
  return (
    <section class="grant">
      <div class="grant-head">
        <Icon name={ICONS[group.kind]} />
        <h3>{group.title}</h3>
      </div>
      {group.items.map((item) => (
        <Checkbox
          key={item.id}
          checked={chosen.has(item.id)}
          onChecked={(on) => onChosen(item.id, on)}
          note={item.note}
        >
          {item.text} {item.address && <ShortAddress address={item.address} />}{' '}
          {item.isBroad && (
            <span class="tag warning">
              <Icon name="warning" size={14} />
              Broad
            </span>
          )}
        </Checkbox>
      ))}
    </section>
  );
}

function toggled(set: ReadonlySet<string>, member: string, on: boolean): Set<string> {
  const next = new Set(set);
  if (on) next.add(member);
  else next.delete(member);
  return next;
}
