import { useState } from 'preact/hooks';

import { addressProblemText, checkAddress } from '../../shared/address.ts';
import { ShortAddress } from '../../ui/Address.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import { useAction, useQuery } from '../../ui/engine.tsx';
import { TextField } from '../../ui/Field.tsx';
import { Section } from '../../ui/List.tsx';
import { ErrorNotice } from '../../ui/Notice.tsx';
import { go, to } from '../../ui/router.ts';
import { Screen } from '../../ui/Screen.tsx';
import { TokenMark } from '../../ui/TokenMark.tsx';

export function AddToken() {
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const tokens = useQuery('tokens', {});
  const add = useAction('addToken');
  const remove = useAction('removeToken');
  const checked = checkAddress(text);
  const submit = async () => {
    setTried(true);
    if (checked.ok && (await add.run({ address: checked.address }))) go();
  };
  return (
    <Screen
      title="Tokens"
      back={to()}
      onSubmit={submit}
      footer={
        <Button kind="primary" type="submit" busy={add.busy}>
          Add token
        </Button>
      }
    >
      <TextField
        label="Contract address"
        class="mono"
        placeholder="0x…"
        value={text}
        onValue={(value) => {
          setText(value);
          setTried(false);
          add.clear();
        }}
        error={tried && !checked.ok ? addressProblemText(checked.problem) : undefined}
        hint="Name, symbol and decimals are read from the contract."
      />
      <ErrorNotice error={add.error} title="The token was not added" />
      {tokens.data && tokens.data.length > 0 && (
        <Section title="On your list">
          <ul class="card rows">
            {tokens.data.map((token) => (
              <li key={token.address} class="row">
                <TokenMark token={token} />
                <span class="row-text">
                  <span class="row-title">
                    {token.name} ({token.symbol})
                  </span>
                  <span class="row-note">
                    <ShortAddress address={token.address} />
                  </span>
                </span>
                <IconButton
                  icon="trash"
                  label={`Take ${token.name} off the list`}
                  onClick={() => remove.run({ address: token.address })}
                />
              </li>
            ))}
          </ul>
          <ErrorNotice error={remove.error ?? tokens.error} />
        </Section>
      )}
    </Screen>
  );
}
