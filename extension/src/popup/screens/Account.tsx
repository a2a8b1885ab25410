import { useState } from 'preact/hooks';

import type { Account } from '../../shared/api.ts';
import { FullAddress, Identicon } from '../../ui/Address.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyTextButton } from '../../ui/Copy.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useAction, useWallet } from '../../ui/engine.tsx';
import { PasswordField, TextField } from '../../ui/Field.tsx';
import { Fact, Facts } from '../../ui/List.tsx';
import { Empty, ErrorNotice, Notice } from '../../ui/Notice.tsx';
import { replace, to } from '../../ui/router.ts';
import { saveFile } from '../../ui/save.ts';
import { Screen } from '../../ui/Screen.tsx';
import { accountTypeName } from '../AccountSwitcher.tsx';
import { DeployNotice } from './DeployNotice.tsx';

type Sheet = 'rename' | 'export' | 'remove';

export function AccountScreen({ address }: { address: string }) {
  const { accounts } = useWallet();
  const account = accounts.find((account) => account.address === address);
  return (
    <Screen title={account?.alias ?? 'Account'} recordedTitle="Account" back={to('accounts')}>
      {account ? <Details account={account} isLast={accounts.length === 1} /> : <Empty icon="account" title="There is no such account" />}
    </Screen>
  );
}

const DEPLOYMENT = {
  none: 'Not deployed',
  pending: 'Being deployed',
  done: 'Deployed',
  unknown: 'Not known: the network cannot be asked',
} as const;

function Details({ account, isLast }: { account: Account; isLast: boolean }) {
  const [sheet, setSheet] = useState<Sheet>();
  const close = () => setSheet(undefined);
  return (
    <>
      <div class="card padded">
        <div class="account-card">
          <Identicon address={account.address} size={44} />
          <FullAddress address={account.address} />
          <CopyTextButton text={account.address}>Copy address</CopyTextButton>
        </div>
        <Facts>
          <Fact name="Type">{accountTypeName(account.type)}</Fact>
          <Fact name="Keys">
            {account.viewOnly ? 'To view only' : account.origin === 'phrase' ? 'From your phrase' : 'Imported'}
          </Fact>
          {!account.viewOnly && <Fact name="On the network">{DEPLOYMENT[account.deployment]}</Fact>}
        </Facts>
      </div>
      <DeployNotice account={account} />
      <div class="buttons stacked">
        <Button icon="edit" onClick={() => setSheet('rename')}>
          Rename
        </Button>
        <Button icon="eye" onClick={() => setSheet('export')}>
          Export to view only
        </Button>
        <Button kind="danger" icon="trash" disabled={isLast} onClick={() => setSheet('remove')}>
          Remove from this device
        </Button>
      </div>
      {isLast && <p class="muted small">The last account cannot be removed.</p>}
      {sheet === 'rename' && <Rename account={account} onClose={close} />}
      {sheet === 'export' && <ExportViewOnly account={account} onClose={close} />}
      {sheet === 'remove' && <Remove account={account} onClose={close} />}
    </>
  );
}

function Rename({ account, onClose }: { account: Account; onClose(): void }) {
  const [alias, setAlias] = useState(account.alias);
  const rename = useAction('renameAccount');
  const submit = async () => {
    if (alias.trim() === '') return;
    if (await rename.run({ address: account.address, alias: alias.trim() })) onClose();
  };
  return (
    <Dialog title="Rename the account" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label="Name"
          maxLength={40}
          autofocus
          value={alias}
          onValue={setAlias}
          error={alias.trim() === '' ? 'Enter a name.' : undefined}
        />
        <ErrorNotice error={rename.error} />
        <Button kind="primary" type="submit" busy={rename.busy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}

function ExportViewOnly({ account, onClose }: { account: Account; onClose(): void }) {
  const [password, setPassword] = useState('');
  const [text, setText] = useState<string>();
  const export_ = useAction('exportViewOnly');
  const submit = async () => {
    const done = await export_.run({ address: account.address, password });
    setPassword('');
    if (done) setText(done.result.text);
  };
  return (
    <Dialog title="Export to view only" onClose={onClose}>
      {text === undefined ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Notice tone="warning">
            Whoever has the export sees every private balance and payment of {account.alias}, past and to
            come. They cannot send.
          </Notice>
          <PasswordField
            label="Your password"
            autofocus
            value={password}
            onValue={setPassword}
            error={export_.error?.code === 'wrongPassword' ? 'This password is wrong.' : undefined}
          />
          {export_.error?.code !== 'wrongPassword' && <ErrorNotice error={export_.error} />}
          <Button kind="primary" type="submit" busy={export_.busy} disabled={password === ''}>
            Export
          </Button>
        </form>
      ) : (
        <>
          <pre class="raw">{text}</pre>
          <div class="buttons">
            <CopyTextButton text={text}>Copy</CopyTextButton>
            <Button
              icon="download"
              onClick={() => saveFile(`${account.alias} view only.txt`, text, 'text/plain')}
            >
              Save
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Remove({ account, onClose }: { account: Account; onClose(): void }) {
  const remove = useAction('removeAccount');
  const submit = async () => {
    if (await remove.run({ address: account.address })) replace('accounts');
  };
  return (
    <Dialog title={`Remove ${account.alias}?`} onClose={onClose}>
      <p>
        {account.origin === 'phrase'
          ? 'Its history leaves this device. Your recovery phrase can bring the account back.'
          : 'Its keys and its history leave this device. Without another copy of the keys it is lost.'}
      </p>
      <ErrorNotice error={remove.error} />
      <div class="buttons">
        <Button onClick={onClose}>Keep</Button>
        <Button kind="danger" busy={remove.busy} onClick={submit}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
