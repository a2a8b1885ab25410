import { useState } from 'preact/hooks';

import { toBase64 } from '../../shared/bytes.ts';
import { dateAndTime } from '../../shared/time.ts';
import type { BackupInfo } from '../../shared/api.ts';
import { Button } from '../../ui/Button.tsx';
import { useAction } from '../../ui/engine.tsx';
import { Checkbox, PasswordField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ErrorNotice } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { NewPasswordFields, useNewPassword } from './NewPassword.tsx';

/** More is no backup of a wallet. */
const MAX_BYTES = 64 << 20;

export function RestoreBackup() {
  const [file, setFile] = useState<{ name: string; bytes: string; info: BackupInfo }>();
  const [tooLarge, setTooLarge] = useState(false);
  const [password, setPassword] = useState('');
  const [change, setChange] = useState(false);
  const form = useNewPassword();
  const inspect = useAction('inspectBackup');
  const restore = useAction('restore');

  const choose = async (chosen: File | undefined) => {
    restore.clear();
    setFile(undefined);
    if (!chosen) return;
    setTooLarge(chosen.size > MAX_BYTES);
    if (chosen.size > MAX_BYTES) return;
    const bytes = toBase64(new Uint8Array(await chosen.arrayBuffer()));
    const found = await inspect.run({ bytes });
    if (found) setFile({ name: chosen.name, bytes, info: found.result });
  };
  const submit = () => {
    if (!file || password === '') return;
    const newPassword = change ? form.check() : undefined;
    if (change && newPassword === undefined) return;
    const { bytes } = file;
    restore.run(newPassword === undefined ? { bytes, password } : { bytes, password, newPassword });
  };
  return (
    <Screen
      title="Restore a backup"
      back={to()}
      onSubmit={submit}
      footer={
        <Button kind="primary" type="submit" busy={restore.busy} disabled={!file || password === ''}>
          Restore
        </Button>
      }
    >
      <label class="file-drop">
        <Icon name="download" />
        <span class="row-text">
          <span class="row-title">{file ? file.name : 'Choose the backup file'}</span>
          <span class="row-note">
            {file
              ? `Made ${dateAndTime(file.info.createdAt)}`
              : 'It is sealed with the password of the wallet that made it.'}
          </span>
        </span>
        <input
          class="visually-hidden"
          type="file"
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
      </label>
      {tooLarge && <ErrorText>This file is too large to be a backup.</ErrorText>}
      <ErrorNotice error={inspect.error} title="This is no backup of Pixie" />
      {file && (
        <>
          <PasswordField
            label="Password of the backup"
            value={password}
            onValue={(value) => {
              setPassword(value);
              restore.clear();
            }}
            error={restore.error?.code === 'wrongPassword' ? 'This password is wrong.' : undefined}
          />
          <Checkbox checked={change} onChecked={setChange}>
            Use another password on this device
          </Checkbox>
          {change && <NewPasswordFields form={form} label="New password" />}
          {restore.error?.code !== 'wrongPassword' && (
            <ErrorNotice error={restore.error} title="The backup was not restored" />
          )}
        </>
      )}
    </Screen>
  );
}

function ErrorText({ children }: { children: string }) {
  return (
    <span class="field-error" role="alert">
      <Icon name="warning" size={16} />
      {children}
    </span>
  );
}
