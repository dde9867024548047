/** The contacts at the read position: cold reset, APDUs, release. */
import { err, ok, type Result } from '#protocol/result.ts';
import type { ChipContacts } from '../../devices/card-dispenser.ts';
import type { ChipFault } from '../../devices/card-reader.ts';
import type { OperationOptions } from '../../devices/device.ts';
import { dialogue } from '../common/t0-dialogue.ts';
import { commands } from './codec.ts';
import type { AskFault } from './session.ts';
import { type CardInside, faultOf, type SessionContext, type Unit } from './unit.ts';

/** The unit answers an answer to reset that breaks EMV's rules with this; ISO's reset takes it (1.6). */
const notEmv = '69';
const noActivation = new Set(['60', '61', '63']);
const moved = new Set(['45', '16']);

/** For the cards of one face; those of the other are none. */
export function chipContacts(unit: Unit, owner: CardInside['owner']): ChipContacts {
  const inside = (): CardInside | undefined => (unit.card?.owner === owner ? unit.card : undefined);

  async function powerOn(kind: 'cold' | 'warm', context: SessionContext): Promise<Result<Uint8Array, ChipFault>> {
    const { session, signal } = context;
    const card = inside();
    if (card === undefined || unit.state.path !== 'atRead') return err({ code: 'noCard' });
    const away = await unit.toContacts(context);
    if (away !== undefined)
      return err(
        away === 'pathEmpty' || away === 'movedByHand'
          ? { code: 'cardRemoved' }
          : { code: 'hardwareError', detail: `not at the contacts: ${away}` },
      );
    // It stands until the unit says otherwise, so that no card is moved with the contacts on it.
    unit.power = { on: true, protocol: 't0' };
    let reset =
      kind === 'warm'
        ? await session.ask(commands.icWarmReset, {}, signal)
        : await session.ask(commands.icReset, { voltage: 'emv5' }, signal);
    if (!reset.ok && reset.error.code === 'refused' && reset.error.error === notEmv)
      reset = await session.ask(commands.icReset, { voltage: 'iso5' }, signal);
    if (!reset.ok) {
      const { error } = reset;
      await unit.afterChipFault(context, error);
      if (inside()?.number !== card.number) return err({ code: 'cardRemoved' });
      return err(error.code === 'refused' && noActivation.has(error.error) ? { code: 'cardMute' } : chipFault(error));
    }
    const { answer } = reset.value;
    unit.power = { on: true, protocol: answer[0] === 0x31 ? 't1' : 't0' };
    card.atr = Uint8Array.from(answer.subarray(1));
    return ok(card.atr);
  }

  return {
    powerOn: (kind, options) => unit.operate<Uint8Array, ChipFault>(options, (context) => powerOn(kind, context)),
    powerOff: (options) =>
      unit.operate<void, ChipFault>(options, async ({ session, signal }) => {
        if (inside() === undefined) return err({ code: 'noCard' });
        if (!unit.power.on) return ok();
        const off = await session.ask(commands.icPowerOff, {}, signal);
        if (!off.ok) return err(chipFault(off.error));
        unit.power = { on: false };
        return ok();
      }),
    transmit: (apdu: Uint8Array, options: OperationOptions) =>
      unit.operate<Uint8Array, ChipFault>(options, async (context) => {
        const { session, signal } = context;
        if (!unit.power.on) {
          const powered = await powerOn('cold', context);
          if (!powered.ok) return powered;
        }
        const number = inside()?.number;
        if (number === undefined || !unit.power.on) return err({ code: 'noCard' });
        return dialogue<ChipFault>(apdu, { protocol: unit.power.protocol, caseFourLe: 'send' }, async (piece) => {
          if (signal.aborted) return err({ code: 'cancelled' });
          const asked = await session.ask(commands.apduAuto, { apdu: Buffer.from(piece) }, signal);
          if (asked.ok) return ok(asked.value.response);
          await unit.afterChipFault(context, asked.error);
          return err(inside()?.number === number ? chipFault(asked.error) : { code: 'cardRemoved' });
        });
      }),
  };
}

function chipFault(error: AskFault): ChipFault {
  if (error.code === 'refused') {
    if (moved.has(error.error)) return { code: 'cardRemoved' };
    return { code: 'cardUnresponsive', detail: `error ${error.error}` };
  }
  const fault = faultOf(error);
  return fault.code === 'unsupported' ? { code: 'hardwareError', detail: fault.code } : fault;
}
