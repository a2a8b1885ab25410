import { useState } from 'preact/hooks';

import type { Grant, Incident, IncidentKind, Site } from '../../shared/api.ts';
import { shortAddress } from '../../shared/address.ts';
import { dateAndTime } from '../../shared/time.ts';
import { Emojis } from '../../approval/Emojis.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useAction, useQuery } from '../../ui/engine.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { LinkRow, Section, SkeletonRows } from '../../ui/List.tsx';
import { Empty, ErrorNotice } from '../../ui/Notice.tsx';
import { replace, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { hostOf } from './Activity.tsx';

export function Sites() {
  const { data, error } = useQuery('sites', {});
  return (
    <main class="screen-body">
      <h1 class="visually-hidden">Connected sites</h1>
      <ErrorNotice error={error} title="The sites are not known" />
      {!data && !error && <SkeletonRows count={2} />}
      {data?.length === 0 && (
        <Empty icon="link" title="No site is connected">
          Open a site that uses Aztec and choose Pixie there. You decide what it may do.
        </Empty>
      )}
      {data && data.length > 0 && (
        <ul class="card rows">
          {data.map((site) => (
            <li key={site.origin}>
              <LinkRow
                href={to('sites', site.origin)}
                icon="globe"
                title={hostOf(site.origin)}
                note={`${site.grants.length} ${site.grants.length === 1 ? 'permission' : 'permissions'}`}
              />
            </li>
          ))}
        </ul>
      )}
      <Refused />
    </main>
  );
}

const INCIDENTS: Record<IncidentKind, string> = {
  notPermitted: 'Asked for something it has no permission for',
  falseClaim: 'Said something about a call that is not so',
  wrongChain: 'Asked for another network',
  wrongWallet: 'Asked for another wallet',
  unknownMethod: 'Asked for something that no wallet has',
  invalidRequest: 'Asked for something that makes no sense',
  malformed: 'Sent something that is no message',
  tooLarge: 'Sent too much at once',
  flood: 'Sent too much too fast',
  replayed: 'Sent a message again',
  outOfOrder: 'Sent messages out of order',
  unauthentic: 'Sent a message that is not its own',
  foreignSession: 'Used a connection that is not its own',
  unknownSender: 'Did not come from a site that may connect',
};

/** What sites were refused. */
function Refused() {
  const { data } = useQuery('incidents', {});
  const forget = useAction('forgetIncidents');
  if (!data || data.length === 0) return null;
  const clear = (
    <button type="button" class="link-button" disabled={forget.busy} onClick={() => forget.run({})}>
      Delete this list
    </button>
  );
  return (
    <Section title="Refused" aside={clear}>
      <ErrorNotice error={forget.error} title="The list was not deleted" />
      <ul class="card rows">
        {data.map((incident) => (
          <RefusedRow key={`${incident.origin} ${incident.kind}`} incident={incident} />
        ))}
      </ul>
    </Section>
  );
}

function RefusedRow({ incident }: { incident: Incident }) {
  const { origin, kind, message, count, lastAt } = incident;
  return (
    <li class="row">
      <span class="row-text">
        <span class="row-title">{origin === undefined ? 'Unknown sender' : hostOf(origin)}</span>
        <span class="row-note">{INCIDENTS[kind]}</span>
        <span class="row-note">
          {count === 1 ? 'Once' : `${count} times`}, last {dateAndTime(lastAt)}: {shortened(message)}
        </span>
      </span>
    </li>
  );
}

export function SiteScreen({ origin }: { origin: string }) {
  const { data, error } = useQuery('sites', {});
  const site = data?.find((site) => site.origin === origin);
  return (
    <Screen title={hostOf(origin)} recordedTitle="Site" back={to('sites')}>
      <ErrorNotice error={error} />
      {!data && !error && <SkeletonRows count={3} />}
      {data && !site && <Empty icon="link" title="This site is not connected any more" />}
      {site && <SiteDetails site={site} />}
    </Screen>
  );
}

function SiteDetails({ site }: { site: Site }) {
  const [leaving, setLeaving] = useState(false);
  const { data: verification } = useQuery('verification', { origin: site.origin });
  const revoke = useAction('revoke');
  const disconnect = async () => {
    if (await revoke.run({ origin: site.origin })) replace('sites');
  };
  return (
    <>
      <p class="muted">
        {site.name && (
          <>
            It calls itself <q>{site.name}</q>.{' '}
          </>
        )}
        Connected {dateAndTime(site.connectedAt)}.
      </p>
      {verification && <Emojis emojis={verification.emojis} />}
      <Section title="What it may do">
        <ul class="card rows">
          {site.grants.map((grant) => (
            <GrantRow
              key={grant.id}
              grant={grant}
              onRevoke={() => revoke.run({ origin: site.origin, grant: grant.id })}
            />
          ))}
        </ul>
        {site.grants.length === 0 && <p class="muted">Nothing any more.</p>}
      </Section>
      <ErrorNotice error={revoke.error} title="The permission was not taken back" />
      <Button kind="danger" icon="close" onClick={() => setLeaving(true)}>
        Disconnect
      </Button>
      {leaving && (
        <Dialog title={`Disconnect ${hostOf(site.origin)}?`} onClose={() => setLeaving(false)}>
          <p>It loses all of its permissions at once. It can ask for them again.</p>
          <div class="buttons">
            <Button onClick={() => setLeaving(false)}>Keep</Button>
            <Button kind="danger" busy={revoke.busy} onClick={disconnect}>
              Disconnect
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** The addresses in a text in their short form. */
function shortened(text: string): string {
  return text.replace(/0x[0-9a-f]{64}/gi, (address) => shortAddress(address));
}

function GrantRow({ grant, onRevoke }: { grant: Grant; onRevoke(): void }) {
  return (
    <li class="row">
      <span class="row-text">
        <span class="row-title">{grant.title}</span>
        {grant.details.map((detail, index) => (
          <span key={index} class="row-note">
            {shortened(detail)}
          </span>
        ))}
        {grant.expiresAt !== undefined && (
          <span class="row-note">
            <Icon name="wait" size={14} /> until {dateAndTime(grant.expiresAt)}
          </span>
        )}
      </span>
      <button type="button" class="link-button" aria-label={`Revoke: ${grant.title}`} onClick={onRevoke}>
        Revoke
      </button>
    </li>
  );
}
