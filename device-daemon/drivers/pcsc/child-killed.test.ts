import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { pcscChildPath } from '../../transports/pcsc/child-process.ts';
import { childrenOf, eventually, readRecord, slotPerTest, soon } from './rig.fixture.ts';

const bench = slotPerTest();

function killChild(): void {
  const [pid] = childrenOf(bench.slot);
  if (pid === undefined) throw new Error('no child process');
  process.kill(pid, 'SIGKILL');
}

describe('the process that holds the PC/SC library is killed', () => {
  test('while nobody asks: another takes its place, and the card counts as another insertion', async () => {
    const { reader, reports } = bench.start();
    await bench.slot.reader.insert(new EchoCard());
    await reader.waitForCard(soon);
    await reader.powerOn('cold', soon);
    killChild();
    await eventually(() => expect(reports).toContain('failed transportFailed'));
    await eventually(() => expect(reader.insertion()?.number).toBe(2));
    expect(reader.report()).toMatchObject({ state: 'ready', restarts: 1 });
    expect((await reader.powerOn('cold', soon)).ok).toBe(true);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    expect(childrenOf(bench.slot)).toHaveLength(1);
  });

  test('in the middle of an exchange: it ends, and is not sent again', async () => {
    const { reader } = bench.start();
    const card = new EchoCard();
    await bench.slot.reader.insert(card);
    await reader.waitForCard(soon);
    await reader.powerOn('cold', soon);
    bench.slot.reader.setFault({ kind: 'silent' });
    const exchange = reader.transmit(readRecord, { timeoutMs: 60_000 });
    await eventually(() => expect(bench.slot.reader.apdus).toBe(1));
    killChild();
    expect(await exchange).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(card.seen).toEqual([]);
  });

  test('again and again', async () => {
    const { reader } = bench.start();
    for (let times = 0; times < 4; times += 1) {
      await eventually(() => expect(reader.media()).toBe('notPresent'));
      killChild();
      await eventually(() => expect(reader.media()).toBe('unknown'));
    }
    await bench.slot.reader.insert(new EchoCard());
    expect(await reader.waitForCard(soon)).toMatchObject({ ok: true });
  });
});

test('there is no program to start: failed, and the daemon lives', async () => {
  const { reader } = bench.start({ childPath: '/nowhere/pcsc-child.js' });
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'failed', reason: 'transportFailed' }));
  expect(await reader.powerOn('cold', soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
});

describe('the daemon is killed', () => {
  let parent: ChildProcess | undefined;
  afterEach(() => {
    parent?.kill('SIGKILL');
  });

  test('the process that holds the library does not outlive it', async () => {
    const script = `
      const { fork } = require('node:child_process');
      fork(process.argv[1], [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      setInterval(() => {}, 1000);`;
    parent = spawn(process.execPath, ['-e', script, pcscChildPath()], {
      stdio: 'ignore',
      env: { ...process.env, PCSCLITE_CSOCK_NAME: bench.slot.transport.socket },
    });
    // The parent names the child's program in its command line too.
    await eventually(() => expect(childrenOf(bench.slot)).toHaveLength(2));
    parent.kill('SIGKILL');
    await eventually(() => expect(childrenOf(bench.slot)).toEqual([]));
  });
});
