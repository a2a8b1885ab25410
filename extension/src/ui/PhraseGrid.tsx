import { useRef } from 'preact/hooks';

import { Button } from './Button.tsx';

/** The words of a phrase with their numbers, covered until they are asked for. */
export function PhraseGrid({ words, shown, onShow }: { words: string[]; shown: boolean; onShow(): void }) {
  const list = useRef<HTMLOListElement>(null);
  const show = () => {
    onShow();
    // The button goes, and the focus must not go with it.
    list.current?.focus();
  };
  return (
    <div class="phrase-frame">
      <ol
        ref={list}
        class={shown ? 'phrase' : 'phrase covered'}
        tabIndex={-1}
        aria-label={shown ? 'Recovery phrase' : 'Recovery phrase, covered'}
      >
        {words.map((word, index) => (
          <li key={index}>
            <span>{index + 1}</span>
            <b>{shown ? word : '•••••'}</b>
          </li>
        ))}
      </ol>
      {!shown && (
        <div class="phrase-cover">
          <Button icon="eye" onClick={show}>
            Show the words
          </Button>
        </div>
      )}
    </div>
  );
}
