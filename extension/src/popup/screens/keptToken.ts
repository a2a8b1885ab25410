// The token that the first page shows large, as long as the browser session goes on.
let chosen: string | undefined;

export const keptToken = () => chosen;

export function keepToken(address: string) {
  chosen = address;
}
