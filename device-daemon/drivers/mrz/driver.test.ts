import { describe, expect, test, vi } from 'vitest';
import { ok } from '#protocol/result.ts';
import { type IdentityDocument, parseMrz } from '../../documents/index.ts';
import { openChannel } from '../../transports/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { shapes } from './index.ts';
import { linesOf, type Rig, rig, testDelays, today, told } from './rig.fixture.ts';

// The driver and the emulator over a real pseudo-terminal: what a person sees, and that it comes back.

const reader = closing(rig);
async function readyReader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await reader(...options);
  await made.up();
  return made;
}

const passport = 'passport E00000000';
const permit = 'hkMacaoPermit H00000001';

describe('every shape', () => {
  test.each(shapes)('%s: two lines, three lines, in one piece, byte by byte, in bursts', async (shape) => {
    const made = await readyReader({ shape, newLine: 'crlf' });
    expect(await made.readSwipe('passport')).toBe(passport);
    expect(await made.readSwipe('travel-hong-kong')).toBe(permit);
    made.emulator.setFault('cable.byteDelayMs', 1);
    expect(await made.readSwipe('travel-taiwan')).toBe('taiwanPermit 00000003');
    made.emulator.setFault('cable.byteDelayMs', 0);
    made.emulator.setFault('burstPauseMs', 60);
    expect(await made.readSwipe('travel-outbound')).toBe('exitEntryPermit C00000000');
    expect(made.driver.report()).toMatchObject({ class: 'identityReader', driver: 'mrz', state: 'ready', restarts: 0 });
  });

  test('a set shape takes no other', async () => {
    const made = await readyReader({ shape: 'desko', driver: { settings: { shape: '3m' } } });
    expect(await made.readSwipe('passport')).toBe('unreadable');
    made.emulator.setShape('3m');
    expect(await made.readSwipe('passport')).toBe(passport);
  });
});

describe('what it says of itself', () => {
  test('ready, but nothing was heard yet; after a document it was', async () => {
    const made = await readyReader();
    expect(made.driver.capabilities()).toEqual({ reads: 'mrz', presence: 'unknown', serialNumber: undefined });
    expect(made.driver.report()).toMatchObject({ state: 'ready', reason: 'nothingHeard' });
    expect(made.driver.report()).not.toHaveProperty('lastExchange');
    await made.readSwipe('passport');
    expect(made.driver.report()).not.toHaveProperty('reason');
    expect(made.driver.report().lastExchange).toBeDefined();
    expect(await made.driver.probe({ timeoutMs: 1_000 })).toEqual(ok('unknown'));
  });

  test('a port that another program holds: failed portBusy; freed: ready', async () => {
    const made = await reader();
    const other = await openChannel(made.emulator.line.address)(new AbortController().signal);
    if (!other.ok) throw new Error(other.error.detail);
    made.driver.start();
    await vi.waitUntil(() => made.driver.report().state === 'failed');
    expect(made.driver.report().reason).toBe('portBusy');
    expect(told(await made.driver.read({ timeoutMs: 1_000 }))).toBe('notReady');
    await other.value.close();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(await made.readSwipe('passport')).toBe(passport);
  });
});

describe('nothing comes', () => {
  test.each(['silent', 'cable.silent'])('%s: the deadline ends it', async (fault) => {
    const made = await readyReader();
    made.emulator.setFault(fault, true);
    expect(await made.readSwipe('passport', 500)).toBe('timeOut');
    made.emulator.setFault(fault, false);
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  test('cancelled before it began, and while it waits', async () => {
    const made = await readyReader();
    expect(told(await made.driver.read({ timeoutMs: 5_000, signal: AbortSignal.abort() }))).toBe('cancelled');
    const cancel = new AbortController();
    const { read } = await made.listen({ signal: cancel.signal });
    cancel.abort();
    expect(told(await read)).toBe('cancelled');
    expect(await made.readSwipe('passport')).toBe(passport);
  });
});

describe('nothing personal stays', () => {
  test.each(shapes)('%s: what the parser was given is zeroed', async (shape) => {
    const seen: Uint8Array[] = [];
    const made = await readyReader({
      shape,
      driver: {
        parse: (lines) => {
          seen.push(...lines);
          return parseMrz(lines, { today });
        },
      },
    });
    expect(await made.readSwipe('passport')).toBe(passport);
    expect(seen.length).toBeGreaterThan(0);
    for (const line of seen) expect(line.every((byte) => byte === 0)).toBe(true);
  });

  test('asked for the lines alone: as they are printed; the document that proved them is wiped', async () => {
    const documents: IdentityDocument[] = [];
    const made = await readyReader({
      driver: {
        parse: (lines) => {
          const parsed = parseMrz(lines, { today });
          if (parsed.ok) documents.push(parsed.value);
          return parsed;
        },
      },
    });
    let heard = false;
    const read = made.driver.readLines({ timeoutMs: 20_000, onHint: (hint) => (heard ||= hint === 'present') });
    await vi.waitUntil(() => heard, { timeout: 20_000 });
    await made.emulator.swipe(linesOf('passport'));
    expect(await read).toEqual({ ok: true, value: Buffer.from(linesOf('passport').join('')) });
    expect(documents.map(({ number }) => number.every((byte) => byte === 0))).toEqual([true]);
  });

  test('what arrives is zeroed, read or not', async () => {
    const arrived: Uint8Array[] = [];
    const made = await reader();
    const real = openChannel(made.emulator.line.address);
    const other = await reader({
      driver: {
        open: async (signal) => {
          const opened = await real(signal);
          if (!opened.ok) return opened;
          const channel = opened.value;
          return ok({
            ...channel,
            onData: (listener) =>
              channel.onData((bytes) => {
                arrived.push(bytes);
                listener(bytes);
              }),
          });
        },
      },
    });
    await other.up();
    await made.emulator.swipe(linesOf('passport'));
    await vi.waitUntil(() => arrived.reduce((sum, bytes) => sum + bytes.length, 0) >= 92);
    const { read } = await other.listen();
    await made.emulator.swipe(linesOf('passport'));
    expect(told(await read)).toBe(passport);
    for (const bytes of arrived) expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  test('a second document in the same piece is wiped, not lost', async () => {
    const wiped: boolean[] = [];
    const made = await readyReader({
      driver: {
        parse: (lines) => {
          const parsed = parseMrz(lines, { today });
          if (!parsed.ok) return parsed;
          const at = wiped.push(false) - 1;
          const document = parsed.value;
          return ok({
            ...document,
            wipe: () => {
              wiped[at] = true;
              document.wipe();
            },
          });
        },
      },
    });
    made.emulator.setFault('duplicate', 1);
    expect(await made.readSwipe('passport')).toBe(passport);
    // At most the one that was given away lives.
    expect(wiped.filter((each) => !each)).toHaveLength(1);
  });

  test('no report tells what was read', async () => {
    const made = await reader();
    const reports: string[] = [];
    made.driver.onReport((report) => reports.push(JSON.stringify(report)));
    await made.up();
    await made.readSwipe('passport');
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) expect(report).not.toMatch(/E00000000|SHI/);
  });
});

test('the delays of the real driver let bursts a second apart belong together', async () => {
  const { delays } = await import('./delays.ts');
  expect(delays.quietMs).toBeGreaterThan(1_000);
  expect(Object.keys(testDelays).every((name) => name in delays)).toBe(true);
});
