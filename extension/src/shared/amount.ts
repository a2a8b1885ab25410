// Amounts as people read and write them. Digits are grouped by a narrow space, which means the same
// everywhere, and the decimals come after a point.

/** The largest amount that a token of the network can hold: 128 bits. */
export const MAX_AMOUNT = (1n << 128n) - 1n;
/** U+202F, narrow no-break space. */
const GROUP = '\u202f';

/** `1234500` with 3 decimals is `1 234.5`. `places` cuts the decimals that are shown. */
export function formatAmount(raw: string | bigint, decimals: number, places?: number): string {
  const { whole, fraction } = amountParts(raw, decimals, places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The same in parts, for those who set the decimals in smaller type. */
export function amountParts(
  raw: string | bigint,
  decimals: number,
  places = decimals,
): { whole: string; fraction: string; cut: boolean } {
  const digits = BigInt(raw)
    .toString()
    .padStart(decimals + 1, '0');
  const split = digits.length - decimals;
  const all = digits.slice(split).replace(/0+$/, '');
  const fraction = all.slice(0, places).replace(/0+$/, '');
  const whole = digits.slice(0, split).replace(/\B(?=(\d{3})+$)/g, GROUP);
  return { whole, fraction, cut: all.length > places };
}

/** The amount as it is written into a field: no grouping. */
export function plainAmount(raw: string | bigint, decimals: number): string {
  return formatAmount(raw, decimals).replaceAll(GROUP, '');
}

export type ParsedAmount = { ok: true; raw: string } | { ok: false; problem: AmountProblem };
export type AmountProblem = 'empty' | 'comma' | 'notANumber' | 'tooPrecise' | 'zero' | 'tooLarge';

/** Reads what a person wrote. Commas are refused: they mean thousands here and decimals there. */
export function parseAmount(text: string, decimals: number): ParsedAmount {
  const written = text.replace(/[\s\u202f\u00a0]/g, '');
  const no = (problem: AmountProblem): ParsedAmount => ({ ok: false, problem });
  if (written === '') return no('empty');
  if (written.includes(',')) return no('comma');
  const match = /^(\d*)(?:\.(\d*))?$/.exec(written);
  if (!match || written === '.') return no('notANumber');
  const whole = match[1] ?? '';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return no('tooPrecise');
  if (whole.length > 60) return no('tooLarge');
  const raw = BigInt(whole + fraction.padEnd(decimals, '0') || '0');
  if (raw === 0n) return no('zero');
  if (raw > MAX_AMOUNT) return no('tooLarge');
  return { ok: true, raw: raw.toString() };
}

export function amountProblemText(problem: AmountProblem, decimals: number): string {
  switch (problem) {
    case 'empty':
      return 'Enter an amount.';
    case 'comma':
      return 'Use a point for decimals and no commas.';
    case 'notANumber':
      return 'This is not a number.';
    case 'tooPrecise':
      return decimals === 0
        ? 'This token has no decimals.'
        : `This token has ${decimals} decimal places at most.`;
    case 'zero':
      return 'Enter an amount above zero.';
    case 'tooLarge':
      return 'This is more than the token can hold.';
  }
}

/** The sum of what is known; nothing if nothing is. */
export function sumAmounts(...amounts: (string | undefined)[]): string | undefined {
  const known = amounts.filter((amount) => amount !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((sum, amount) => sum + BigInt(amount), 0n).toString();
}

/** How much of the sum `part` is, in thousandths. */
export function shareOf(part: string, whole: string): number {
  const sum = BigInt(whole);
  return sum === 0n ? 0 : Number((BigInt(part) * 1000n) / sum);
}
