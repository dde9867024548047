import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { DataKey, PinPad } from '../../devices/pin-pad.ts';
import { type CommandContext, commandError, failure, type Outcome, success, waitTiming } from '../service.ts';
import { entryOutcomeOf } from './outcomes.ts';

/** ISO 9564-1: a PIN has 4 to 12 digits. */
const shortestPin = 4;
const longestPin = 12;

const keyNames = {
  '0': 'zero',
  '1': 'one',
  '2': 'two',
  '3': 'three',
  '4': 'four',
  '5': 'five',
  '6': 'six',
  '7': 'seven',
  '8': 'eight',
  '9': 'nine',
  clear: 'clear',
  enter: 'enter',
  cancel: 'cancel',
} as const satisfies Record<DataKey, string>;

const padKeys: ReadonlyMap<string, DataKey> = new Map(
  Object.entries(keyNames).map(([key, name]) => [name, key as DataKey]),
);

/** Four columns of keys; positions are shares of 1000 of a frame whose size 0 says that it is no touchscreen. */
const grid: readonly (readonly (DataKey | undefined)[])[] = [
  ['1', '2', '3', 'cancel'],
  ['4', '5', '6', 'clear'],
  ['7', '8', '9', undefined],
  [undefined, '0', undefined, 'enter'],
];
const keySize = 250;

const frame: xfs.KeyboardLayoutFrame = {
  xPos: 0,
  yPos: 0,
  xSize: 0,
  ySize: 0,
  keys: grid.flatMap((row, y) =>
    row.flatMap((key, x) =>
      key === undefined
        ? []
        : [{ xPos: x * keySize, yPos: y * keySize, xSize: keySize, ySize: keySize, key: keyNames[key] }],
    ),
  ),
};

export function getLayout({ entryMode }: xfs.KeyboardGetLayoutCommand): Outcome {
  if (entryMode === 'secure') return commandError('modeNotSupported');
  const layout = entryMode === undefined ? { data: [frame], pin: [frame] } : { [entryMode]: [frame] };
  return success({ layout });
}

type ActiveKeys = ReadonlyMap<DataKey, { readonly terminate: boolean }>;

/** The keys a client wants active, or the error code of why it cannot have them. */
function activeKeysOf(
  wanted: Readonly<Record<string, { readonly terminate?: boolean } | undefined>>,
): ActiveKeys | string {
  const active = new Map<DataKey, { readonly terminate: boolean }>();
  for (const [name, options] of Object.entries(wanted)) {
    const key = padKeys.get(name);
    if (key === undefined) return 'keyNotSupported';
    active.set(key, { terminate: options?.terminate === true });
  }
  return active.size === 0 ? 'noActivekeys' : active;
}

/** Plain keys: every one is told, digits too. */
export async function dataEntry(
  pad: PinPad,
  payload: xfs.KeyboardDataEntryCommand,
  context: CommandContext,
): Promise<Outcome> {
  const active = activeKeysOf(payload.activeKeys ?? {});
  if (typeof active === 'string') return commandError(active);
  const { maxLen = 0 } = payload;
  const limit = maxLen === 0 ? Number.POSITIVE_INFINITY : maxLen;
  const endsItself = payload.autoEnd === true && maxLen > 0;
  const pressed: xfs.KeyboardKeyPressed[] = [];

  const onKey = (key: DataKey): void => {
    const terminates = active.get(key)?.terminate === true;
    // Full, and the client wants a person to end it: only the keys that do so still count.
    if (!terminates && pressed.length >= limit) return;
    const full = endsItself && pressed.length + 1 >= limit;
    const completion = terminates ? terminated(key) : full ? 'auto' : 'continue';
    const event: xfs.KeyboardKeyEventEvent = { completion, digit: keyNames[key] };
    pressed.push(event);
    context.emit('Keyboard.KeyEvent', event);
  };
  const entered = await pad.enterData({
    ...waitTiming(context),
    maxKeys: endsItself ? maxLen : Number.POSITIVE_INFINITY,
    activeKeys: active,
    onKey,
    onReady: () => context.emit('Keyboard.EnterDataEvent'),
  });
  if (!entered.ok) return entryOutcomeOf(entered.error, context);
  const completion = pressed.at(-1)?.completion;
  return success({
    keys: pressed.length,
    pinKeys: pressed,
    ...(completion === undefined ? {} : { completion }),
  } satisfies xfs.KeyboardDataEntryCompletion);
}

const terminated = (key: DataKey): xfs.KeyboardEntryCompletion =>
  key === 'enter' || key === 'cancel' || key === 'clear' ? key : 'fk';

/** Lengths of the PIN, or the outcome that refuses them. */
function pinLengths({ minLen, maxLen = 0 }: xfs.KeyboardPinEntryCommand): { min: number; max: number } | Outcome {
  const max = maxLen === 0 ? longestPin : maxLen;
  if (max < shortestPin || max > longestPin) {
    return failure('invalidData', `/payload/maxLen: a PIN has ${shortestPin} to ${longestPin} digits`);
  }
  if (minLen > max) return commandError('minimumLength');
  return { min: Math.max(minLen, shortestPin), max };
}

/**
 * A PIN: the digits stay in the pad, and no event or completion tells which they were. The pad has its own keys: all
 * digits and clear work, enter ends the entry, cancel gives it up, whichever of them the client named, and a full
 * entry still wants enter.
 */
export async function pinEntry(
  pad: PinPad,
  payload: xfs.KeyboardPinEntryCommand,
  pan: Uint8Array,
  context: CommandContext,
): Promise<{ readonly outcome: Outcome; readonly entered: boolean }> {
  const not = (outcome: Outcome) => ({ outcome, entered: false });
  const active = activeKeysOf(payload.activeKeys ?? {});
  if (typeof active === 'string') return not(commandError(active));
  if (active.get('enter')?.terminate !== true) return not(commandError('noTerminatekeys'));
  const lengths = pinLengths(payload);
  if ('completionCode' in lengths) return not(lengths);

  const entered = await pad.enterPin({
    ...waitTiming(context),
    owner: 'client',
    pan,
    minDigits: lengths.min,
    maxDigits: lengths.max,
    onReady: () => context.emit('Keyboard.EnterDataEvent'),
    onKey(key) {
      const event: xfs.KeyboardKeyEventEvent = {
        completion: key === 'enter' || key === 'cancel' ? key : 'continue',
        ...(key === 'digit' ? {} : { digit: key }),
      };
      context.emit('Keyboard.KeyEvent', event);
    },
  });
  const completion = (digits: number, how: 'enter' | 'cancel'): Outcome =>
    success({ digits, completion: how } satisfies xfs.KeyboardPinEntryCompletion);
  if (entered.ok) return { outcome: completion(entered.value, 'enter'), entered: true };
  return not(
    entered.error.code === 'cancelledOnPad' ? completion(0, 'cancel') : entryOutcomeOf(entered.error, context),
  );
}
