// Panels of inputs and actions: a button each, and what came of it.
import { jsonStringify } from '@aztec/foundation/json-rpc';

type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> & { testId?: string } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const { testId, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  if (testId !== undefined) made.dataset['testid'] = testId;
  made.append(...children);
  return made;
}

export const panel = (title: string, ...children: Child[]) =>
  element('section', {}, element('h2', {}, title), ...children);

/** An input whose value may come with the page's address. */
export function input(name: string, label: string, initial = ''): HTMLInputElement {
  const value = new URLSearchParams(location.search).get(name) ?? initial;
  return element('input', { testId: name, value, ariaLabel: label, spellcheck: false });
}

export const labelled = (field: HTMLInputElement) => element('label', {}, field.ariaLabel ?? '', field);

/**
 * A button, and beside it what came of it: `data-state` is `running`, `done` or `failed`, `data-value`
 * the result in JSON, `data-ms` how long it took.
 */
export function action(name: string, label: string, run: () => Promise<unknown>): HTMLElement {
  const button = element('button', { type: 'button', testId: name }, label);
  const output = element('output', { testId: `${name}-result` });
  const show = (state: string, text: string) => {
    output.dataset['state'] = state;
    output.textContent = text;
  };
  button.addEventListener('click', async () => {
    button.disabled = true;
    delete output.dataset['value'];
    show('running', 'Waiting for the wallet …');
    const begun = performance.now();
    try {
      const result = (await run()) ?? null;
      output.dataset['value'] = jsonStringify(result);
      show('done', jsonStringify(result, true));
    } catch (error) {
      console.info(`${name}:`, error);
      show('failed', problem(error));
    }
    output.dataset['ms'] = String(Math.round(performance.now() - begun));
    button.disabled = false;
  });
  return element('div', { className: 'action' }, button, output);
}

/** What went wrong, in a line. The SDK puts the wallet's error, as JSON, into the message of its own. */
function problem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = { code: undefined, ...parsed(error.message), ...codeOf(error) };
  return code === undefined ? message : `${code}: ${message}`;
}

function codeOf(error: Error): { code?: string } {
  return 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
}

function parsed(text: string): { code?: string; message: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return { message: value };
    if (typeof value === 'object' && value !== null && 'message' in value) {
      const { code, message } = value as { code?: unknown; message: unknown };
      return { ...(typeof code === 'string' ? { code } : {}), message: String(message) };
    }
  } catch {
    // A message for people.
  }
  return { message: text };
}
