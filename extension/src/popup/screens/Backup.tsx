import { useState } from 'preact/hooks';

import { fromBase64 } from '../../shared/bytes.ts';
import { useAction } from '../../ui/engine.tsx';
import { LinkButton } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { saveFile } from '../../ui/save.ts';
import { Screen } from '../../ui/Screen.tsx';
import { PasswordGate } from '../PasswordGate.tsx';

export function BackupScreen() {
  const [saved, setSaved] = useState<string>();
  const backup = useAction('backup');
  if (saved !== undefined) {
    return (
      <Screen title="Backup" back={to('settings')} footer={<LinkButton href={to('settings')}>Done</LinkButton>}>
        <Notice tone="good" live title="The backup was saved">
          It is the file <strong class="inline">{saved}</strong> in your downloads. Move it to a safe place.
        </Notice>
      </Screen>
    );
  }
  return (
    <PasswordGate
      title="Backup"
      action="Save the backup"
      busy={backup.busy}
      error={backup.error}
      onEdit={backup.clear}
      onPassword={async (password) => {
        const done = await backup.run({ password });
        if (!done) return;
        const { fileName, bytes } = done.result;
        saveFile(fileName, fromBase64(bytes), 'application/octet-stream');
        setSaved(fileName);
      }}
    >
      <p class="muted">
        One file with everything: keys, imported accounts, names, connected sites and settings. It is sealed
        with your password, which you need to restore it.
      </p>
    </PasswordGate>
  );
}
