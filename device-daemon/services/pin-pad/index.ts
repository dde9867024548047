import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import { deviceStatusOf } from '../device-status.ts';
import { type CommandContext, failure, type Outcome, type ServiceDefinition, success } from '../service.ts';
import { digest, generateRandom } from './crypto.ts';
import type { CustomerData } from './customer-data.ts';
import { dataEntry, getLayout, pinEntry } from './keyboard.ts';
import { encryptionState, getKeyDetail, importKey, usesTdes } from './keys.ts';
import { outcomeOf, padTiming } from './outcomes.ts';
import { PinBlocks } from './pin-block.ts';

export interface PinPadServiceOptions {
  /** True while a visit uses the pad: device clients are then answered `sequenceError` (design.md 4). */
  readonly busy: () => boolean;
  /** What this kiosk's standard clients send as `customerData`. */
  readonly customerData: CustomerData;
}

const maximumRequests = 16;
const taken = failure('sequenceError', 'a visit uses the PIN pad');

/**
 * XFS4IoT's Keyboard, PinPad, KeyManagement and Crypto over an encrypting PIN pad: plain keys, PIN blocks under the
 * PIN working key, that key's import, random numbers and digests. The pad's ciphers work in nothing but PIN blocks, so
 * whatever would encipher, authenticate, export or compare with a key is not offered.
 */
export function pinPadService(pad: PinPad, options: PinPadServiceOptions): ServiceDefinition {
  let send: (name: string, payload?: object) => void = () => {};
  const blocks = new PinBlocks(pad, options.customerData, (keyName, errorCode) =>
    send('KeyManagement.IllegalKeyAccessEvent', { keyName, errorCode }),
  );
  const numberFirst = pad.capabilities().accountAtFetch !== true;

  const device = () => deviceStatusOf(pad.report(), (reason) => (reason === 'silent' ? 'offline' : 'hardwareError'));
  const snapshot = () => ({ device: device(), encryptionState: encryptionState(pad) });
  let told = snapshot();
  /** One StatusChangedEvent with all that changed; nothing when nothing did. */
  const tell = (): void => {
    const now = snapshot();
    const payload = {
      ...(now.device === told.device ? {} : { common: { device: now.device } }),
      ...(now.encryptionState === told.encryptionState
        ? {}
        : { keyManagement: { encryptionState: now.encryptionState } }),
    };
    told = now;
    if (Object.keys(payload).length > 0) send('Common.StatusChangedEvent', payload);
  };
  pad.onReport(tell);

  const enterPin = async (payload: xfs.KeyboardPinEntryCommand, context: CommandContext): Promise<Outcome> => {
    const pan = blocks.panAtEntry;
    if (pan === undefined) return failure('sequenceError', 'PinPad.SetPinBlockData goes first');
    blocks.held = false;
    const entry = await pinEntry(pad, payload, pan, context);
    blocks.held = entry.entered;
    // The pad may have found that it has lost the key.
    tell();
    return entry.outcome;
  };

  const enterData = async (payload: xfs.KeyboardDataEntryCommand, context: CommandContext): Promise<Outcome> => {
    if (blocks.held) return failure('sequenceError', 'the pad holds a PIN: PinPad.GetPinBlock or a Reset goes first');
    const outcome = await dataEntry(pad, payload, context);
    // A visit opened meanwhile: the pad is ready, but no longer for plain keys.
    return outcome.completionCode === 'deviceNotReady' && options.busy() ? taken : outcome;
  };

  const loadKey = async (payload: xfs.KeyManagementImportKeyCommand, context: CommandContext): Promise<Outcome> => {
    const outcome = await importKey(pad, payload, context);
    tell();
    return outcome;
  };

  /** Forgets what was entered and for which card; keys stay. The three interfaces have one pad to reset. */
  const reset = async (_payload: object, context: CommandContext): Promise<Outcome> => {
    blocks.forget();
    const cleared = await pad.clear(padTiming(context));
    return cleared.ok ? success() : outcomeOf(cleared.error, context);
  };

  /** A visit has the pad for itself, and what a client left in it is no longer the client's. */
  const unlessBusy =
    <P>(handler: (payload: P, context: CommandContext) => Outcome | Promise<Outcome>) =>
    (payload: P, context: CommandContext): Outcome | Promise<Outcome> => {
      if (!options.busy()) return handler(payload, context);
      blocks.forget();
      return taken;
    };

  return {
    name: 'PinPad',
    family: 'standard',
    interfaces: ['Keyboard', 'PinPad', 'KeyManagement', 'Crypto'],
    handlers: {
      'Keyboard.GetLayout': getLayout,
      'Keyboard.DataEntry': unlessBusy(enterData),
      'Keyboard.PinEntry': unlessBusy(enterPin),
      'Keyboard.Reset': unlessBusy(reset),
      'PinPad.GetPinBlock': unlessBusy((payload: xfs.PinPadGetPinBlockCommand, context) =>
        blocks.get(payload, context),
      ),
      ...(numberFirst
        ? {
            'PinPad.SetPinBlockData': unlessBusy((payload: xfs.PinPadSetPinBlockDataCommand) => blocks.set(payload)),
          }
        : {}),
      'PinPad.Reset': unlessBusy(reset),
      'KeyManagement.GetKeyDetail': (payload: xfs.KeyManagementGetKeyDetailCommand) => getKeyDetail(pad, payload),
      'KeyManagement.ImportKey': unlessBusy(loadKey),
      'KeyManagement.Reset': unlessBusy(reset),
      'Crypto.GenerateRandom': generateRandom,
      'Crypto.Digest': digest,
    },
    events: [
      'Keyboard.EnterDataEvent',
      'Keyboard.KeyEvent',
      'KeyManagement.IllegalKeyAccessEvent',
      'Common.StatusChangedEvent',
    ],
    immediate: new Set(['Keyboard.GetLayout', 'KeyManagement.GetKeyDetail']),
    maximumRequests,
    status() {
      return { device: device(), members: { keyManagement: { encryptionState: encryptionState(pad) } } };
    },
    capabilities() {
      const { serialNumber, firmware } = pad.capabilities();
      const information: xfs.CommonDeviceInformation = {
        ...(serialNumber === undefined ? {} : { serialNumber }),
        ...(firmware === undefined ? {} : { firmware: [{ firmwareName: 'PIN pad', firmwareVersion: firmware }] }),
      };
      return {
        ...(Object.keys(information).length === 0 ? {} : { common: { deviceInformation: [information] } }),
        members: capabilityMembers(usesTdes(pad), numberFirst),
      };
    },
    attach(sender) {
      send = sender;
      told = snapshot();
    },
  };
}

/** SM4 blocks have no format of the standard: such a pad has keys and PINs for the kiosk's own services only. */
function capabilityMembers(tdes: boolean, numberFirst: boolean) {
  const keyboard: xfs.KeyboardCapabilities = {};
  const pinPad: xfs.PinPadCapabilities = {
    pinFormats: tdes ? { ansi: true, iso0: true } : {},
    display: { none: true },
    idcConnect: false,
    pinCanPersistAfterUse: false,
    typeCombined: false,
    setPinblockDataRequired: numberFirst,
    ...(tdes ? { pinBlockAttributes: { P0: { T: { E: { cryptoMethod: { ecb: true } } } } } } : {}),
  };
  const keyManagement: xfs.KeyManagementCapabilities = {
    keyNum: 2,
    keyCheckModes: tdes ? { zero: true } : {},
    keyImportThroughParts: false,
    symmetricKeyManagementMethods: { masterKey: true },
    ...(tdes
      ? {
          desKeyLength: { double: true, triple: true },
          keyAttributes: { P0: { T: { E: {} } } },
          decryptAttributes: { T: { decryptMethod: { ecb: true } } },
          verifyAttributes: { M0: { T: { V: { cryptoMethod: { kcvZero: true } } } } },
        }
      : {}),
  };
  const crypto: xfs.CryptoCapabilities = { emvHashAlgorithm: { sha1Digest: true, sha256Digest: true } };
  return { keyboard, pinPad, keyManagement, crypto };
}
