// What the benchmarks share: programs built into a folder of their own, processes that are asked and answer, figures.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './prepare.js';

/** Node 20 runs no TypeScript. `sources`: name of the program -> its file. */
export async function buildPrograms(out, sources) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: {
        input: Object.fromEntries(Object.entries(sources).map(([key, file]) => [key, join(root, file)])),
      },
    },
  });
}

/** The programs of a folder as processes of their own. */
export class Programs {
  #out;
  #children = [];

  constructor(out) {
    this.#out = out;
  }

  start(name, args = [], options = {}) {
    const child = fork(join(this.#out, `${name}.js`), args, { cwd: root, execArgv: [], ...options });
    this.#children.push({ child, gone: once(child, 'exit') });
    return child;
  }

  /** The last that was started is the first to end: a daemon ends while its devices are still there. */
  async stopAll() {
    for (const { child, gone } of this.#children.splice(0).reverse()) {
      if (child.connected) child.disconnect();
      await gone;
    }
  }
}

/** The next message of a process; one that ends instead ends the benchmark. */
export async function heard(child) {
  const over = new AbortController();
  const { signal } = over;
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the benchmark ended with ${code}`);
      }),
    ]);
    return message;
  } finally {
    over.abort();
  }
}

export async function ask(child, message = {}) {
  const answer = heard(child);
  child.send(message);
  return answer;
}

const sorted = (figures) => [...figures].sort((a, b) => a - b);
export const quantile = (figures, q) => sorted(figures)[Math.min(figures.length - 1, Math.floor(figures.length * q))];
export const median = (figures) => quantile(figures, 0.5);

/** The lines of the result, in columns; what misses its target makes the command fail. */
export class Result {
  #lines = [];
  #missed = 0;

  tell(what, figure, detail, within) {
    if (within === false) this.#missed += 1;
    this.#lines.push(
      `${within === undefined ? '   ' : within ? ' ok' : '  !'} ${what.padEnd(56)} ${figure.padStart(10)}  ${detail}`,
    );
  }

  /** Prints everything and ends the process. */
  end() {
    console.log(
      `\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`,
    );
    for (const line of this.#lines) console.log(line);
    process.exit(this.#missed === 0 ? 0 : 1);
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
