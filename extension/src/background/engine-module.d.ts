// What `cargo xtask extension` puts beside the service worker.
declare module 'pixie-background' {
  import type { Engine, Host } from './engine.ts';

  /** Loads the module. */
  export default function init(options: { module_or_path: string }): Promise<unknown>;
  /** Starts the engine: opens the storage and restores what was going on. */
  export function start(host: Host): Promise<Engine>;
}
