import type { VirtualCard } from './virtual-card.ts';

/**
 * A card as it speaks over T=0: data for a command that sent data waits behind `61xx` for GET RESPONSE; a wrong Le is
 * answered `6Cxx`, and the command repeated with that Le. The applet inside runs each command once.
 */
export function asT0(card: VirtualCard, options: { readonly pieceLength?: number } = {}): VirtualCard {
  const pieceLength = options.pieceLength ?? 256;
  let waiting: { data: Uint8Array; readonly status: Uint8Array } | undefined;
  let refused: { readonly header: string; readonly response: Uint8Array } | undefined;

  const le = (value: number): number => (value === 0 ? 256 : value);
  const more = (count: number): Uint8Array => Uint8Array.of(0x61, count >= 256 ? 0 : count);
  const wrongLe = (count: number): Uint8Array => Uint8Array.of(0x6c, count & 0xff);

  const getResponse = (wanted: number): Uint8Array => {
    if (waiting === undefined) return Uint8Array.of(0x69, 0x85);
    const available = Math.min(waiting.data.length, pieceLength);
    if (wanted > available) return wrongLe(available);
    const piece = waiting.data.subarray(0, wanted);
    const rest = waiting.data.subarray(wanted);
    const status = rest.length > 0 ? more(Math.min(rest.length, pieceLength)) : waiting.status;
    waiting = rest.length > 0 ? { data: rest, status: waiting.status } : undefined;
    return Uint8Array.of(...piece, ...status);
  };

  return {
    atr: card.atr,
    reset() {
      waiting = undefined;
      refused = undefined;
      card.reset();
    },
    process(apdu) {
      if (apdu[0] === 0x00 && apdu[1] === 0xc0) return getResponse(le(apdu[4] ?? 0));
      waiting = undefined;
      const hasData = apdu.length > 5;
      const header = Buffer.from(apdu.subarray(0, 4)).toString('hex');
      const repeated = !hasData && refused?.header === header ? refused.response : undefined;
      refused = undefined;
      const response = repeated ?? card.process(apdu);
      const data = response.subarray(0, response.length - 2);
      const status = response.subarray(response.length - 2);
      if (data.length === 0) return response;
      if (hasData || data.length > 256) {
        waiting = { data, status };
        return more(Math.min(data.length, pieceLength));
      }
      if (le(apdu[4] ?? 0) === data.length) return response;
      refused = { header, response };
      return wrongLe(data.length);
    },
  };
}
