import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import { type CommandContext, commandError, failure, type Outcome, success } from '../service.ts';
import { outcomeOf, padTiming } from './outcomes.ts';

/** The pad numbers its keys; on the wire they have names, of which there are two. The kiosk's own PIN key has none. */
export const masterKey = 'MasterKey';
export const pinKey = 'PinKey';

/** Anything shorter proves too little; the device compares what the pad and the client both have. */
const shortestCheckValue = 3;

export const usesTdes = (pad: PinPad): boolean => pad.capabilities().pinBlockFormats.includes('iso0');

type Loaded = NonNullable<xfs.KeyManagementGetKeyDetailCompletionKeyDetails['loaded']>;

/** What is known of the master key: the pad says only whether it has a valid one. */
export function masterKeyLoaded(pad: PinPad): Loaded {
  const { state, reason } = pad.report();
  if (state !== 'ready' && state !== 'degraded') return 'unknown';
  return reason === 'needsKeys' ? 'no' : 'yes';
}

export function encryptionState(pad: PinPad): NonNullable<xfs.KeyManagementStatus['encryptionState']> {
  const master = masterKeyLoaded(pad);
  if (master === 'unknown') return 'notReady';
  if (master === 'no') return 'notInitialized';
  return pad.hasKeys('client') ? 'ready' : 'initialized';
}

export function getKeyDetail(pad: PinPad, { keyName }: xfs.KeyManagementGetKeyDetailCommand): Outcome {
  // SM4 has no letter in the standard's key blocks; of such a key the use is all that can be told.
  const algorithm = usesTdes(pad) ? { algorithm: 'T' } : {};
  const details: Readonly<Record<string, xfs.KeyManagementGetKeyDetailCompletionKeyDetails>> = {
    [masterKey]: {
      loaded: masterKeyLoaded(pad),
      keyBlockInfo: { keyUsage: 'K0', ...algorithm, modeOfUse: 'D', exportability: 'N' },
    },
    [pinKey]: {
      loaded: pad.hasKeys('client') ? 'yes' : 'no',
      keyBlockInfo: { keyUsage: 'P0', ...algorithm, modeOfUse: 'E', exportability: 'N' },
    },
  };
  if (keyName === undefined || keyName === '') return success({ keyDetails: details });
  const one = Object.hasOwn(details, keyName) ? details[keyName] : undefined;
  return one === undefined ? commandError('keyNotFound') : success({ keyDetails: { [keyName]: one } });
}

/**
 * The one import that the pad allows (b.1 command 33): the PIN working key, enciphered under the master key, with its
 * check value. Everything else is refused before the pad hears of it; a clear key never gets further than here.
 */
export async function importKey(
  pad: PinPad,
  payload: xfs.KeyManagementImportKeyCommand,
  context: CommandContext,
): Promise<Outcome> {
  const refused = refusal(pad, payload);
  if (refused !== undefined) return refused;
  const encrypted = Buffer.from(payload.value ?? '', 'base64');
  const checkValue = Buffer.from(payload.verificationData ?? '', 'base64');
  const keyLength = encrypted.length * 8;
  if (encrypted.length !== 16 && encrypted.length !== 24) return commandError('invalidKeyLength');
  if (checkValue.length < shortestCheckValue) {
    return failure('invalidData', `/payload/verificationData is shorter than ${shortestCheckValue} bytes`);
  }
  const loaded = await pad.loadWorkingKey({ usage: 'pin', owner: 'client', encrypted, checkValue }, padTiming(context));
  if (loaded.ok) return success({ keyLength });
  return loaded.error.code === 'keyMissing' ? commandError('keyNoValue') : outcomeOf(loaded.error, context);
}

function refusal(pad: PinPad, payload: xfs.KeyManagementImportKeyCommand): Outcome | undefined {
  const { key, keyAttributes, decryptKey, decryptMethod = 'ecb', verifyAttributes } = payload;
  if (key === masterKey) return commandError('accessDenied');
  if (key !== pinKey) return commandError('noKeyRam');
  if (payload.constructing === true) return failure('unsupportedData', 'keys are not built from parts');
  if (keyAttributes === undefined) return failure('invalidData', '/payload/keyAttributes is required');
  if (keyAttributes.keyUsage !== 'P0') return commandError('useViolation');
  if (keyAttributes.restrictedKeyUsage !== undefined) return commandError('useViolation');
  if (!usesTdes(pad) || keyAttributes.algorithm !== 'T') return commandError('algorithmNotSupported');
  if (keyAttributes.modeOfUse !== 'E') return commandError('modeNotSupported');
  // Without one the value would be a clear key.
  if (decryptKey === undefined) return commandError('accessDenied');
  if (decryptKey === pinKey) return commandError('useViolation');
  if (decryptKey !== masterKey) return commandError('keyNotFound');
  if (decryptMethod !== 'ecb') return commandError('cryptoMethodNotSupported');
  if (payload.verifyKey !== undefined) return commandError('signatureNotSupported');
  if (verifyAttributes !== undefined && verifyAttributes.cryptoMethod !== 'kcvZero') {
    return commandError('cryptoMethodNotSupported');
  }
  if (payload.value === undefined) return failure('invalidData', '/payload/value is required');
  if (payload.verificationData === undefined) return failure('invalidData', '/payload/verificationData is required');
  return undefined;
}
