import type { Token } from '../shared/api.ts';

/** The first letters of a token, in a colour that follows from its address. */
export function TokenMark({ token }: { token: Token }) {
  const tone = Number.parseInt(token.address.slice(-2), 16) % 8;
  return (
    <span class={`token-mark tone-${Number.isNaN(tone) ? 0 : tone}`} aria-hidden="true">
      {token.symbol.slice(0, 3)}
    </span>
  );
}
