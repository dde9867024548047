import { describe, expect, test } from 'vitest';
import { closing } from '../common/closing.fixture.ts';
import { addressOf, chip, type Rig, rig, soon, testDelays, until } from './rig.fixture.ts';

// The plug pulled in every state of driver and reader: what was asked for settles, the state says absent, and after the
// plug is back the next document is read without anybody's help.

const reader = closing(rig);

type Outcome = { readonly ok: boolean; readonly error?: { readonly code: string } };
/** What was asked for and must settle when the plug is pulled; in an object, since a promise of a promise is one. */
interface Asked {
  readonly asked?: Promise<Outcome>;
}
type State = (made: Rig) => Promise<Asked>;

const document = chip(1, { appendedAddress: addressOf(1) });

/** In the middle of a read, while the answer to that command is awaited. */
const awaiting =
  (name: 'readSamId' | 'find' | 'select' | 'read' | 'newestAddress'): State =>
  async (made) => {
    await made.up();
    made.emulator.place(document);
    let reached = false;
    made.onCommand(name, () => {
      made.emulator.setFault('slowMs', 200);
      reached = true;
    });
    const asked = made.read();
    await until(() => reached);
    return { asked };
  };

const states: Readonly<Record<string, State>> = {
  'before it was opened': async () => ({}),
  'in the middle of the start': async (made) => {
    made.emulator.setFault('slowMs', 100);
    made.driver.start();
    await until(() => made.emulator.reader.heard.length > 0);
    return {};
  },
  'while it stands idle': async (made) => {
    await made.up();
    return {};
  },
  'while a document is waited for': async (made) => {
    await made.up();
    const asked = made.read();
    await until(() => made.hints.includes('present'));
    return { asked };
  },
  'while the SAM id is asked for': awaiting('readSamId'),
  'while a card is looked for': awaiting('find'),
  'while a card is selected': awaiting('select'),
  'while a card is read': awaiting('read'),
  'while its address is read': awaiting('newestAddress'),
  'while the card must be lifted': async (made) => {
    await made.up();
    made.emulator.setFault('readFails', 1);
    made.emulator.place(document);
    const asked = made.read();
    await until(() => made.hints.includes('lift'));
    return { asked };
  },
  'with a document that was read': async (made) => {
    await made.up();
    made.emulator.place(document);
    expect(await made.readOf(document)).toBe('ok');
    return {};
  },
  'while it is probed': async (made) => {
    await made.up();
    made.emulator.setFault('slowMs', 200);
    const { length } = made.emulator.reader.heard;
    const asked = made.driver.probe(soon);
    await until(() => made.emulator.reader.heard.length > length);
    return { asked };
  },
  'while the driver waits for a silent reader': async (made) => {
    await made.up();
    made.emulator.setFault('silent', true);
    const asked = made.read();
    await until(() => made.rungs.includes('reset'));
    return { asked };
  },
  'after the driver gave up': async (made) => {
    made.emulator.setFault('silent', true);
    made.driver.start();
    await until(() => made.driver.report().state === 'failed');
    return {};
  },
};

async function comesBack(made: Rig): Promise<void> {
  made.emulator.setFault('silent', false);
  made.emulator.setFault('slowMs', 0);
  await made.emulator.replug();
  made.driver.start();
  await until(() => made.driver.report().state === 'ready');
  const next = chip(2);
  made.emulator.place(next);
  expect(await made.readOf(next)).toBe('ok');
}

const absent = (made: Rig): Promise<boolean> => until(() => made.driver.report().state === 'absent');

const patient = { ...testDelays, replyMs: 400, readMs: 600, addressMs: 400 };
const quick = { ...testDelays, replyMs: 120, resetMs: 300 };
const delaysIn = (name: string) => (/silent|gave up/.test(name) ? quick : patient);

describe('pulled', () => {
  test.each(Object.entries(states))('%s', async (name, reach) => {
    const made = await reader({ driver: { delays: delaysIn(name) } });
    const { asked } = await reach(made);
    await made.emulator.unplug();
    if (asked !== undefined) expect(await asked).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await absent(made);
    expect(await made.driver.probe(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await comesBack(made);
  });

  test.each([1, 6, 14, 271, 1294])('after %i bytes of text and photo', async (bytes) => {
    const made = await reader();
    await made.up();
    made.emulator.place(document);
    made.onCommand('read', () => made.emulator.setFault('cable.unplugAfterSent', bytes));
    expect(await made.readOf(document)).toBe('notReady');
    await absent(made);
    await comesBack(made);
  });

  test.each([1, 9])('after %i bytes of a command', async (bytes) => {
    const made = await reader();
    await made.up();
    made.emulator.place(document);
    made.emulator.setFault('cable.unplugAfterReceived', bytes);
    expect(await made.readOf(document)).toBe('notReady');
    await absent(made);
    await comesBack(made);
  });
});

describe('stop', () => {
  test.each(Object.entries(states))('%s: settles, and is absent', async (name, reach) => {
    const made = await reader({ driver: { delays: delaysIn(name) } });
    const { asked } = await reach(made);
    await made.driver.stop();
    if (asked !== undefined) expect(await asked).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(made.driver.report().state).toBe('absent');
    expect(await made.driver.read(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await made.driver.stop();
  });
});

test('absent at start, plugged in later', async () => {
  const made = await reader();
  await made.emulator.unplug();
  made.driver.start();
  expect(made.driver.report().state).toBe('absent');
  expect(await made.driver.read(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  await comesBack(made);
  expect(made.driver.report().restarts).toBe(0);
});
