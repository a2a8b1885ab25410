import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import type { VaultState } from '../shared/api.ts';
import { countdown } from '../shared/time.ts';
import { Button } from './Button.tsx';
import { useAction, useNow } from './engine.tsx';
import { PasswordField } from './Field.tsx';
import { Logo } from './Logo.tsx';
import { Notice, sentence } from './Notice.tsx';

type Locked = Extract<VaultState, { status: 'locked' }>;

export function Unlock({
  vault,
  reason,
  eraseHref,
}: {
  vault: Locked;
  reason?: string;
  /** Where the wallet can be erased, for those who forgot the password. */
  eraseHref?: string;
}) {
  const [password, setPassword] = useState('');
  const unlock = useAction('unlock');
  const form = useRef<HTMLFormElement>(null);
  const retryAt = vault.retryAt ?? unlock.error?.retryAt ?? 0;
  const now = useNow(250, retryAt > Date.now());
  const wait = Math.max(0, retryAt - now);
  // What the page was about before is nobody's business now.
  useLayoutEffect(() => {
    document.title = 'Pixie';
  }, []);
  const submit = async () => {
    if (wait > 0 || unlock.busy || password === '') return;
    if (!(await unlock.run({ password }))) {
      setPassword('');
      form.current?.querySelector('input')?.focus();
    }
  };
  const wrong = unlock.error?.code === 'wrongPassword';
  const throttled = unlock.error?.code === 'throttled';
  return (
    <main class="welcome">
      <form
        ref={form}
        class="welcome-main"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Logo size={48} />
        <h1>Unlock Pixie</h1>
        <p>{reason ?? 'Your accounts and their history are sealed on this device.'}</p>
        {vault.damaged && (
          <Notice tone="danger" title="The vault on this device is damaged">
            If your password does not open it any more, erase it and restore it from a backup or your
            recovery phrase. Nothing is changed until then.
          </Notice>
        )}
        <div class="form">
          <PasswordField
            label="Password"
            autofocus
            value={password}
            onValue={(value) => {
              setPassword(value);
              if (wrong) unlock.clear();
            }}
            error={wrong ? 'This password is wrong.' : undefined}
          />
          {wait > 0 ? (
            <Notice tone="warning" icon="wait" live>
              Too many wrong passwords. Try again in <strong class="inline">{countdown(wait)}</strong>
            </Notice>
          ) : (
            unlock.error &&
            !wrong &&
            !throttled && (
              <Notice tone="danger" live>
                {sentence(unlock.error.message)}
              </Notice>
            )
          )}
          <Button kind="primary" type="submit" busy={unlock.busy} disabled={wait > 0 || password === ''}>
            Unlock
          </Button>
        </div>
      </form>
      {eraseHref !== undefined && (
        <a class="link-button forgotten" href={eraseHref}>
          Forgotten the password?
        </a>
      )}
    </main>
  );
}
