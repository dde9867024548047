import { describe, expect, test } from 'vitest';
import { buildCard } from '#simulators/cards/index.ts';
import type { CrtEmulator } from '#simulators/emulators/crt591/index.ts';
import { asT0 } from '#simulators/virtual-reader/index.ts';
import type { CardDispenser, MotionResult } from '../../devices/card-dispenser.ts';
import { isMotorReader } from '../../devices/card-reader.ts';
import { closing } from '../common/closing.fixture.ts';
import type { Dialect } from './index.ts';
import { inDialect, type Rig, type RigOptions, rig, soon, until } from './rig.fixture.ts';

const open = closing(rig);
const brief = ({ outcome, reason, state }: MotionResult): string =>
  [outcome, reason, state.path].filter((part) => part !== undefined).join(' ');
const selectPayment = Buffer.from('00a404000e315041592e5359532e444446303100', 'hex');

describe.each<Dialect>(['a', 'b'])('dialect %s', (dialect) => {
  const unit = (options?: RigOptions): Promise<Rig> => open(inDialect(dialect, options));

  describe('dispensing', () => {
    test('fed, read, presented, taken: one card left, and the contacts were released before it moved', async () => {
      const { emulator, dispenser, up } = await unit({ cards: 0 });
      emulator.load(3, () => asT0(buildCard('gen3-active')));
      await up();
      expect(dispenser.state()).toEqual(
        dialect === 'a'
          ? { path: 'empty', hopper: 'low', bin: 'ok' }
          : { path: 'empty', hopper: 'unknown', bin: 'unknown' },
      );
      expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
      const chip = dispenser.chip ?? expect.fail('it has contacts');
      const reset = await chip.powerOn('cold', soon);
      expect(reset.ok && reset.value[0]).toBe(0x3b);
      const answer = await chip.transmit(selectPayment, soon);
      expect(answer.ok && Buffer.from(answer.value).subarray(-2).toString('hex')).toBe('9000');
      expect(brief(await dispenser.present(soon))).toBe('done atGate');
      expect(emulator.heard.filter((code) => ['5131', '3230'].includes(code))).toEqual(['5131', '3230']);
      const taken = dispenser.waitForTaken(soon);
      emulator.take();
      expect(await taken).toEqual({ ok: true });
      expect(emulator.mechanics.cards.map(({ place }) => place).sort()).toEqual(['hand', 'hopper', 'hopper']);
    });

    test('not taken: captured, and counted', async () => {
      const { emulator, dispenser, up } = await unit();
      await up();
      await dispenser.feedToRead(soon);
      await dispenser.present(soon);
      expect(brief(await dispenser.capture(soon))).toBe('done empty');
      expect(await dispenser.binCount?.(soon)).toEqual({ ok: true, value: 1 });
      expect(await dispenser.clearBinCount?.(soon)).toEqual({ ok: true });
      expect(await dispenser.binCount?.(soon)).toEqual({ ok: true, value: 0 });
      expect(emulator.mechanics.at('bin')).toHaveLength(1);
    });

    test('a second card is not fed while one is in the path; an empty path has nothing to move', async () => {
      const { emulator, dispenser, up } = await unit();
      await up();
      expect(brief(await dispenser.present(soon))).toBe('notDone pathEmpty empty');
      expect(brief(await dispenser.capture(soon))).toBe('notDone pathEmpty empty');
      await dispenser.feedToRead(soon);
      expect(brief(await dispenser.feedToRead(soon))).toBe('notDone pathOccupied atRead');
      expect(emulator.motions).toBe(1);
    });

    test('two at once: one after the other', async () => {
      const { emulator, dispenser, up } = await unit();
      await up();
      const both = await Promise.all([dispenser.feedToRead(soon), dispenser.feedToRead(soon)]);
      expect(both.map(brief)).toEqual(['done atRead', 'notDone pathOccupied atRead']);
      expect(emulator.motions).toBe(1);
    });

    if (dialect === 'a')
      test('hopper empty, bin full: said, and not tried', async () => {
        const { emulator, dispenser, reader, up } = await unit({ cards: 1, binCapacity: 1 });
        await up();
        await dispenser.feedToRead(soon);
        await dispenser.capture(soon);
        const motions = emulator.motions;
        expect(brief(await dispenser.feedToRead(soon))).toBe('notDone hopperEmpty empty');
        expect(dispenser.report()).toMatchObject({ state: 'degraded', reason: 'hopperEmpty' });
        expect(reader.report()).toMatchObject({ state: 'degraded', reason: 'binFull' });
        emulator.load(1);
        expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
        expect(brief(await dispenser.capture(soon))).toBe('notDone binFull atRead');
        expect(emulator.motions).toBe(motions + 1);
      });

    // Two state bytes tell neither level: the unit is asked to, and refuses.
    if (dialect === 'b')
      test('hopper empty, bin full: refused, nothing moved', async () => {
        const { emulator, dispenser, up } = await unit({ cards: 1, binCapacity: 1 });
        await up();
        await dispenser.feedToRead(soon);
        await dispenser.capture(soon);
        expect(brief(await dispenser.feedToRead(soon))).toBe('notDone hopperEmpty empty');
        emulator.load(1);
        expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
        expect(brief(await dispenser.capture(soon))).toBe('notDone binFull atRead');
        expect(emulator.mechanics.at('bin')).toHaveLength(1);
      });
  });

  describe('the reader', () => {
    test('a card put in is drawn in, read, given back and taken; the gate is shut meanwhile', async () => {
      const { emulator, reader, dispenser, up } = await unit();
      await up();
      expect(isMotorReader(reader)).toBe(true);
      expect(emulator.insert()).toBe(false);
      expect(await reader.acceptInsert(true, soon)).toEqual({ ok: true });
      expect(emulator.insert(asT0(buildCard('gen3-active')))).toBe(true);
      const inserted = await reader.waitForCard(soon);
      expect(inserted).toMatchObject({ ok: true, value: { origin: 'inserted' } });
      await until(() => !emulator.state().entry);
      expect(reader.media()).toBe('present');
      const answer = await reader.transmit(selectPayment, soon);
      expect(answer.ok && Buffer.from(answer.value).subarray(-2).toString('hex')).toBe('9000');
      expect(reader.insertion()?.atr.length).toBeGreaterThan(2);
      // The dispenser neither feeds nor moves a customer's card.
      expect(brief(await dispenser.feedToRead(soon))).toBe('notDone pathOccupied atRead');
      expect(brief(await dispenser.capture(soon))).toBe('notDone pathOccupied atRead');
      expect(await dispenser.chip?.powerOn('cold', soon)).toMatchObject({ ok: false, error: { code: 'noCard' } });
      expect(await reader.eject(soon)).toBe('done');
      expect(reader.media()).toBe('entering');
      const removed = reader.waitForRemoval(soon);
      emulator.take();
      expect(await removed).toEqual({ ok: true });
      expect(reader.insertion()).toBeUndefined();
      await until(() => emulator.state().entry);
    });

    test('not taken: drawn back, or retained', async () => {
      const { emulator, reader, up } = await unit({ driver: { settings: { accepts: true } } });
      await up();
      await until(() => emulator.insert());
      const first = await reader.waitForCard(soon);
      await reader.eject(soon);
      expect(brief(await reader.move('inside', soon))).toBe('done atRead');
      expect(reader.insertion()).toEqual(first.ok && first.value);
      expect(await reader.retain(soon)).toBe('done');
      expect(emulator.mechanics.at('bin')).toHaveLength(1);
    });

    // MOVE 31 takes a card from the hopper when the path is empty (1.5).
    describe('a card that vanishes after it was seen: none of the hopper takes its place', () => {
      const moving = [0x32, 0x33];
      const untouched = (emulator: CrtEmulator): void => {
        expect(emulator.mechanics.at('hopper')).toHaveLength(10);
        expect(emulator.mechanics.cards.filter(({ fed }) => fed > 0)).toEqual([]);
        expect(emulator.mechanics.inPath).toBeUndefined();
      };

      test('taken at the gate as it is about to be drawn back', async () => {
        const { emulator, reader, up } = await unit({ driver: { settings: { accepts: true } } });
        await up();
        await until(() => emulator.insert(asT0(buildCard('gen3-active'))));
        await reader.waitForCard(soon);
        await reader.eject(soon);
        emulator.before = { cm: moving, act: () => emulator.take() };
        expect(brief(await reader.move('inside', soon))).toBe('notDone movedByHand empty');
        untouched(emulator);
        expect(reader.insertion()).toBeUndefined();
        expect(await reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'noCard' } });
      });

      test('a unit that does not draw a held card in: it stays at the gate, the gate is shut, and it can be retained', async () => {
        const { emulator, reader, up } = await unit({
          model: { drawsHeld: false },
          driver: { settings: { accepts: true }, delays: { drawBackMs: 60 } },
        });
        await up();
        await until(() => emulator.insert());
        const first = await reader.waitForCard(soon);
        await reader.eject(soon);
        expect(brief(await reader.move('inside', soon))).toBe('notDone refused atGate');
        expect(emulator.state()).toMatchObject({ path: 'gate', entry: false, hopper: 10 });
        expect(reader.insertion()).toEqual(first.ok && first.value);
        expect(await reader.retain(soon)).toBe('done');
      });

      test('pulled out by force as it is about to go to the contacts', async () => {
        const { emulator, reader, up } = await unit({ driver: { settings: { accepts: true } } });
        await up();
        await until(() => emulator.insert(asT0(buildCard('gen3-active'))));
        await reader.waitForCard(soon);
        emulator.before = { cm: moving, act: () => emulator.pull() };
        expect(await reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
        untouched(emulator);
        expect(reader.insertion()).toBeUndefined();
        expect(await reader.eject(soon)).toBe('notDone');
        untouched(emulator);
      });
    });

    test('a dispensed card is no insertion', async () => {
      const { reader, dispenser, up } = await unit();
      await up();
      await dispenser.feedToRead(soon);
      expect(reader.insertion()).toBeUndefined();
      expect(reader.media()).toBe('notPresent');
      expect(await reader.eject(soon)).toBe('notDone');
      expect(await reader.waitForCard({ timeoutMs: 50 })).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    });

    test('a card found at the start stays where it is and is told as found', async () => {
      const { emulator, reader, up } = await unit();
      const [card] = emulator.mechanics.at('hopper');
      if (card !== undefined) emulator.mechanics.put(card, 'read');
      await up();
      expect(reader.insertion()).toMatchObject({ origin: 'found' });
      expect(emulator.motions).toBe(0);
      expect(emulator.heard.filter((code) => code.startsWith('30'))).toEqual(['3037']);
      expect(await reader.retain(soon)).toBe('done');
    });

    test('pulled by force while the chip is powered: the card is gone', async () => {
      const { emulator, reader, up } = await unit({ driver: { settings: { accepts: true } } });
      await up();
      await until(() => emulator.insert(asT0(buildCard('gen3-active'))));
      await reader.waitForCard(soon);
      await reader.powerOn('cold', soon);
      emulator.pull();
      expect(await reader.transmit(selectPayment, soon)).toMatchObject({ ok: false });
      await until(() => reader.media() === 'notPresent');
      expect(reader.insertion()).toBeUndefined();
    });

    test.each(['mute', 'none'] as const)('a chip that is %s: cardMute', async (kind) => {
      const { emulator, reader, up } = await unit({ driver: { settings: { accepts: true } } });
      await up();
      await until(() => emulator.insert(kind === 'mute' ? buildCard('mute') : undefined));
      await reader.waitForCard(soon);
      expect(await reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'cardMute' } });
      expect(await reader.eject(soon)).toBe('done');
    });
  });

  describe('identity', () => {
    test('what it is', async () => {
      const { dispenser, reader, up } = await unit();
      await up();
      expect(dispenser.capabilities()).toMatchObject({ model: 'CRT-591-M001', serialNumber: 'SIM5910001' });
      expect(reader.capabilities()).toMatchObject({ type: 'motor', canEject: true, canRetain: true });
    });
    test('another unit is refused', async () => {
      const { dispenser, reader } = await unit({ driver: { expectedSerialNumber: 'OTHER' } });
      dispenser.start();
      await until(() => dispenser.report().state === 'failed');
      expect(dispenser.report().reason).toBe('otherDevice');
      expect(reader.report().reason).toBe('otherDevice');
      expect(brief(await dispenser.feedToRead(soon))).toBe('notDone notReady unknown');
    });
    if (dialect === 'a')
      test('an address that nobody configured is found', async () => {
        const { up, dispenser } = await unit({
          model: { address: 2 },
          driver: { settings: { address: 'probe' }, delays: { ackMs: 60 } },
        });
        await up();
        expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
      });
  });

  describe('stop', () => {
    const acts: readonly [string, (dispenser: CardDispenser) => Promise<unknown>][] = [
      ['feedToRead', (dispenser) => dispenser.feedToRead(soon)],
      ['look', (dispenser) => dispenser.look(soon)],
      ['waitForTaken', (dispenser) => dispenser.waitForTaken(soon)],
    ];
    test.each(acts)('settles %s', async (_name, act) => {
      const { emulator, dispenser, reader, up } = await unit();
      await up();
      emulator.setFault('silent', true);
      const [card] = emulator.mechanics.at('hopper');
      if (card !== undefined) emulator.mechanics.put(card, 'read');
      const pending = [act(dispenser), reader.waitForCard(soon), reader.waitForRemoval(soon)];
      await Promise.all([dispenser.stop(), reader.stop()]);
      await Promise.all(pending);
      expect(dispenser.report().state).toBe('absent');
    });
  });
});
