import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import { type CommandContext, commandError, failure, type Outcome, success } from '../service.ts';
import { type CustomerData, panOf } from './customer-data.ts';
import { masterKey, pinKey, usesTdes } from './keys.ts';
import { outcomeOf, padTiming } from './outcomes.ts';

type BlockRequest = xfs.PinPadGetPinBlockCommand;

/** ANSI X9.8 is ISO-0 with at least 12 digits of account number. */
const shortestAnsiPan = 13;

/**
 * One PIN block of one entry. A pad that joins PIN and account when the entry starts wants the card number before it
 * (PinPad.SetPinBlockData), one that joins them at the end takes it with GetPinBlock.
 */
export class PinBlocks {
  readonly #pad: PinPad;
  readonly #kind: CustomerData;
  readonly #illegal: (keyName: string, errorCode: 'keyNotFound' | 'keyNoValue' | 'useViolation') => void;
  #prepared: Buffer | undefined;
  /** A client's PIN is in the pad, entered and not yet fetched. One that a visit left there is not. */
  held = false;

  constructor(
    pad: PinPad,
    kind: CustomerData,
    onIllegalKey: (keyName: string, errorCode: 'keyNotFound' | 'keyNoValue' | 'useViolation') => void,
  ) {
    this.#pad = pad;
    this.#kind = kind;
    this.#illegal = onIllegalKey;
  }

  /** The card number for the entry that begins now; undefined when the pad wants one and has none. */
  get panAtEntry(): Uint8Array | undefined {
    return this.#pad.capabilities().accountAtFetch === true ? Buffer.alloc(0) : this.#prepared;
  }

  /** What a client entered or prepared is no longer its own. */
  forget(): void {
    this.held = false;
    this.#prepared?.fill(0);
    this.#prepared = undefined;
  }

  set(payload: xfs.PinPadSetPinBlockDataCommand): Outcome {
    const refused = this.#refusal(payload);
    if (refused !== undefined) return refused;
    const pan = this.#panOf(payload);
    if (!Buffer.isBuffer(pan)) return pan;
    this.#prepared?.fill(0);
    this.#prepared = pan;
    return success();
  }

  async get(payload: BlockRequest, context: CommandContext): Promise<Outcome> {
    const refused = this.#refusal(payload);
    if (refused !== undefined) return refused;
    if (this.#pad.capabilities().accountAtFetch !== true) {
      if (payload.customerData !== undefined) {
        const pan = this.#panOf(payload);
        if (!Buffer.isBuffer(pan)) return pan;
        const other = this.#prepared?.equals(pan) === false;
        pan.fill(0);
        if (other) return failure('invalidData', '/payload/customerData is not that of PinPad.SetPinBlockData');
      }
      return this.#fetch(undefined, context);
    }
    const pan = this.#panOf(payload);
    if (!Buffer.isBuffer(pan)) return pan;
    try {
      return await this.#fetch(pan, context);
    } finally {
      pan.fill(0);
    }
  }

  async #fetch(pan: Uint8Array | undefined, context: CommandContext): Promise<Outcome> {
    if (!this.held) return commandError('noPin');
    const fetched = await this.#pad.pinBlock({ ...padTiming(context), ...(pan === undefined ? {} : { pan }) });
    if (!fetched.ok) {
      if (fetched.error.code === 'noPin') this.forget();
      return fetched.error.code === 'keyMissing' ? this.#illegalKey('keyNoValue') : outcomeOf(fetched.error, context);
    }
    this.forget();
    const completion: xfs.PinPadGetPinBlockCompletion = { pinBlock: Buffer.from(fetched.value).toString('base64') };
    fetched.value.fill(0);
    return success(completion);
  }

  #panOf({ customerData, format }: BlockRequest): Buffer | Outcome {
    if (customerData === undefined) return failure('invalidData', '/payload/customerData is required');
    const pan = panOf(customerData, this.#kind);
    if (pan === undefined) return failure('invalidData', `/payload/customerData is not ${described[this.#kind]}`);
    if (format === 'ansi' && pan.length < shortestAnsiPan) {
      pan.fill(0);
      return failure('invalidData', '/payload/customerData is too short for ansi');
    }
    return pan;
  }

  #refusal({ format, key, xorData, secondEncKey, cryptoMethod = 'ecb' }: BlockRequest): Outcome | undefined {
    if ((format !== 'iso0' && format !== 'ansi') || !usesTdes(this.#pad)) return commandError('formatNotSupported');
    // Without a key the block would be a PIN in clear.
    if (key === undefined) return failure('invalidData', '/payload/key is required');
    if (key === masterKey) return this.#illegalKey('useViolation', key);
    if (key !== pinKey) return this.#illegalKey('keyNotFound', key);
    if (!this.#pad.hasKeys('client')) return this.#illegalKey('keyNoValue');
    if (cryptoMethod !== 'ecb') return failure('unsupportedData', '/payload/cryptoMethod: ecb only');
    if (xorData !== undefined || secondEncKey !== undefined) {
      return failure('unsupportedData', 'a block is enciphered once');
    }
    return undefined;
  }

  #illegalKey(errorCode: 'keyNotFound' | 'keyNoValue' | 'useViolation', keyName = pinKey): Outcome {
    this.#illegal(keyName, errorCode);
    return commandError(errorCode);
  }
}

const described: Readonly<Record<CustomerData, string>> = {
  pan: 'a card number with its check digit',
  panWithoutCheckDigit: 'a card number without its check digit',
  twelveDigits: 'the last twelve digits before the check digit',
};
