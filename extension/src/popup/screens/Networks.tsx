import { useState } from 'preact/hooks';

import type { Network } from '../../shared/api.ts';
import { urlProblem } from '../../shared/url.ts';
import { Button, IconButton, LinkButton } from '../../ui/Button.tsx';
import { useAction, useQuery, useWallet } from '../../ui/engine.tsx';
import { TextField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Fact, Facts, Section, SkeletonRows } from '../../ui/List.tsx';
import { ErrorNotice, Notice, sentence } from '../../ui/Notice.tsx';
import { replace, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Spinner } from '../../ui/Spinner.tsx';

const STATUS = {
  connecting: 'Connecting',
  ready: 'Connected',
  unreachable: 'Not reachable',
  wrongChain: 'On another chain',
} as const;

export function Networks() {
  const { network } = useWallet();
  const { data, error } = useQuery('networks', {});
  const select = useAction('selectNetwork');
  const remove = useAction('removeNetwork');
  const [choosing, setChoosing] = useState<string>();
  const choose = async (chosen: Network) => {
    if (chosen.id === network?.id) return;
    setChoosing(chosen.id);
    await select.run({ id: chosen.id });
    setChoosing(undefined);
  };
  return (
    <Screen
      title="Networks"
      back={to('settings')}
      footer={
        <LinkButton kind="primary" icon="plus" href={to('networks', 'new')}>
          Add a network
        </LinkButton>
      }
    >
      <ErrorNotice error={error ?? select.error ?? remove.error} />
      {!data && !error && <SkeletonRows count={2} />}
      {data && (
        <ul class="card rows">
          {data.map((one) => {
            const isCurrent = one.id === network?.id;
            return (
              <li key={one.id} class="row-pair">
                <button type="button" class="row" aria-pressed={isCurrent} onClick={() => choose(one)}>
                  <span class="row-icon">
                    <Icon name="network" />
                  </span>
                  <span class="row-text">
                    <span class="row-title">{one.name}</span>
                    <span class="row-note">{one.url}</span>
                  </span>
                  {choosing === one.id ? <Spinner /> : isCurrent && <Icon name="check" />}
                </button>
                {!one.builtIn && !isCurrent && (
                  <IconButton
                    icon="trash"
                    label={`Remove ${one.name}`}
                    onClick={() => remove.run({ id: one.id })}
                  />
                )}
              </li>
            );
          })}
        </ul>
      )}
      {network && (
        <Section title={network.name}>
          {network.problem && (
            <Notice tone="danger" title={STATUS[network.status]}>
              {sentence(network.problem)}
            </Notice>
          )}
          <div class="card padded">
            <Facts>
              <Fact name="Status">{STATUS[network.status]}</Fact>
              {network.block !== undefined && <Fact name="Block">{network.block}</Fact>}
              {network.nodeVersion !== undefined && <Fact name="Node">{network.nodeVersion}</Fact>}
              {network.chainId !== undefined && <Fact name="L1 chain">{network.chainId}</Fact>}
              {network.rollupVersion !== undefined && <Fact name="Rollup">{network.rollupVersion}</Fact>}
            </Facts>
          </div>
        </Section>
      )}
    </Screen>
  );
}

export function AddNetwork() {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [tried, setTried] = useState(false);
  const add = useAction('addNetwork');
  const problem = urlProblem(url);
  const submit = async () => {
    setTried(true);
    if (problem || name.trim() === '') return;
    if (await add.run({ name: name.trim(), url: url.trim() })) replace('networks');
  };
  return (
    <Screen
      title="Add a network"
      back={to('networks')}
      onSubmit={submit}
      footer={
        <Button kind="primary" type="submit" busy={add.busy}>
          Add
        </Button>
      }
    >
      <TextField
        label="Name"
        maxLength={40}
        value={name}
        onValue={setName}
        error={tried && name.trim() === '' ? 'Enter a name.' : undefined}
      />
      <TextField
        label="Address of the node"
        type="url"
        placeholder="https://…"
        value={url}
        onValue={setUrl}
        error={tried ? problem : undefined}
        hint="Its JSON-RPC over HTTP."
      />
      <Notice icon="eye">
        The node sees from where on the internet you ask, and which public data. Choose one that you trust
        with that.
      </Notice>
      <ErrorNotice error={add.error} title="The network was not added" />
    </Screen>
  );
}
