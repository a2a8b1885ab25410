import { Button } from './Button.tsx';

/** The words of a phrase with their numbers, covered until they are asked for. */
export function PhraseGrid({ words, shown, onShow }: { words: string[]; shown: boolean; onShow(): void }) {
  return (
    <div class="phrase-frame">
      <ol class={shown ? 'phrase' : 'phrase hidden'} aria-hidden={shown ? undefined : 'true'}>
        {words.map((word, index) => (
          <li key={index}>
            <span>{index + 1}</span>
            <b>{shown ? word : '•••••'}</b>
          </li>
        ))}
      </ol>
      {!shown && (
        <div class="phrase-cover">
          <Button icon="eye" onClick={onShow}>
            Show the words
          </Button>
        </div>
      )}
    </div>
  );
}
