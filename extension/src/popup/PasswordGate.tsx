import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import type { EngineError } from '../shared/client.ts';
import { Button } from '../ui/Button.tsx';
import { PasswordField } from '../ui/Field.tsx';
import { ErrorNotice } from '../ui/Notice.tsx';
import { to } from '../ui/router.ts';
import { Screen } from '../ui/Screen.tsx';

/** Asks for the password again before something that needs it. */
export function PasswordGate({
  title,
  action,
  busy,
  error,
  onPassword,
  onEdit,
  children,
}: {
  title: string;
  action: string;
  busy: boolean;
  error: EngineError | undefined;
  onPassword(password: string): void;
  onEdit(): void;
  children: ComponentChildren;
}) {
  const [password, setPassword] = useState('');
  const wrong = error?.code === 'wrongPassword';
  return (
    <Screen
      title={title}
      back={to('settings')}
      onSubmit={() => password !== '' && onPassword(password)}
      footer={
        <Button kind="primary" type="submit" busy={busy} disabled={password === ''}>
          {action}
        </Button>
      }
    >
      {children}
      <PasswordField
        label="Your password"
        autofocus
        value={password}
        onValue={(value) => {
          setPassword(value);
          onEdit();
        }}
        error={wrong ? 'This password is wrong.' : undefined}
      />
      {!wrong && <ErrorNotice error={error} />}
    </Screen>
  );
}
