// Text that comes from others may hold characters that are not seen, or that turn the direction of what
// stands around them: with them a contract or a site could write what reads like something else.

// Control characters but tab and line feed; marks, embeddings, overrides and isolates of direction; zero
// width space, word joiner and the like. Joiners stay, for emoji and scripts are written with them.
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The text with a visible mark in the place of each such character. */
export function plain(text: string): string {
  return text.replace(UNSEEN, '\ufffd');
}
