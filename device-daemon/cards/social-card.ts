import { err, ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../devices/card-reader.ts';
import type { OperationOptions } from '../devices/device.ts';
import { type ApduChannel, command, exchange, type Response, showStatus } from './apdu.ts';
import { historicalBytes } from './atr.ts';
import {
  decodeName,
  generationOf,
  holderWarnings,
  issuerWarnings,
  packedDate,
  packedDigits,
  type SocialFieldName,
  type SocialGeneration,
  type SocialWarning,
  socialApplicationName,
  socialFields,
  stripped,
} from './social-records.ts';
import { findTlv, parseTlv, socialRecord } from './tlv.ts';

export type SocialAlgorithm = 'tdes' | 'ssf33' | 'sm4';

/**
 * The province's security module behind its host: the kiosk only carries its bytes to the card and back. `F` is the
 * caller's own failure; a card that can be read without the module still is.
 */
export interface SocialAuthenticator<F> {
  step1(facts: {
    /** 16 bytes */
    readonly cardIdentificationCode: Buffer;
    readonly historicalBytes: Buffer;
    readonly algorithm: SocialAlgorithm;
    readonly version: string;
  }): Promise<Result<{ readonly authRef: string /** 16 bytes */; readonly internalAuthData: Buffer }, F>>;
  step2(answer: {
    readonly authRef: string;
    readonly internalAuthResult: Buffer;
    /** 8 bytes; only of third-generation cards, which want the kiosk to prove itself too. */
    readonly cardChallenge?: Buffer;
  }): Promise<
    Result<
      { readonly genuine: boolean /** 16 bytes */; readonly externalAuthData?: Buffer; readonly keyId?: number },
      F
    >
  >;
}

export type Authentication<F> =
  | { readonly state: 'genuine'; readonly authRef: string }
  /** No authenticator was given. */
  | { readonly state: 'notAsked' }
  /** The security module could not be asked. */
  | { readonly state: 'unavailable'; readonly cause: F }
  /** The card has no key or no such command; `sw` in four hex digits. */
  | { readonly state: 'refusedByCard'; readonly sw: string };

export interface SocialHolder {
  /** Social-security number, ASCII. */
  readonly number: Buffer;
  /** UTF-8. */
  readonly name: Buffer;
  readonly sex: 'male' | 'female' | undefined;
  /** GB 3304, two digits. */
  readonly ethnicity: string | undefined;
  /** GB/T 2260, six digits. */
  readonly birthplace: string | undefined;
  /** YYYY-MM-DD */
  readonly birthDate: string | undefined;
}

export interface SocialCard<F> {
  readonly generation: SocialGeneration;
  /** `3.00` */
  readonly version: string;
  readonly algorithm: SocialAlgorithm;
  /** Issuing area, six digits of GB/T 2260. */
  readonly areaCode: string;
  /** 16 bytes. */
  readonly idCode: Buffer;
  /** YYYY-MM-DD; undefined when the card does not say. */
  readonly issueDate: string | undefined;
  readonly validUntil: string | undefined;
  /** Nine ASCII characters; undefined when it needs a key that was not had. */
  readonly cardNumber: Buffer | undefined;
  /** Undefined: the card keeps it behind a key that was not had (reference 6, rule 3). */
  readonly holder: SocialHolder | undefined;
  readonly authentication: Authentication<F>;
  readonly warnings: readonly SocialWarning[];
  /** Zeroes every Buffer above. */
  wipe(): void;
}

export type SocialFault =
  | CardFault
  | { readonly code: 'notSocialCard' }
  /** SELECT answered 6A81. */
  | { readonly code: 'applicationBlocked' }
  /** 6983 on authentication. */
  | { readonly code: 'keyBlocked' }
  /** The security module judged the card's answer. */
  | { readonly code: 'notGenuine' }
  /** The card did not accept the security module's answer. Never repeated: it costs tries. */
  | { readonly code: 'externalAuthenticationFailed'; readonly triesLeft: number | undefined }
  | { readonly code: 'badData'; readonly element: SocialFieldName | 'atr' | 'challenge' }
  | { readonly code: 'unexpectedStatus'; readonly step: string; readonly sw: string };

export interface ReadSocialOptions<F> extends OperationOptions {
  readonly atr: Uint8Array;
  /** YYYY-MM-DD */
  readonly today: string;
  readonly authenticate?: SocialAuthenticator<F>;
}

type Read = { readonly state: 'value'; readonly value: Buffer } | { readonly state: 'locked' | 'missing' };

/**
 * Reads the social-security application (reference 1.13): select, issuer data by tag, authentication both ways through
 * the province's security module, holder data by tag, cross-checks. `timeoutMs` is per command. Selecting another
 * application afterwards drops the card's security state; what was read stays until `wipe`.
 */
export async function readSocialCard<F>(
  channel: ApduChannel,
  options: ReadSocialOptions<F>,
): Promise<Result<SocialCard<F>, SocialFault>> {
  const reader = new SocialReader<F>(channel, options);
  let done = false;
  try {
    const result = await reader.run();
    done = result.ok;
    return result;
  } finally {
    if (!done) reader.wipe();
  }
}

class SocialReader<F> {
  readonly #channel: ApduChannel;
  readonly #options: ReadSocialOptions<F>;
  readonly #secrets: Buffer[] = [];

  constructor(channel: ApduChannel, options: ReadSocialOptions<F>) {
    this.#channel = channel;
    this.#options = options;
  }

  wipe(): void {
    for (const secret of this.#secrets) secret.fill(0);
  }

  #keep(bytes: Buffer): Buffer {
    this.#secrets.push(bytes);
    return bytes;
  }

  #send(apdu: Uint8Array): Promise<Result<Response, CardFault>> {
    return exchange(this.#channel, apdu, this.#options);
  }

  async run(): Promise<Result<SocialCard<F>, SocialFault>> {
    const historical = historicalBytes(this.#options.atr);
    if (historical === undefined) return err({ code: 'badData', element: 'atr' });
    const algorithm = await this.#select();
    if (!algorithm.ok) return algorithm;

    const idCode = await this.#required('idCode');
    if (!idCode.ok) return idCode;
    const versionBytes = await this.#required('version');
    if (!versionBytes.ok) return versionBytes;
    const version = versionBytes.value.toString('latin1');
    const generation = generationOf(version);
    if (generation === undefined) return err({ code: 'badData', element: 'version' });
    const early = await this.#readAll(['issueDate', 'validUntil', 'cardNumber']);
    if (!early.ok) return early;

    const authentication = await this.#authenticate(
      idCode.value,
      Buffer.from(historical),
      algorithm.value,
      version,
      generation,
    );
    if (!authentication.ok) return authentication;
    const opened = authentication.value.state === 'genuine' && generation === 'gen3';
    // What was locked before authentication is tried again after it (reference 1.9, card number on version 3).
    const locked = [...early.value].flatMap(([name, read]) => (read.state === 'locked' ? [name] : []));
    const late = opened ? await this.#readAll(locked) : ok(new Map<SocialFieldName, Read>());
    if (!late.ok) return late;
    const issuer = new Map([...early.value, ...late.value]);

    const holder = await this.#readHolder();
    if (!holder.ok) return holder;

    const bytesOf = (name: SocialFieldName): Buffer | undefined => {
      const read = issuer.get(name);
      return read?.state === 'value' ? read.value : undefined;
    };
    const issueDate = packedDate(bytesOf('issueDate') ?? Buffer.alloc(0));
    const validUntil = packedDate(bytesOf('validUntil') ?? Buffer.alloc(0));
    const cardNumber = bytesOf('cardNumber');
    const warnings = issuerWarnings({
      historical,
      idCode: idCode.value,
      issueDate,
      validUntil,
      cardNumber,
      today: this.#options.today,
    });
    if (holder.value !== undefined) warnings.push(...holderWarnings(holder.value));
    if (holder.value !== undefined && generation === 'gen3' && !opened) warnings.push('holderFileUnprotected');
    return ok({
      generation,
      version,
      algorithm: algorithm.value,
      areaCode: idCode.value.toString('hex', 0, 3),
      idCode: idCode.value,
      issueDate,
      validUntil,
      cardNumber,
      holder: holder.value,
      authentication: authentication.value,
      warnings,
      wipe: () => this.wipe(),
    });
  }

  async #select(): Promise<Result<SocialAlgorithm, SocialFault>> {
    const selected = await this.#send(command.selectByName(socialApplicationName));
    if (!selected.ok) return selected;
    const { sw, data } = selected.value;
    if (sw === 0x6a82) return err({ code: 'notSocialCard' });
    if (sw === 0x6a81 || sw === 0x6283 || sw === 0x9303) return err({ code: 'applicationBlocked' });
    if (sw !== 0x9000) return err({ code: 'unexpectedStatus', step: 'select', sw: showStatus(sw) });
    return ok(algorithmOf(data));
  }

  /** One field; missing and locked are states. Anything but the expected tag and length is bad data. */
  async #read(name: SocialFieldName): Promise<Result<Read, SocialFault>> {
    const { sfi, tag, length } = socialFields[name];
    const result = await this.#send(command.readRecordByTag(sfi, tag, length));
    if (!result.ok) return result;
    const { sw, data } = result.value;
    if (sw === 0x6982) return ok({ state: 'locked' });
    if (sw === 0x6a83 || sw === 0x6a82) return ok({ state: 'missing' });
    if (sw !== 0x9000) return err({ code: 'unexpectedStatus', step: `read ${name}`, sw: showStatus(sw) });
    const record = socialRecord(data, tag, length);
    if (record === undefined) return err({ code: 'badData', element: name });
    const value = this.#keep(Buffer.from(record));
    data.fill(0);
    return ok({ state: 'value', value });
  }

  async #required(name: SocialFieldName): Promise<Result<Buffer, SocialFault>> {
    const read = await this.#read(name);
    if (!read.ok) return read;
    return read.value.state === 'value' ? ok(read.value.value) : err({ code: 'badData', element: name });
  }

  async #readAll(names: readonly SocialFieldName[]): Promise<Result<Map<SocialFieldName, Read>, SocialFault>> {
    const map = new Map<SocialFieldName, Read>();
    for (const name of names) {
      const read = await this.#read(name);
      if (!read.ok) return read;
      map.set(name, read.value);
    }
    return ok(map);
  }

  /**
   * The card answers the security module; a third-generation card is then shown that the module knows its key.
   * GET CHALLENGE stands directly before EXTERNAL AUTHENTICATE on the card's side: nothing else is sent between them.
   */
  async #authenticate(
    idCode: Buffer,
    historical: Buffer,
    algorithm: SocialAlgorithm,
    version: string,
    generation: SocialGeneration,
  ): Promise<Result<Authentication<F>, SocialFault>> {
    const { authenticate } = this.#options;
    if (authenticate === undefined) return ok({ state: 'notAsked' });
    const first = await authenticate.step1({
      cardIdentificationCode: idCode,
      historicalBytes: historical,
      algorithm,
      version,
    });
    if (!first.ok) return ok({ state: 'unavailable', cause: first.error });
    const { authRef, internalAuthData } = first.value;

    const internal = await this.#send(command.internalAuthenticate(internalAuthData));
    if (!internal.ok) return internal;
    if (internal.value.sw === 0x6983) return err({ code: 'keyBlocked' });
    if (internal.value.sw !== 0x9000) return ok({ state: 'refusedByCard', sw: showStatus(internal.value.sw) });

    let challenge: Buffer | undefined;
    if (generation === 'gen3') {
      const asked = await this.#send(command.getChallenge());
      if (!asked.ok) return asked;
      if (asked.value.sw !== 0x9000)
        return err({ code: 'unexpectedStatus', step: 'get challenge', sw: showStatus(asked.value.sw) });
      if (asked.value.data.length !== 8) return err({ code: 'badData', element: 'challenge' });
      challenge = Buffer.from(asked.value.data);
    }
    const second = await authenticate.step2({
      authRef,
      internalAuthResult: Buffer.from(internal.value.data),
      ...(challenge === undefined ? {} : { cardChallenge: challenge }),
    });
    if (!second.ok) return ok({ state: 'unavailable', cause: second.error });
    const { genuine, externalAuthData, keyId } = second.value;
    if (!genuine) return err({ code: 'notGenuine' });
    if (challenge !== undefined && externalAuthData !== undefined && keyId !== undefined) {
      const external = await this.#send(command.externalAuthenticate(keyId, externalAuthData));
      if (!external.ok) return external;
      const { sw } = external.value;
      if (sw === 0x6983) return err({ code: 'keyBlocked' });
      if (sw !== 0x9000)
        return err({
          code: 'externalAuthenticationFailed',
          triesLeft: (sw & 0xfff0) === 0x63c0 ? sw & 0x0f : undefined,
        });
    }
    return ok({ state: 'genuine', authRef });
  }

  async #readHolder(): Promise<Result<SocialHolder | undefined, SocialFault>> {
    const number = await this.#read('number');
    if (!number.ok) return number;
    if (number.value.state === 'locked') return ok(undefined);
    if (number.value.state !== 'value') return err({ code: 'badData', element: 'number' });
    const numberBytes = number.value.value;
    const name = await this.#required('name');
    if (!name.ok) return name;
    const rest = await this.#readAll(['nameExtension', 'sex', 'ethnicity', 'birthplace', 'birthDate']);
    if (!rest.ok) return rest;
    const bytesOf = (field: SocialFieldName): Buffer => {
      const read = rest.value.get(field);
      return read?.state === 'value' ? read.value : Buffer.alloc(0);
    };
    const decoded = decodeName(name.value, bytesOf('nameExtension'));
    if (decoded === undefined) return err({ code: 'badData', element: 'name' });
    const digits = (field: SocialFieldName, length: number): string | undefined => {
      const text = packedDigits(bytesOf(field));
      return text.length === length && /^\d+$/.test(text) ? text : undefined;
    };
    const sex = bytesOf('sex').toString('latin1');
    return ok({
      number: this.#keep(stripped(numberBytes)),
      name: this.#keep(decoded),
      sex: sex === '1' ? 'male' : sex === '2' ? 'female' : undefined,
      ethnicity: digits('ethnicity', 2),
      birthplace: digits('birthplace', 6),
      birthDate: packedDate(bytesOf('birthDate')),
    });
  }
}

/** `9F0C` with `86 01 xx` in the FCI; absent or unreadable means 3DES (reference 1.1). */
function algorithmOf(fci: Uint8Array): SocialAlgorithm {
  const outer = parseTlv(fci);
  const discretionary = outer.ok ? findTlv(outer.value, 0x9f0c) : undefined;
  const inner = discretionary === undefined ? undefined : parseTlv(discretionary.value);
  const code = inner?.ok === true ? findTlv(inner.value, 0x86)?.value[0] : undefined;
  return code === 0x03 ? 'sm4' : code === 0x02 ? 'ssf33' : 'tdes';
}
