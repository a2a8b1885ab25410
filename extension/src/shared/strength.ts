// A rough guess at how long a password would stand, as a hint while it is chosen.

export const MINIMUM_LENGTH = 8;

export interface Strength {
  /** From 0, too short, to 4. */
  score: 0 | 1 | 2 | 3 | 4;
  word: string;
}

const COMMON = [
  'password', 'passwort', 'qwerty', 'qwertz', 'azerty', 'letmein', 'welcome', 'dragon', 'monkey',
  'iloveyou', 'admin', 'abc', 'secret', 'bitcoin', 'ethereum', 'aztec', 'pixie', 'wallet', 'crypto',
];

/** About how many bits it takes to guess the password. */
export function guessedBits(password: string): number {
  let rest = password.toLowerCase();
  let bits = 0;
  for (const word of COMMON) {
    if (!rest.includes(word)) continue;
    rest = rest.replaceAll(word, '');
    bits += 6;
  }
  // What goes on from the character before it, by the same step, adds next to nothing.
  let fresh = 0;
  for (let index = 0; index < rest.length; index += 1) {
    const step = rest.charCodeAt(index) - rest.charCodeAt(index - 1);
    if (index === 0 || Math.abs(step) > 1) fresh += 1;
    else bits += 0.5;
  }
  const kinds = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 33],
  ] as const;
  const alphabet = kinds.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0);
  const different = new Set(rest).size;
  const variety = Math.min(1, (different + 1) / Math.max(1, fresh));
  return bits + fresh * Math.log2(Math.max(2, alphabet)) * variety;
}

export function strengthOf(password: string): Strength {
  if ([...password].length < MINIMUM_LENGTH) return { score: 0, word: 'Too short' };
  const bits = guessedBits(password);
  if (bits < 36) return { score: 1, word: 'Weak' };
  if (bits < 54) return { score: 2, word: 'Fair' };
  if (bits < 72) return { score: 3, word: 'Good' };
  return { score: 4, word: 'Strong' };
}
