import { describe, expect, test } from 'vitest';
import { parseRecording, type RecordedStep, type Recording, type RecordingHead, recorder } from './index.ts';
import { replay } from './replay.fixture.ts';

const head: RecordingHead = {
  device: 'printer',
  driver: 'escpos',
  version: '0.0.0',
  begun: '2026-11-24T14:32:00.000Z',
  port: { kind: 'tcp', host: '127.0.0.1', port: 9100, connectTimeoutMs: 1, writeTimeoutMs: 1 },
};
const bytes = (text: string): Buffer => Buffer.from(text);

/** The file of a session: opened, a question, an answer in two pieces, closed. */
function session(): string {
  let text = '';
  let ms = 0;
  const made = recorder(
    head,
    (line) => {
      text += line;
    },
    () => (ms += 1.26),
  );
  made.watcher.opened();
  made.watcher.sent(bytes('ask'));
  made.watcher.received(bytes('an'));
  made.watcher.received(bytes('swer'));
  made.watcher.closed({ code: 'closed', detail: 'tcp://x: closed' });
  made.end();
  made.watcher.sent(bytes('after the end'));
  return text;
}

describe('the file', () => {
  test('one JSON line for the head, for each piece, for the end; nothing behind it', () => {
    const lines = session().split('\n');
    expect(lines.slice(1)).toEqual([
      '{"ms":1.3,"opened":true}',
      '{"ms":2.5,"sent":"61736B"}',
      '{"ms":3.8,"received":"616E"}',
      '{"ms":5,"received":"73776572"}',
      '{"ms":6.3,"closed":"closed","detail":"tcp://x: closed"}',
      '{"ms":7.6,"end":5}',
      '',
    ]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ recording: 1, ...head });
    expect(lines[0]).toContain('personal data');
  });

  test('is read back', () => {
    const read = parseRecording(session());
    expect(read).toMatchObject({ ok: true, value: { head } });
    expect(read.ok && read.value.steps[1]).toEqual({ ms: 2.5, sent: bytes('ask') });
  });

  const damages: Readonly<Record<string, readonly [(lines: string[]) => void, RegExp]>> = {
    empty: [(lines) => lines.splice(0), /^this is no recording: its first line is no head of one$/],
    'some other file': [(lines) => lines.splice(0, 1, '{"a":1}'), /^this is no recording/],
    'of another format': [(lines) => lines.splice(0, 1, '{"recording":2}'), /of another format \(2\), not of 1$/],
    'a head without a driver': [(lines) => lines.splice(0, 1, '{"recording":1}'), /damaged at line 1: the head lacks/],
    'cut off between lines': [(lines) => lines.splice(4, 3), /damaged at line 5: its end is missing, it was cut off$/],
    'cut off in a line': [(lines) => lines.splice(3, 5, '{"ms":3.8,"rece'), /damaged at line 4: its end is missing/],
    'a line lost': [(lines) => lines.splice(3, 1), /damaged at line 6: it counts 5 lines, there are 4$/],
    'lines exchanged': [
      (lines) => lines.splice(2, 2, lines[3] ?? '', lines[2] ?? ''),
      /line 4: it lies before the line above/,
    ],
    'no JSON': [(lines) => lines.splice(2, 1, 'ask'), /damaged at line 3: it is no JSON object$/],
    'half a byte': [(lines) => lines.splice(2, 1, '{"ms":2.5,"sent":"6"}'), /line 3: the bytes are no hex$/],
    'no time': [(lines) => lines.splice(2, 1, '{"sent":"61"}'), /line 3: ms is no time$/],
    'two things at once': [
      (lines) => lines.splice(2, 1, '{"ms":2,"sent":"61","received":"61"}'),
      /line 3: it wants exactly one/,
    ],
    'an unknown fault': [
      (lines) => lines.splice(5, 1, '{"ms":6.3,"closed":"gone"}'),
      /line 6: closed is no fault of a port$/,
    ],
    'more behind the end': [
      (lines) => lines.splice(7, 0, '{"ms":9,"sent":"61"}'),
      /line 8: something stands behind the end$/,
    ],
  };
  test.each(Object.entries(damages))('damaged, %s: one sentence that names the line', (_what, [damage, words]) => {
    const lines = session().split('\n');
    damage(lines);
    const read = parseRecording(lines.join('\n'));
    expect(read.ok ? '' : read.error).toMatch(words);
  });
});

const recording = (...steps: RecordedStep[]): Recording => ({ head, steps });
const signal = new AbortController().signal;
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

async function played(...steps: RecordedStep[]) {
  const made = replay(recording({ ms: 0, opened: true }, ...steps));
  const opened = await made.open(signal);
  if (!opened.ok) throw new Error(opened.error.detail);
  const heard: string[] = [];
  opened.value.onData((piece) => {
    heard.push(Buffer.from(piece).toString());
    piece.fill(0);
  });
  opened.value.onClose(({ detail }) => heard.push(`closed: ${detail}`));
  return { ...made, channel: opened.value, heard };
}

const ask: RecordedStep = { ms: 1, sent: bytes('ask') };
const answer: RecordedStep = { ms: 2, received: bytes('answer') };
const more: RecordedStep = { ms: 3, received: bytes('more') };
const pulled: RecordedStep = { ms: 4, closed: { code: 'closed', detail: 'pulled' } };
const closed: RecordedStep = { ms: 4, closed: { code: 'closed', detail: 'x: closed' } };

describe('replay', () => {
  test('answers what was asked with what was answered, in order, and says that all was played', async () => {
    const { channel, heard, problem } = await played(ask, answer, more, ask, answer, closed);
    expect(problem()).toBe('line 3: the driver never came to it (another command)');
    expect(await channel.write(bytes('ask'))).toEqual({ ok: true });
    await turns();
    expect(heard).toEqual(['answer', 'more']);
    await channel.write(bytes('ask'));
    await turns();
    expect(heard).toHaveLength(3);
    await channel.close();
    expect(problem()).toBeUndefined();
  });

  test('what was not asked for waits until it is released', async () => {
    const { heard, release, channel, problem } = await played(answer, more, closed);
    await turns();
    expect(heard).toEqual([]);
    release();
    await turns();
    expect(heard).toEqual(['answer', 'more']);
    await channel.close();
    expect(problem()).toBeUndefined();
  });

  test('another command: the port ends, and it is said where they part; never the bytes', async () => {
    const { channel, heard, problem } = await played(ask, answer);
    expect(await channel.write(bytes('axk'))).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(problem()).toBe('line 3: byte 2 of 3 is 78, recorded was 73');
    expect(heard).toEqual([`closed: replay: ${problem()}`]);
    expect(await channel.write(bytes('ask'))).toMatchObject({ ok: false });
  });

  test.each([
    ['before what the device had said', [answer, ask], 'line 3: the driver sends 3 bytes, recorded was an answer'],
    ['more than was recorded', [], 'line 3: the driver sends 3 bytes, recorded was the end'],
  ])('a command %s', async (_what, steps, words) => {
    const { channel, problem } = await played(...steps);
    expect((await channel.write(bytes('ask'))).ok).toBe(false);
    expect(problem()).toBe(words);
  });

  test('what still comes when the driver sends comes first', async () => {
    const { channel, heard } = await played(ask, answer, ask, more);
    await channel.write(bytes('ask'));
    await channel.write(bytes('ask'));
    expect(heard).toEqual(['answer']);
    await turns();
    expect(heard).toEqual(['answer', 'more']);
  });

  test('a pulled plug, a port that is away, a port that is back', async () => {
    const absent: RecordedStep = { ms: 5, closed: { code: 'absent', detail: 'no such port' } };
    const back: RecordedStep = { ms: 6, opened: true };
    const { channel, heard, open, problem } = await played(ask, answer, pulled, absent, back);
    await channel.write(bytes('ask'));
    await turns();
    expect(heard).toEqual(['answer', 'closed: pulled']);
    expect(await open(signal)).toMatchObject({ ok: false, error: { code: 'absent' } });
    expect((await open(signal)).ok).toBe(true);
    expect(problem()).toBeUndefined();
    expect(await open(signal)).toMatchObject({ ok: false });
    expect(problem()).toBe('line 8: the driver opens the port, recorded was the end');
  });

  test('a port that the driver closes and opens again', async () => {
    const { channel, heard, open } = await played(ask, answer, more, closed, { ms: 6, opened: true });
    await channel.write(bytes('ask'));
    await channel.close();
    expect(heard).toEqual(['closed: closed']);
    expect((await open(signal)).ok).toBe(true);
  });
});
