import type { Amount as Raw, Place, Token } from '../shared/api.ts';
import { amountParts, formatAmount } from '../shared/amount.ts';
import { Icon } from './Icon.tsx';

/** How many characters of the large type fit on a line. */
const LINE = 18;

/** An amount with its symbol. The decimals that are cut are in the title. */
export function Amount({
  raw,
  token,
  large,
  hideSymbol,
}: {
  raw: Raw | undefined;
  token: Token;
  large?: boolean;
  hideSymbol?: boolean;
}) {
  if (raw === undefined) return <span class={large ? 'amount large none' : 'amount none'}>unknown</span>;
  const { whole, fraction, cut } = amountParts(raw, token.decimals, placesOf(token));
  const isLong = whole.length + fraction.length + token.symbol.length > LINE;
  const kind = large ? (isLong ? 'amount large long' : 'amount large') : 'amount';
  const exact = `${formatAmount(raw, token.decimals)} ${token.symbol}`;
  return (
    <span class={kind} title={cut ? exact : undefined}>
      <span class="amount-number">
        {whole}
        {(fraction !== '' || cut) && (
          <span class="amount-fraction">
            .{fraction}
            {cut && '…'}
          </span>
        )}
      </span>
      {!hideSymbol && <span class="amount-symbol"> {token.symbol}</span>}
    </span>
  );
}

/** All decimals of tokens that have few of them; those of others say nothing at a glance. */
export function placesOf({ decimals }: Token): number {
  return decimals <= 6 ? decimals : 4;
}

/** Takes the room of an amount that is on its way. */
export function AmountSkeleton({ large, width = 6 }: { large?: boolean; width?: number }) {
  return (
    <span class={large ? 'amount large' : 'amount'}>
      <span class={`skeleton w${width}`}>
        <span class="visually-hidden">loading</span>
      </span>
    </span>
  );
}

/** Private or public: always a picture and the word. */
export function PlaceLabel({ place }: { place: Place }) {
  return (
    <span class={`place ${place}`}>
      <Icon name={place === 'private' ? 'shield' : 'globe'} size={16} />
      {place === 'private' ? 'Private' : 'Public'}
    </span>
  );
}
