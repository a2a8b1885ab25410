// The service worker. It passes on what comes from pages, content scripts and the browser to the
// engine, and decides nothing itself. It may be ended at any moment, and be started by any event, so
// all listeners are added at once.
import init, { start } from 'pixie-background';
import type { EngineEvent, State } from '../shared/api.ts';
import type { FromRelay } from '../shared/relay.ts';
import { isForLocking, setAlarms } from './alarms.ts';
import { answersLeaving, asked, showCount, windowClosed } from './approvals.ts';
import { during, hold } from './awake.ts';
import { type Engine, type ReportedSender, SESSIONS } from './engine.ts';
import { hasRows, host } from './host.ts';
import { accept, isOwnPage, tell } from './pages.ts';
import { acceptRelay, heardRelay } from './relays.ts';
import { attach } from './tabs.ts';

let engine: Promise<Engine> | undefined;

/** The engine, started if it is not; after a failure the next one who asks tries again. */
function running(): Promise<Engine> {
  engine ??= begin();
  return engine;
}

async function begin(): Promise<Engine> {
  try {
    // The browser opens its files for IndexedDB when somebody first asks; now it does while it compiles.
    indexedDB.databases().catch(report);
    await Promise.all([
      init({ module_or_path: chrome.runtime.getURL('pixie_background_bg.wasm') }),
      chrome.storage.session.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' }),
    ]);
    return await start(host((event) => heard(JSON.parse(event) as EngineEvent)));
  } catch (error) {
    engine = undefined;
    throw error;
  }
}

async function ask(method: string, params: object): Promise<unknown> {
  const request = JSON.stringify({ method, params });
  return JSON.parse(await during(running().then((engine) => engine.ask(request))));
}

function heard(event: EngineEvent): void {
  tell(event);
  if (event.kind === 'approval') {
    asked(event.id, ask).catch(report);
  } else if (event.kind === 'state') {
    const { vault, working, pendingApprovals } = event.state;
    showCount(event.state);
    hold('work', working.length > 0 || pendingApprovals > 0);
    setAlarms(vault);
  }
}

/** For the developer's console; the engine's errors hold no secrets. */
function report(error: unknown): void {
  console.error(error);
}

function reported({ origin, tab, frameId, documentId }: chrome.runtime.MessageSender): ReportedSender {
  return {
    ...(origin === undefined ? {} : { origin }),
    ...(tab?.id === undefined ? {} : { tabId: tab.id }),
    ...(frameId === undefined ? {} : { frameId }),
    ...(documentId === undefined ? {} : { documentId }),
  };
}

/** Says whether what follows of the message has been carried out; if not, it is sent again. */
async function fromRelay(message: FromRelay, sender: chrome.runtime.MessageSender): Promise<boolean> {
  try {
    const engine = await running();
    const from = JSON.stringify(reported(sender));
    if ('gone' in message) await engine.forgetDocument(from);
    else if (typeof message.relayed === 'string') await engine.relayed(from, message.relayed);
    return true;
  } catch (error) {
    report(error);
    return false;
  }
}

const take = (message: FromRelay, sender: chrome.runtime.MessageSender) => during(fromRelay(message, sender));

/** A tab is no reason to start the engine if no page has a session. */
async function tabRemoved(tab: number): Promise<void> {
  if (!engine && !(await hasRows('session', SESSIONS))) return;
  await (await running()).forgetTab(tab);
}

chrome.runtime.onMessage.addListener((message: unknown, sender, respond) => heardRelay(message, sender, respond, take));

chrome.runtime.onMessage.addListener(
  (message: unknown, sender, respond) => isOwnPage(sender) && answersLeaving(message, ask, respond),
);

chrome.runtime.onConnect.addListener((port) => {
  if (!acceptRelay(port, take)) accept(port, ask);
});

chrome.tabs.onRemoved.addListener((tab) => {
  during(tabRemoved(tab)).catch(report);
});

chrome.windows.onRemoved.addListener((window) => {
  // What waits for an answer does not outlive the engine.
  if (!engine) return;
  const closed = engine.then((engine) => engine.windowClosed(window));
  during(closed.then(() => windowClosed(window, ask))).catch(report);
});

async function rang(alarm: chrome.alarms.Alarm): Promise<void> {
  const mayLock = isForLocking(alarm);
  await (await running()).tick();
  if (mayLock) setAlarms(((await ask('state', {})) as State).vault);
}

chrome.alarms.onAlarm.addListener((alarm) => {
  during(rang(alarm)).catch(report);
});

chrome.runtime.onStartup.addListener(() => {
  during(running()).catch(report);
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === 'install') void chrome.tabs.create({ url: chrome.runtime.getURL('popup.html') });
  if (reason === 'install' || reason === 'update') during(attach()).catch(report);
});
