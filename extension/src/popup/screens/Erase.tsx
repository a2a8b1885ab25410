import { useState } from 'preact/hooks';

import { Button, LinkButton } from '../../ui/Button.tsx';
import { useAction } from '../../ui/engine.tsx';
import { TextField } from '../../ui/Field.tsx';
import { ErrorNotice, Notice } from '../../ui/Notice.tsx';
import { Screen } from '../../ui/Screen.tsx';

const WORD = 'ERASE';

export function EraseScreen({ back }: { back: string }) {
  const [text, setText] = useState('');
  const erase = useAction('erase');
  const matches = text.trim() === WORD;
  return (
    <Screen
      title="Erase this wallet"
      back={back}
      onSubmit={() => {
        if (matches) erase.run({ confirm: WORD });
      }}
      footer={
        <div class="buttons">
          <LinkButton href={back}>Keep it</LinkButton>
          <Button kind="danger" type="submit" busy={erase.busy} disabled={!matches}>
            Erase
          </Button>
        </div>
      }
    >
      <Notice tone="danger" title="This cannot be undone">
        All keys, names and permissions leave this device. Only your recovery phrase or a backup brings your
        money back.
      </Notice>
      <TextField
        label={`Type ${WORD} to go on`}
        autocapitalize="characters"
        value={text}
        onValue={setText}
      />
      <ErrorNotice error={erase.error} title="The wallet was not erased" />
    </Screen>
  );
}
