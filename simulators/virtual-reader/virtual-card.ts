/**
 * A chip card as the virtual reader holds it: a contact card with its answer to reset and a command interpreter.
 * Applets answer whole responses (data, then SW1 SW2), as over T=1; `asT0` turns them into `61xx`/`6Cxx` dialogues.
 */
export interface VirtualCard {
  /** Answer to reset; 2 to 33 bytes, ISO/IEC 7816-3. None: the chip is mute, though a reader sees that a card is there. */
  readonly atr: Uint8Array;
  /** Power on, power off and warm reset: forgets the selected application and every security state. */
  reset(): void;
  /** One command APDU (complete, with Le) to one response APDU: data, then the two bytes of the status word. */
  process(apdu: Uint8Array): Uint8Array;
}
