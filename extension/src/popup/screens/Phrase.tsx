import { useState } from 'preact/hooks';

import { LinkButton } from '../../ui/Button.tsx';
import { useAction } from '../../ui/engine.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { PhraseGrid } from '../../ui/PhraseGrid.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { PasswordGate } from '../PasswordGate.tsx';

export function PhraseScreen() {
  const [words, setWords] = useState<string[]>();
  const [shown, setShown] = useState(false);
  const reveal = useAction('revealPhrase');
  if (!words) {
    return (
      <PasswordGate
        title="Recovery phrase"
        action="Show the phrase"
        busy={reveal.busy}
        error={reveal.error}
        onEdit={reveal.clear}
        onPassword={async (password) => {
          const revealed = await reveal.run({ password });
          if (revealed) setWords(revealed.result.words);
        }}
      >
        <Notice tone="warning" title="See that nobody watches">
          Whoever has the phrase has your money. No site and no helper ever needs it.
        </Notice>
      </PasswordGate>
    );
  }
  return (
    <Screen
      title="Recovery phrase"
      back={to('settings')}
      footer={<LinkButton href={to('settings')}>Done</LinkButton>}
    >
      <PhraseGrid words={words} shown={shown} onShow={() => setShown(true)} />
      <p class="muted small">
        It brings back every account that was made from it. Imported accounts, names and permissions are in
        a backup only.
      </p>
    </Screen>
  );
}
