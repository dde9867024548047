import { describe, expect, test } from 'vitest';
import { closing } from '../common/closing.fixture.ts';
import { addressOf, chip, type Rig, rig, until } from './rig.fixture.ts';

const reader = closing(rig);
async function readyReader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await reader(...options);
  await made.up();
  return made;
}

const document = chip(1, { appendedAddress: addressOf(1) });

describe('one damaged answer', () => {
  const kinds = [
    'garbageBefore',
    'garbageInside',
    'garbageAfter',
    'strayPreamble',
    'doubledPreamble',
    'wrongChecksum',
    'truncated',
    'duplicate',
    'late',
    'lateDuplicate',
  ] as const;
  const steps = ['readSamId', 'find', 'select', 'read', 'newestAddress'] as const;
  test.each(kinds.flatMap((fault) => steps.map((step) => [fault, step] as const)))(
    '%s, to %s: the right document in the end',
    async (fault, step) => {
      // A reader that gives the text again when its answer got lost.
      const made = await readyReader({ model: { rereads: true } });
      made.emulator.place(document);
      made.onCommand(step, () => made.emulator.setFault(fault, 1));
      expect(await made.readOf(document)).toBe('ok');
      expect(made.rungs.filter((rung) => rung !== 'resend')).toEqual([]);
      expect(made.driver.report()).toMatchObject({ state: 'ready', restarts: 0 });
    },
  );

  test.each(['wrongChecksum', 'truncated', 'garbageInside', 'garbageAfter', 'late'] as const)(
    '%s, to a read that this reader does not repeat: the person lifts it and puts it down again',
    async (fault) => {
      const made = await readyReader();
      made.emulator.place(document);
      made.onCommand('read', () => made.emulator.setFault(fault, 1));
      const reading = made.readOf(document);
      await until(() => made.hints.includes('lift'));
      made.emulator.lift();
      made.emulator.place(document);
      expect(await reading).toBe('ok');
    },
  );
});
