// Opens the built pages in Chromium, with the fake engine in the place of the extension's.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

import { program } from '../../scripts/lib/chromium.mjs';
import type { Scenario } from './fake/engine.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ROOT = folder('..');
/** Where the pictures go, for people to look at. */
export const PICTURES = folder('../../target/pages/pictures');
const ORIGIN = 'http://pixie.localhost';
/** The small window of the toolbar. */
export const SIZE = { width: 380, height: 600 };

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/** No stricter than the policy of the extension's pages, and strict where that is silent. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'";

export interface Opened {
  page: Page;
  /** What the page complained of. */
  complaints: string[];
}

export class Pages {
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #fake: string;

  private constructor(browser: Browser, context: BrowserContext, fake: string) {
    this.#browser = browser;
    this.#context = context;
    this.#fake = fake;
  }

  static async start(): Promise<Pages> {
    const files = await builtPages();
    const fake = await bundle(folder('fake/install.ts'));
    mkdirSync(PICTURES, { recursive: true });
    const browser = await chromium.launch({ executablePath: program(), chromiumSandbox: false });
    const context = await browser.newContext({ viewport: SIZE, baseURL: ORIGIN, reducedMotion: 'reduce' });
    await context.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      const body = files.get(pathname) ?? publicFile(pathname);
      if (body === undefined) return route.fulfill({ status: 404 });
      const type = TYPES[extname(pathname)] ?? 'text/plain';
      return route.fulfill({ body, headers: { 'Content-Type': type, 'Content-Security-Policy': POLICY } });
    });
    return new Pages(browser, context, fake);
  }

  /** Opens a page; `path` is such as `popup.html#/send`. */
  async open(path: string, scenario: Scenario = {}): Promise<Opened> {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    await page.addInitScript(`window.scenario = ${JSON.stringify(scenario)};\n${this.#fake}`);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`/${path}`);
    return { page, complaints };
  }

  async close() {
    await this.#browser.close();
  }
}

/** The pages as they are shipped, by their paths; kept in memory, so that tests can run side by side. */
async function builtPages(): Promise<Map<string, string | Buffer>> {
  const built = await build({ root: ROOT, logLevel: 'warn', build: { write: false } });
  const outputs = Array.isArray(built) ? built : [built];
  const files = outputs.flatMap((output) => ('output' in output ? output.output : []));
  return new Map(
    files.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : Buffer.from(file.source)]),
  );
}

function publicFile(path: string): Buffer | undefined {
  const file = join(ROOT, 'public', path);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** One script of a module and all that it imports. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      lib: { entry, formats: ['iife'], name: 'fake' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('the fake engine was not built');
  const [chunk] = output.output;
  return chunk.code;
}

/** Waits until nothing is loading any more. */
export async function settled(page: Page) {
  await page.waitForFunction(
    () =>
      document.querySelector('.app h1') !== null &&
      document.querySelector('[aria-busy="true"], [aria-disabled="true"]') === null,
  );
}

/** What is wider than the window. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`] : [];
    const scrolls = (element: Element) => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(element).overflowX);
    for (const element of document.querySelectorAll('.app *')) {
      const { left, right, width } = element.getBoundingClientRect();
      if (width === 0 || (left >= -0.5 && right <= clientWidth + 0.5)) continue;
      let frame = element.parentElement;
      while (frame && !(scrolls(frame) && frame.matches('.raw, .row-title, .row-note, .row-end, .hero-label, .places .amount'))) {
        frame = frame.parentElement;
      }
      if (!frame && !element.closest('.visually-hidden')) {
        found.push(`${element.tagName}.${element.getAttribute('class')} from ${left} to ${right}`);
      }
    }
    for (const element of document.querySelectorAll('.screen-body, .welcome, .screen-footer, .dialog')) {
      if (element.scrollWidth > element.clientWidth) {
        found.push(`${element.getAttribute('class')} scrolls sideways: ${element.scrollWidth} > ${element.clientWidth}`);
      }
    }
    return found;
  });
}
