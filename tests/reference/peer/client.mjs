// Starts a peer and talks to it, for scripts.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export class PeerProcess {
  constructor(url, { stderr = 'ignore' } = {}) {
    const script = join(import.meta.dirname, '..', 'peer.mjs');
    this.child = spawn(process.execPath, [script, '--url', url], { stdio: ['pipe', 'pipe', stderr] });
    this.waiting = new Map();
    this.next = 1;
    this.unasked = [];
    createInterface({ input: this.child.stdout }).on('line', line => this.#take(JSON.parse(line)));
    this.ended = new Promise(done => this.child.once('exit', done));
    this.ended.then(code => {
      for (const { fail } of this.waiting.values()) fail(new Error(`the peer ended with status ${code}`));
    });
  }

  #take(answer) {
    const waiting = this.waiting.get(answer.id);
    if (!waiting) return this.unasked.push(answer);
    this.waiting.delete(answer.id);
    if ('error' in answer) waiting.fail(new Error(answer.error));
    else waiting.done(answer.ok);
  }

  /** Sends a command; its answer. */
  ask(what, fields = {}) {
    const id = this.next++;
    return new Promise((done, fail) => {
      this.waiting.set(id, { done, fail });
      this.write(JSON.stringify({ id, do: what, ...fields }));
    });
  }

  write(line) {
    this.child.stdin.write(`${line}\n`);
  }

  /** Ends its input; its exit status. */
  stop() {
    this.child.stdin.end();
    return this.ended;
  }
}
