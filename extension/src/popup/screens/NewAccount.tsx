import { useState } from 'preact/hooks';

import type { AccountType } from '../../shared/api.ts';
import { Button } from '../../ui/Button.tsx';
import { useAction, useWallet } from '../../ui/engine.tsx';
import { Choice, TextArea, TextField } from '../../ui/Field.tsx';
import { ErrorNotice } from '../../ui/Notice.tsx';
import { replace, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { ACCOUNT_TYPES } from '../AccountSwitcher.tsx';

/** Right after onboarding, when there is none yet. */
export function FirstAccount() {
  return <AccountForm title="Your first account" alias="Main account" />;
}

export function NewAccount() {
  const { accounts } = useWallet();
  return <AccountForm title="New account" alias={`Account ${accounts.length + 1}`} back={to('accounts')} />;
}

function AccountForm({ title, alias: initial, back }: { title: string; alias: string; back?: string }) {
  const [alias, setAlias] = useState(initial);
  const [type, setType] = useState<AccountType>('schnorr');
  const create = useAction('createAccount');
  const select = useAction('selectAccount');
  const submit = async () => {
    if (alias.trim() === '') return;
    const created = await create.run({ type, alias: alias.trim() });
    if (!created) return;
    await select.run({ address: created.result.address });
    replace();
  };
  return (
    <Screen
      title={title}
      {...(back === undefined ? {} : { back })}
      onSubmit={submit}
      footer={
        <Button kind="primary" type="submit" busy={create.busy || select.busy}>
          Create account
        </Button>
      }
    >
      <TextField
        label="Name"
        maxLength={40}
        value={alias}
        onValue={setAlias}
        error={alias.trim() === '' ? 'Enter a name.' : undefined}
        hint="Only you see it."
      />
      <div class="choice-column">
        <Choice label="How it signs" value={type} options={ACCOUNT_TYPES} onValue={setType} />
      </div>
      <ErrorNotice error={create.error} title="The account was not created" />
    </Screen>
  );
}

export function ImportAccount() {
  const [text, setText] = useState('');
  const [alias, setAlias] = useState('');
  const [tried, setTried] = useState(false);
  const import_ = useAction('importAccount');
  const submit = async () => {
    setTried(true);
    if (text.trim() === '' || alias.trim() === '') return;
    if (await import_.run({ text: text.trim(), alias: alias.trim() })) replace('accounts');
  };
  return (
    <Screen
      title="Import an account"
      back={to('accounts')}
      onSubmit={submit}
      footer={
        <Button kind="primary" type="submit" busy={import_.busy}>
          Import
        </Button>
      }
    >
      <TextArea
        label="Exported account"
        class="mono"
        rows={6}
        value={text}
        onValue={(value) => {
          setText(value);
          import_.clear();
        }}
        error={tried && text.trim() === '' ? 'Paste what was exported.' : undefined}
        hint="As another Pixie exported it. Your recovery phrase does not cover it: keep a backup."
      />
      <TextField
        label="Name"
        maxLength={40}
        value={alias}
        onValue={setAlias}
        error={tried && alias.trim() === '' ? 'Enter a name.' : undefined}
      />
      <ErrorNotice error={import_.error} title="The account was not imported" />
    </Screen>
  );
}
