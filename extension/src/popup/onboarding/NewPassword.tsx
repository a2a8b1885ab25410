import { useState } from 'preact/hooks';

import { MINIMUM_LENGTH, strengthOf } from '../../shared/strength.ts';
import { PasswordField } from '../../ui/Field.tsx';

export interface NewPasswordState {
  password: string;
  repeated: string;
  tried: boolean;
}

/** A new password, written twice. `check` gives it if it will do, and shows what is wrong otherwise. */
export function useNewPassword(initial = '') {
  const [state, setState] = useState<NewPasswordState>({ password: initial, repeated: initial, tried: false });
  const tooShort = strengthOf(state.password).score === 0;
  const differs = state.password !== state.repeated;
  return {
    state,
    setState,
    tooShort,
    differs,
    check(): string | undefined {
      setState({ ...state, tried: true });
      return tooShort || differs ? undefined : state.password;
    },
  };
}

export function NewPasswordFields({
  form,
  label = 'Password',
  focus,
}: {
  form: ReturnType<typeof useNewPassword>;
  label?: string;
  focus?: boolean;
}) {
  const { state, setState, tooShort, differs } = form;
  return (
    <div class="form">
      <PasswordField
        label={label}
        autocomplete="new-password"
        autofocus={focus}
        value={state.password}
        onValue={(password) => setState({ ...state, password })}
        error={state.tried && tooShort ? `Use at least ${MINIMUM_LENGTH} characters.` : undefined}
        hint={<StrengthHint password={state.password} />}
      />
      <PasswordField
        label="Repeat it"
        autocomplete="new-password"
        value={state.repeated}
        onValue={(repeated) => setState({ ...state, repeated })}
        error={state.tried && !tooShort && differs ? 'The two passwords differ.' : undefined}
      />
    </div>
  );
}

function StrengthHint({ password }: { password: string }) {
  if (password === '') return <span>At least {MINIMUM_LENGTH} characters; a few words are best.</span>;
  const { score, word } = strengthOf(password);
  return (
    <span class={`strength s${score}`}>
      {[1, 2, 3, 4].map((bar) => (
        <i key={bar} class={bar <= score ? 'on' : undefined} />
      ))}
      <span role="status">{word}</span>
    </span>
  );
}
