const LOCAL = new Set(['localhost', '127.0.0.1']);

/** What is wrong with the address of a node, if anything is. */
export function urlProblem(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return 'Enter a full address, such as https://node.example.';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The address begins with https://.';
  if (url.protocol === 'http:' && !LOCAL.has(url.hostname)) {
    return 'Without https:// only a node on this computer can be used.';
  }
  if (url.username !== '' || url.password !== '') return 'The address must not hold a password.';
  return undefined;
}
