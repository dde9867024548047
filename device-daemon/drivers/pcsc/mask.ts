import type { MakeMask } from '../../transports/index.ts';

/** ISO/IEC 7816-4 and the EMV and social-security commands of cards/. */
const instructions: ReadonlyMap<number, string> = new Map([
  [0x20, 'verify'],
  [0x5e, 'changePin'],
  [0x82, 'externalAuthenticate'],
  [0x84, 'getChallenge'],
  [0x88, 'internalAuthenticate'],
  [0xa4, 'select'],
  [0xa8, 'getProcessingOptions'],
  [0xae, 'generateAc'],
  [0xb0, 'readBinary'],
  [0xb2, 'readRecord'],
  [0xc0, 'getResponse'],
  [0xca, 'getData'],
]);

const headBytes = 4;
const statusBytes = 2;

/** Seen are CLA INS P1 P2, the length byte, and SW1 SW2. Bodies are PINs, cryptograms, tracks, names. */
export const mask: MakeMask = () => ({
  sent(apdu) {
    const name = instructions.get(apdu[1] ?? -1);
    return {
      shown: [...apdu].map((_, index) => index <= headBytes),
      names: name === undefined ? [] : [name],
    };
  },
  received: (response) => ({
    shown: [...response].map((_, index) => index >= response.length - statusBytes),
    names: [],
  }),
});
