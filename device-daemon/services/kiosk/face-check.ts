import type { OperationOptions } from '../../devices/device.ts';

export type FaceVerdict = 'match' | 'differs' | 'unavailable';

/**
 * A face check by another provider's camera and software, injected: the kiosk has none of its own and works without. Its
 * verdict is all that comes back; no picture passes through here.
 */
export interface FaceCheck {
  /** `ref` names the provider's record of it. Never throws; whatever goes wrong is `unavailable`. */
  check(
    about: { readonly visit: string },
    options: OperationOptions,
  ): Promise<{ readonly verdict: FaceVerdict; readonly ref?: string }>;
}

const verdicts: readonly string[] = ['match', 'differs', 'unavailable'] satisfies FaceVerdict[];
/** An answer is two short members. */
const maxBytes = 1_024;
/** A reference as the hosts take it (bank-core.openapi.json, Ref): it goes to them as evidence. */
const reference = /^[0-9A-Za-z_-]{1,64}$/;

/**
 * The provider on this machine or behind TLS: `POST {"visit": …}` is answered by `{"verdict": …, "ref": …}` when its own
 * screen or camera is done with the person. Anything else is `unavailable`, for a person can prove themselves otherwise.
 */
export class HttpFaceCheck implements FaceCheck {
  readonly #url: string;

  /** @param url as the configuration allows it: `https://…`, or `http://127.0.0.1…` */
  constructor(url: string) {
    this.#url = url;
  }

  async check(
    { visit }: { readonly visit: string },
    { signal, timeoutMs }: OperationOptions,
  ): ReturnType<FaceCheck['check']> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ visit }),
        // A provider that sends us elsewhere is not the one that was configured.
        redirect: 'error',
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        return { verdict: 'unavailable' };
      }
      return verdictOf(await readSome(response)) ?? { verdict: 'unavailable' };
    } catch {
      return { verdict: 'unavailable' };
    }
  }
}

/** The body, or nothing where it is longer than an answer can be. */
async function readSome(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > maxBytes) return '';
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function verdictOf(text: string): { readonly verdict: FaceVerdict; readonly ref?: string } | undefined {
  const told: unknown = JSON.parse(text);
  if (typeof told !== 'object' || told === null) return undefined;
  const { verdict, ref, ...rest } = told as Readonly<Record<string, unknown>>;
  const known = typeof verdict === 'string' && verdicts.includes(verdict);
  if (!known || Object.keys(rest).length > 0) return undefined;
  if (ref === undefined) return { verdict: verdict as FaceVerdict };
  return typeof ref === 'string' && reference.test(ref) ? { verdict: verdict as FaceVerdict, ref } : undefined;
}
