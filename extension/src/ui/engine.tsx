// What components know of the engine: its state, how the connection is, and how to ask it.
import { createContext } from 'preact';
import type { ComponentChildren } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { Method, Params, Result, State } from '../shared/api.ts';
import { Client, type Connection, EngineError } from '../shared/client.ts';
import { heard, type Timeline, worked } from '../shared/progress.ts';
import { Questions } from '../shared/questions.ts';

interface Engine {
  client: Client;
  connection: Connection;
  /** Absent until the first answer. */
  state: State | undefined;
  timeline: Timeline;
  /** Grows whenever something may have changed that a page has asked for. */
  epoch: number;
  changed(): void;
  /** The last answers, so that a page shows at once what it showed before. */
  answers: Map<string, unknown>;
  questions: Questions;
}

const Context = createContext<Engine | undefined>(undefined);

export function EngineProvider({ client, children }: { client: Client; children: ComponentChildren }) {
  const [state, setState] = useState<State>();
  const [connection, setConnection] = useState(client.connection);
  const [timeline, setTimeline] = useState<Timeline>(new Map());
  const [epoch, setEpoch] = useState(0);
  const answers = useRef(new Map<string, unknown>()).current;
  const questions = useRef(new Questions()).current;
  const changed = useCallback(() => setEpoch((epoch) => epoch + 1), []);
  const last = useRef('');

  useEffect(() => {
    const take = (state: State) => {
      if (state.vault.status !== 'unlocked') answers.clear();
      setTimeline((timeline) => state.working.reduce(heard, timeline));
      setState(state);
      const now = fingerprint(state);
      if (last.current !== now) changed();
      last.current = now;
    };
    const events = client.onEvent((event) => {
      if (event.kind === 'progress') {
        const { progress } = event;
        setTimeline((timeline) => heard(timeline, progress));
        setState((state) => state && { ...state, working: worked(state.working, progress) });
        return;
      }
      if (event.kind === 'approval') {
        changed();
        return;
      }
      take(event.state);
    });
    // It may have come before anybody listened.
    if (client.state) take(client.state);
    const connections = client.onConnection((connection) => {
      setConnection(connection);
      if (connection === 'connected') changed();
    });
    setConnection(client.connection);
    return () => {
      events();
      connections();
    };
  }, [client]);

  const engine = useMemo(
    () => ({ client, connection, state, timeline, epoch, changed, answers, questions }),
    [client, connection, state, timeline, epoch],
  );
  return <Context.Provider value={engine}>{children}</Context.Provider>;
}

/** The parts of the state after whose change answers may differ; progress is none of them. */
function fingerprint({ vault, network, selected, accounts, pendingApprovals, working }: State): string {
  const entries = [...new Set(working.map(({ entry }) => entry))];
  return JSON.stringify([vault.status, network, selected, accounts, pendingApprovals, entries]);
}

export function useEngine(): Engine {
  const engine = useContext(Context);
  if (!engine) throw new Error('there is no engine above');
  return engine;
}

/** The state, for pages that are shown only when there is one. */
export function useWallet(): State {
  const { state } = useEngine();
  if (!state) throw new Error('the state is not here yet');
  return state;
}

export interface Query<T> {
  data: T | undefined;
  error: EngineError | undefined;
  loading: boolean;
  reload(): void;
}

/** Asks a question now, and again when the answer may have changed. Without parameters: not at all. */
export function useQuery<M extends Method>(
  method: M,
  params: Params<M> | undefined,
): Query<Result<M>> {
  const { client, epoch, changed, answers, questions } = useEngine();
  const key = params === undefined ? undefined : `${method} ${JSON.stringify(params)}`;
  const kept = key === undefined ? undefined : (answers.get(key) as Result<M> | undefined);
  const [error, setError] = useState<{ key: string; error: EngineError }>();
  const [, redraw] = useState(0);
  const [loading, setLoading] = useState(true);

  useEffect(() => {
    if (params === undefined || key === undefined) return;
    let wanted = true;
    setLoading(true);
    questions.ask(key, () => client.call(method, params)).then(
      (result) => {
        if (!wanted) return;
        answers.set(key, result);
        setError(undefined);
        setLoading(false);
        redraw((count) => count + 1);
      },
      (error: EngineError) => {
        if (!wanted) return;
        setError({ key, error });
        setLoading(false);
      },
    );
    return () => {
      wanted = false;
    };
  }, [client, key, epoch]);

  return {
    data: kept,
    error: error?.key === key ? error?.error : undefined,
    loading,
    reload: changed,
  };
}

export interface Action<M extends Method> {
  /** Gives the result, or nothing if the engine refused or still does what was asked before. */
  run(params: Params<M>): Promise<{ result: Result<M> } | undefined>;
  busy: boolean;
  error: EngineError | undefined;
  clear(): void;
}

/** A command of the user: busy while it runs, with the error of the last attempt. */
export function useAction<M extends Method>(method: M): Action<M> {
  const { client, changed } = useEngine();
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const [error, setError] = useState<EngineError>();
  const run = useCallback(
    async (params: Params<M>) => {
      // Whoever presses twice means it once.
      if (running.current) return undefined;
      running.current = true;
      setBusy(true);
      setError(undefined);
      try {
        const result = await client.call(method, params);
        changed();
        return { result };
      } catch (error) {
        setError(error instanceof EngineError ? error : UNEXPECTED);
        return undefined;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [client, method],
  );
  return { run, busy, error, clear: () => setError(undefined) };
}

const UNEXPECTED = new EngineError({ code: 'internal', message: 'Something unexpected happened.' });

/** The time, again and again while `running`. */
export function useNow(interval: number, running = true): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval, running]);
  return now;
}
