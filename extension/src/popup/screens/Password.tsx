import { useState } from 'preact/hooks';

import { Button } from '../../ui/Button.tsx';
import { useAction } from '../../ui/engine.tsx';
import { PasswordField } from '../../ui/Field.tsx';
import { ErrorNotice, Notice } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { NewPasswordFields, useNewPassword } from '../onboarding/NewPassword.tsx';

export function PasswordScreen() {
  const [old, setOld] = useState('');
  const [done, setDone] = useState(false);
  const form = useNewPassword();
  const change = useAction('changePassword');
  const submit = async () => {
    const password = form.check();
    if (password === undefined || old === '') return;
    if (await change.run({ old, new: password })) setDone(true);
  };
  const wrong = change.error?.code === 'wrongPassword';
  return (
    <Screen
      title="Change password"
      back={to('settings')}
      onSubmit={submit}
      footer={
        done ? undefined : (
          <Button kind="primary" type="submit" busy={change.busy}>
            Change password
          </Button>
        )
      }
    >
      {done ? (
        <Notice tone="good" live title="The password was changed">
          Backups that you made before still open with the old one.
        </Notice>
      ) : (
        <>
          <PasswordField
            label="Password now"
            autofocus
            value={old}
            onValue={(value) => {
              setOld(value);
              change.clear();
            }}
            error={
              wrong ? 'This password is wrong.' : form.state.tried && old === '' ? 'Enter your password.' : undefined
            }
          />
          <NewPasswordFields form={form} label="New password" />
          {!wrong && <ErrorNotice error={change.error} title="The password was not changed" />}
        </>
      )}
    </Screen>
  );
}
