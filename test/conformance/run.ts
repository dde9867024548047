import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, startBench } from '#simulators/bench/index.ts';
import { startCashPublisher } from '#simulators/cash-dispenser/index.ts';
import { runConsoleClient } from './console-client.ts';
import { runGeneratedSuite, type SuiteReport } from './generated-suite.ts';

export interface ConformanceOptions {
  /** Where the console client looks, and the publisher takes the first that is free; the standard's list when absent. */
  readonly ports?: readonly number[];
  readonly log: (line: string) => void;
  /** Aborted: what was started is stopped, and the run fails. */
  readonly signal: AbortSignal;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A person needs no longer: nobody is there. */
const timeoutMs = 300;
const readyMs = 60_000;

/**
 * The built daemon in a process of its own, on simulated devices: every service answers the generated suite, then KAL's
 * console client walks its sequence (testclient.md A.3). True when nothing was wrong.
 */
export async function runConformance(options: ConformanceOptions): Promise<boolean> {
  const { log, signal } = options;
  const cleanUps: CleanUps = [];
  const aborted = once(signal, 'abort').then(() => {
    throw new Error('stopped');
  });
  const orAborted = <T>(work: Promise<T>): Promise<T> => Promise.race([work, aborted]) as Promise<T>;
  aborted.catch(() => {});
  try {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-conformance-'));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    const settings = { server: { unsolicitedAsEvent: true } };
    // The client takes nothing but a motor reader.
    const bench = await startBench({ folder, delayScale: 0, cardReader: 'crt591', hosts: false, settings });
    cleanUps.push(() => bench.stop());
    const daemon = await orAborted(startDaemon(bench.configFile, cleanUps));
    const publisher = await startCashPublisher({
      ...(options.ports && { ports: options.ports }),
      others: [daemon.publisher],
    });
    cleanUps.push(() => publisher.close());

    const suite = await orAborted(generatedSuites(daemon, log));
    log('');
    const client = await orAborted(consoleClient(options, bench, publisher.port));
    return suite && client;
  } catch (error) {
    log(`Cannot go on: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

type CleanUps = (() => unknown)[];

interface Started {
  /** URI of its publisher. */
  readonly publisher: string;
}

async function startDaemon(configFile: string, cleanUps: CleanUps): Promise<Started> {
  const child = fork(join(root, 'dist/daemon/daemon.js'), ['--config', configFile], { cwd: root, execArgv: [] });
  const gone = once(child, 'exit');
  cleanUps.push(async () => {
    if (child.connected) child.disconnect();
    await gone;
  });
  const ready = once(child, 'message', { signal: AbortSignal.timeout(readyMs) });
  const ended = gone.then(([code]) => {
    throw new Error(`the daemon ended with ${code}`);
  });
  const [message] = (await Promise.race([ready, ended])) as [Started];
  ended.catch(() => {});
  return message;
}

async function generatedSuites({ publisher }: Started, log: (line: string) => void): Promise<boolean> {
  const services = ['CardReader', 'CardDispenser', 'PinPad', 'Printer', 'BarcodeReader', 'IDScanner'];
  services.push('Auxiliaries', 'VendorMode', 'VendorApplication');
  const reports: SuiteReport[] = [
    await runGeneratedSuite(publisher, { offered: ['ServicePublisher.GetServices'], timeoutMs }),
  ];
  for (const service of services) reports.push(await runGeneratedSuite(`${publisher}/${service}`, { timeoutMs }));
  log('The generated suite: every command of the catalogue to every service, every answer held against the catalogue');
  const columns = ['commands', 'right', 'waited', 'wrong', 'not offered', 'answers', 'faults'];
  log(`${''.padEnd(18)}${columns.map((column) => column.padStart(13)).join('')}`);
  for (const { service, commands, right, waited, wrong, notOffered, messages, faults } of reports) {
    const counts = [commands, right, waited, wrong, notOffered, messages, faults.length];
    log(`${service.padEnd(18)}${counts.map((count) => String(count).padStart(13)).join('')}`);
  }
  for (const { service, faults } of reports) for (const fault of faults) log(`  ! ${service}: ${fault}`);
  return reports.every(({ faults }) => faults.length === 0);
}

async function consoleClient({ ports, log }: ConformanceOptions, bench: Bench, own: number): Promise<boolean> {
  try {
    await runConsoleClient({
      ...(ports && { ports }),
      log,
      // The person at the kiosk.
      onReceived: ({ name }) => {
        if (name === 'CardReader.InsertCardEvent') void bench.cardReader.insert(bench.firstCard);
      },
    });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log(`Unhandled exception: ${reason}`);
    const port = /on port (\d+)$/.exec(reason)?.[1] ?? /:(\d+)\/xfs4iot/.exec(reason)?.[1];
    if (port !== undefined && Number(port) !== own) {
      log(`Another program has port ${port}; the client wants none but ours (port ${own}) to answer on its ports.`);
      log('Stop it, or name ports that are free: npm run conformance -- --ports 15846,15847');
    }
    return false;
  }
}
