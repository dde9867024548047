import { expect, test } from 'vitest';
import { err, ok } from '#protocol/result.ts';
import type { ApduChannel } from './apdu-channel.ts';
import { type ByteChannel, type MakeMask, nothingSeen, tracer, watched, watchedSlot } from './index.ts';
import { maskedHex } from './trace.ts';

const hidesAll: MakeMask = () => ({ sent: () => nothingSeen, received: () => nothingSeen });

/** A channel in memory that says what a test makes it say. */
function memory(): { readonly channel: ByteChannel; readonly hear: (text: string) => void; readonly end: () => void } {
  let listener: (bytes: Uint8Array) => void = () => undefined;
  let close: (fault: { code: 'closed'; detail: string }) => void = () => undefined;
  return {
    channel: {
      write: () => Promise.resolve(ok()),
      onData(next) {
        listener = next;
        return () => undefined;
      },
      onClose(next) {
        close = next;
        return () => undefined;
      },
      close: () => Promise.resolve(),
    },
    hear: (text) => listener(Buffer.from(text)),
    end: () => close({ code: 'closed', detail: 'pulled' }),
  };
}

test.each([
  ['nothing declared', [], '·· 4 bytes'],
  ['one hidden', [true, true, false, true], '41 42 ·· 1 byte 44'],
  ['the end left out', [true], '41 ·· 3 bytes'],
  ['all declared', [true, true, true, true], '41 42 43 44'],
] as const)('hidden is what is not declared harmless: %s', (_what, shown, wanted) => {
  expect(maskedHex(Buffer.from('ABCD'), shown)).toBe(wanted);
});

test('seconds since the start, direction, bytes, names; a port that stays away is told once', async () => {
  const lines: string[] = [];
  let nowMs = 5_000;
  const mask: MakeMask = () => ({
    sent: () => ({ shown: [true], names: ['ask'] }),
    received: () => ({ shown: [], names: ['part', 'part', 'end'] }),
  });
  const watcher = tracer(
    mask,
    (line) => lines.push(line),
    () => nowMs,
  );
  const { channel, hear, end } = memory();
  const signal = new AbortController().signal;
  const absent = err({ code: 'absent', detail: 'no such port' } as const);
  for (let look = 0; look < 2; look += 1) await watched(() => Promise.resolve(absent), watcher)(signal);
  nowMs += 1_234;
  const opened = await watched(() => Promise.resolve(ok(channel)), watcher)(signal);
  if (!opened.ok) throw new Error('not opened');
  opened.value.onData((bytes) => bytes.fill(0));
  await opened.value.write(Buffer.from('?!'));
  hear('abc');
  end();
  expect(lines).toEqual([
    '    0.000  -- absent: no such port',
    '    1.234  -- opened',
    '    1.234  → 3F ·· 1 byte   (ask)',
    '    1.234  ← ·· 3 bytes   (part ×2, end)',
    '    1.234  -- closed: pulled',
  ]);
});

test('bytes are seen before the driver zeroes them, and reach every listener', async () => {
  const seen: string[] = [];
  const { channel, hear } = memory();
  const watcher = {
    ...tracer(hidesAll, () => undefined),
    received: (bytes: Uint8Array) => seen.push(`watcher ${Buffer.from(bytes).toString()}`),
  };
  const opened = await watched(() => Promise.resolve(ok(channel)), watcher)(new AbortController().signal);
  if (!opened.ok) throw new Error('not opened');
  const stop = opened.value.onData((bytes) => seen.push(`first ${Buffer.from(bytes).toString()}`));
  opened.value.onData((bytes) => {
    seen.push(`second ${Buffer.from(bytes).toString()}`);
    bytes.fill(0);
  });
  hear('ab');
  stop();
  hear('cd');
  expect(seen).toEqual(['watcher ab', 'first ab', 'second ab', 'watcher cd', 'second cd']);
});

test('a slot: each stay of the chip, each command, each response', async () => {
  const seen: string[] = [];
  const slot: ApduChannel = {
    start: () => undefined,
    state: () => ({ kind: 'starting' }),
    onState: () => () => undefined,
    connect: () => Promise.resolve(ok('t0' as const)),
    disconnect: () => Promise.resolve(ok()),
    transmit: (apdu) =>
      Promise.resolve(apdu.length === 0 ? err({ code: 'cardRemoved' as const }) : ok(Buffer.from([0x90, 0]))),
    close: () => Promise.resolve(),
  };
  const channel = watchedSlot(slot, {
    opened: () => seen.push('opened'),
    closed: ({ detail }) => seen.push(`closed ${detail}`),
    sent: (bytes) => seen.push(`sent ${bytes.length}`),
    received: (bytes) => seen.push(`received ${bytes.length}`),
  });
  await channel.connect(1);
  await channel.transmit(Buffer.alloc(5), 1);
  await channel.transmit(Buffer.alloc(0), 1);
  await channel.disconnect('leave', 1);
  expect(seen).toEqual(['opened', 'sent 5', 'received 2', 'sent 0', 'closed cardRemoved', 'closed leave']);
});
