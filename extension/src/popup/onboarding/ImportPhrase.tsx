import { useState } from 'preact/hooks';

import { Button } from '../../ui/Button.tsx';
import { useAction } from '../../ui/engine.tsx';
import { TextArea } from '../../ui/Field.tsx';
import { ErrorNotice } from '../../ui/Notice.tsx';
import { to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { NewPasswordFields, useNewPassword } from './NewPassword.tsx';

const WORDS = 24;

export function ImportPhrase() {
  const [text, setText] = useState('');
  const [step, setStep] = useState<'phrase' | 'password'>('phrase');
  const [tried, setTried] = useState(false);
  const form = useNewPassword();
  const create = useAction('create');
  const words = text.trim().toLowerCase().split(/\s+/).filter((word) => word !== '');
  const strange = words.find((word) => !/^[a-z]+$/.test(word));
  const problem =
    strange !== undefined
      ? `“${strange}” is no word of a phrase.`
      : words.length !== WORDS
        ? `A phrase has ${WORDS} words; these are ${words.length}.`
        : undefined;

  if (step === 'phrase') {
    return (
      <Screen
        key="phrase"
        title="Enter your phrase"
        back={to()}
        aside={<span class="step-count">Step 1 of 2</span>}
        onSubmit={() => {
          setTried(true);
          if (!problem) setStep('password');
        }}
        footer={
          <Button kind="primary" type="submit">
            Continue
          </Button>
        }
      >
        <p class="muted">The {WORDS} words in order, with spaces between them.</p>
        <TextArea
          label="Recovery phrase"
          aside={
            <span>
              {words.length} of {WORDS}
            </span>
          }
          rows={7}
          autofocus
          autocapitalize="none"
          value={text}
          onValue={setText}
          error={tried ? problem : undefined}
        />
      </Screen>
    );
  }
  return (
    <Screen
      key="password"
      title="Choose a password"
      back={() => {
        create.clear();
        setStep('phrase');
      }}
      aside={<span class="step-count">Step 2 of 2</span>}
      onSubmit={() => {
        const password = form.check();
        if (password !== undefined) create.run({ password, phrase: words.join(' '), imported: true });
      }}
      footer={
        <Button kind="primary" type="submit" busy={create.busy}>
          Import wallet
        </Button>
      }
    >
      <p class="muted">It unlocks Pixie on this device, and need not be the one that you had before.</p>
      <NewPasswordFields form={form} focus />
      <ErrorNotice error={create.error} title="The phrase was not taken" />
    </Screen>
  );
}
