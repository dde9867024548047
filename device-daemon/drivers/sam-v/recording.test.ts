import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentOf } from '#simulators/wallet/documents.ts';
import type { IdentityReader } from '../../devices/identity-reader.ts';
import { decodeTextBlock } from '../../documents/index.ts';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { createSamV, type DecodeDocument } from './index.ts';
import { rig, soon, testDelays, until } from './rig.fixture.ts';

// What was recorded at a reader is read again without it.

const reader = closing(rig);

const decode: DecodeDocument = (text, photo, appendedAddress) =>
  decodeTextBlock(text, { photo, today: '2026-06-01', ...(appendedAddress && { appendedAddress }) });

/** What a test compares: everything that the document says. */
async function readOnce(driver: IdentityReader): Promise<unknown> {
  const read = await driver.read(soon);
  if (!read.ok) return read.error;
  const { wipe: _, ...document } = read.value;
  const said = JSON.stringify(document);
  read.value.wipe();
  return said;
}

async function readAgain(file: string): Promise<unknown> {
  const played = replay(recordingOf(file));
  const driver = createSamV({ name: 'identity-reader', open: played.open, decode, delays: testDelays });
  driver.start();
  try {
    await until(() => driver.report().state === 'ready' || played.problem()?.includes('byte') === true);
    const said = await readOnce(driver);
    await driver.stop();
    expect(played.problem()).toBeUndefined();
    return said;
  } finally {
    await driver.stop();
  }
}

test.each(['resident', 'resident-moved', 'permit-taiwan', 'foreign-2023'] as const)('%s', async (id) => {
  const session = recorded('identityReader', 'sam-v');
  const made = await reader({ wrap: session.wrap, driver: { decode } });
  const { content } = documentOf(id);
  if (content.place !== 'identityReader') throw new Error('no chip');
  made.emulator.place(content);
  await made.up();
  const said = await readOnce(made.driver);
  expect(said).toMatch(/"kind":/);
  await made.driver.stop();
  expect(await readAgain(session.file())).toBe(said);
});

test('recorded long ago: what this driver says to a reader has not changed', async () => {
  const file = readFileSync(join(import.meta.dirname, 'recordings/resident-moved.jsonl'), 'utf8');
  expect(await readAgain(file)).toMatch(/^\{"kind":"residentId","grade":"chip"/);
});

test('a reader that answers otherwise than recorded is noticed', async () => {
  const file = readFileSync(join(import.meta.dirname, 'recordings/resident-moved.jsonl'), 'utf8');
  // Another command than this driver's first.
  const other = file.replace('"sent":"AAAAAA96690003', '"sent":"AAAAAA96690004');
  const played = replay(recordingOf(other));
  const driver = createSamV({ name: 'identity-reader', open: played.open, decode, delays: testDelays });
  driver.start();
  await until(() => played.problem()?.includes('recorded was') === true);
  expect(played.problem()).toBe('line 3: byte 7 of 10 is 03, recorded was 04');
  await driver.stop();
});
