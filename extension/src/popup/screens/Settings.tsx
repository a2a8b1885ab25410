import { useState } from 'preact/hooks';

import type { Settings, Theme } from '../../shared/api.ts';
import { useAction, useQuery } from '../../ui/engine.tsx';
import { Choice, SelectField } from '../../ui/Field.tsx';
import { LinkRow, Section } from '../../ui/List.tsx';
import { ErrorNotice } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { keepTheme } from '../../ui/theme.ts';

const IDLE = [1, 5, 10, 15, 30, 60];
const ABSOLUTE = [1, 4, 8, 12, 24];

const THEMES: { value: Theme; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function SettingsScreen() {
  const { data: kept, error } = useQuery('settings', {});
  const [chosen, setChosen] = useState<Settings>();
  const set = useAction('setSettings');
  // What was chosen is shown at once, and taken back if it was not kept.
  const data = chosen ?? kept;
  const change = async (change: Partial<Settings>) => {
    if (!data) return;
    const next = { ...data, ...change };
    setChosen(next);
    if (change.theme) keepTheme(change.theme);
    if (!(await set.run(next))) {
      setChosen(undefined);
      if (kept) keepTheme(kept.theme);
    }
  };
  return (
    <main class="screen-body">
      <h1 class="visually-hidden">Settings</h1>
      <div class="card rows">
        <LinkRow href={to('accounts')} icon="account" title="Accounts" />
        <LinkRow href={to('contacts')} icon="book" title="Address book" />
        <LinkRow href={to('networks')} icon="network" title="Networks" />
      </div>
      <Section title="Security">
        <div class="card rows">
          <LinkRow href={to('backup')} icon="download" title="Backup" note="A sealed file with everything" />
          <LinkRow href={to('phrase')} icon="key" title="Recovery phrase" note="Asks for your password" />
          <LinkRow href={to('password')} icon="lock" title="Change password" />
        </div>
      </Section>
      <ErrorNotice error={error ?? set.error} title="The settings" />
      {data && (
        <>
          <Section title="Locking">
            <div class="card padded form">
              <SelectField
                label="Lock when I am away for"
                value={data.idleLockMinutes}
                options={choices(IDLE, data.idleLockMinutes, minutes)}
                onValue={(idleLockMinutes) => change({ idleLockMinutes })}
              />
              <SelectField
                label="Lock in any case after"
                value={data.absoluteLockHours}
                options={choices(ABSOLUTE, data.absoluteLockHours, hours)}
                onValue={(absoluteLockHours) => change({ absoluteLockHours })}
              />
            </div>
          </Section>
          <Section>
            <Choice
              label="Appearance"
              value={data.theme}
              options={THEMES}
              onValue={(theme) => change({ theme })}
            />
          </Section>
        </>
      )}
      <Section>
        <div class="card rows">
          <LinkRow href={to('erase')} icon="trash" title="Erase this wallet" note="From this device only" />
        </div>
      </Section>
    </main>
  );
}

const minutes = (count: number) => (count === 1 ? '1 minute' : `${count} minutes`);
const hours = (count: number) => (count === 1 ? '1 hour' : `${count} hours`);

/** The usual choices, and what is set if it is none of them. */
function choices(usual: number[], now: number, name: (count: number) => string) {
  const values = usual.includes(now) ? usual : [...usual, now].sort((one, other) => one - other);
  return values.map((value) => ({ value, label: name(value) }));
}
