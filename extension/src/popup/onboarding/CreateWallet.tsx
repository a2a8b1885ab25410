import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { Button } from '../../ui/Button.tsx';
import { useAction, useEngine } from '../../ui/engine.tsx';
import { Checkbox, TextField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ErrorNotice, Notice } from '../../ui/Notice.tsx';
import { PhraseGrid } from '../../ui/PhraseGrid.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { NewPasswordFields, useNewPassword } from './NewPassword.tsx';

/** How many words of the phrase are asked for. */
const ASKED = 3;

type Step = 'password' | 'phrase' | 'confirm';

export function CreateWallet() {
  const { client } = useEngine();
  const [step, setStep] = useState<Step>('password');
  const [words, setWords] = useState<string[]>();
  const [seen, setSeen] = useState(false);
  const form = useNewPassword();
  const create = useAction('create');

  useEffect(() => {
    client.call('generatePhrase', {}).then(
      ({ words }) => setWords(words),
      () => {},
    );
  }, [client]);

  if (step === 'password' || !words) {
    return (
      <Screen
        key="password"
        title="Choose a password"
        back={to()}
        aside={<span class="step-count">Step 1 of 3</span>}
        onSubmit={() => {
          if (form.check() !== undefined) setStep('phrase');
        }}
        footer={
          <Button kind="primary" type="submit" busy={step !== 'password'}>
            Continue
          </Button>
        }
      >
        <p class="muted">
          It unlocks Pixie on this device. Nobody can reset it, but your recovery phrase, which comes
          next, works without it.
        </p>
        <NewPasswordFields form={form} focus />
      </Screen>
    );
  }

  if (step === 'phrase') {
    return (
      <Screen
        key="phrase"
        title="Your recovery phrase"
        back={() => setStep('password')}
        aside={<span class="step-count">Step 2 of 3</span>}
        onSubmit={() => setStep('confirm')}
        footer={
          <Button kind="primary" type="submit" disabled={!seen}>
            I have written it down
          </Button>
        }
      >
        <p class="muted">
          Write these {words.length} words on paper, in order. They bring back every account.
        </p>
        <PhraseGrid words={words} shown={seen} onShow={() => setSeen(true)} />
        <Notice tone="warning">
          Whoever has these words has your money. Pixie asks for them only to restore a wallet.
        </Notice>
      </Screen>
    );
  }

  return (
    <Confirm
      words={words}
      busy={create.busy}
      error={<ErrorNotice error={create.error} title="The wallet was not created" />}
      onBack={() => setStep('phrase')}
      onDone={() =>
        create.run({ password: form.state.password, phrase: words.join(' '), imported: false })
      }
    />
  );
}

function Confirm({
  words,
  busy,
  error,
  onBack,
  onDone,
}: {
  words: string[];
  busy: boolean;
  error: ComponentChildren;
  onBack(): void;
  onDone(): void;
}) {
  const [places] = useState(() => choosePlaces(words.length, ASKED));
  const [given, setGiven] = useState<Record<number, string>>({});
  const [tried, setTried] = useState(false);
  const [skip, setSkip] = useState(false);
  const isRight = (place: number) => given[place]?.trim().toLowerCase() === words[place];
  return (
    <Screen
      key="confirm"
      title="Confirm the phrase"
      back={onBack}
      aside={<span class="step-count">Step 3 of 3</span>}
      onSubmit={() => {
        setTried(true);
        if (places.every(isRight) && skip) onDone();
      }}
      footer={
        <Button kind="primary" type="submit" busy={busy}>
          Create wallet
        </Button>
      }
    >
      <p class="muted">Enter the words that stand at these places on your paper.</p>
      <div class="form">
        {places.map((place, index) => (
          <TextField
            key={place}
            label={`Word ${place + 1}`}
            autofocus={index === 0}
            autocapitalize="none"
            value={given[place] ?? ''}
            onValue={(value) => setGiven({ ...given, [place]: value })}
            error={tried && !isRight(place) ? 'This is not the word at this place.' : undefined}
            end={
              given[place] && isRight(place) ? (
                <span class="input-unit">
                  <Icon name="check" />
                  <span class="visually-hidden">right</span>
                </span>
              ) : undefined
            }
          />
        ))}
      </div>
      <Checkbox checked={skip} onChecked={setSkip}>
        I understand that nobody can restore this wallet without the phrase.
      </Checkbox>
      {tried && !skip && places.every(isRight) && (
        <Notice tone="warning" live>
          Please confirm this.
        </Notice>
      )}
      {error}
    </Screen>
  );
}

/** Some places, by chance, in order. */
function choosePlaces(count: number, wanted: number): number[] {
  const places = new Set<number>();
  const random = new Uint32Array(1);
  while (places.size < Math.min(wanted, count)) {
    crypto.getRandomValues(random);
    places.add((random[0] ?? 0) % count);
  }
  return [...places].sort((one, other) => one - other);
}
