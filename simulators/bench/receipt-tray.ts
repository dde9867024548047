import type { EscposEmulator, PrintedReceipt } from '../emulators/escpos/index.ts';

/** How many that were taken away are still remembered. */
const kept = 100;

export interface TrayReceipt extends PrintedReceipt {
  /** Torn off or picked up: no longer at the printer. */
  readonly taken: boolean;
}

/** What came out of the printer since the last reset, also what a hand has taken since. */
export class ReceiptTray {
  readonly #printer: EscposEmulator;
  readonly #taken: PrintedReceipt[] = [];
  #revision = 0;

  constructor(printer: EscposEmulator) {
    this.#printer = printer;
    printer.onChange(() => {
      this.#revision += 1;
    });
  }

  /** Rises with every printed line, cut and torn receipt. */
  get revision(): number {
    return this.#revision;
  }

  /** Oldest first; the last may still hang on the roll. */
  receipts(): readonly TrayReceipt[] {
    return [
      ...this.#taken.map((receipt) => trayReceipt(receipt, true)),
      ...this.#printer.receipts().map((receipt) => trayReceipt(receipt, false)),
    ];
  }

  /** Takes everything that hangs out or lies there. */
  tear(): void {
    this.#taken.push(...this.#printer.tear());
    this.#taken.splice(0, this.#taken.length - kept);
  }

  reset(): void {
    this.#printer.tear();
    this.#taken.splice(0);
    this.#revision += 1;
  }
}

const trayReceipt = (receipt: PrintedReceipt, taken: boolean): TrayReceipt => ({
  id: receipt.id,
  printedAt: receipt.printedAt,
  lines: receipt.lines,
  lengthMm: receipt.lengthMm,
  cut: receipt.cut,
  taken,
  // Drawn when somebody looks: a sheet may hold thousands of marks.
  get svg() {
    return receipt.svg;
  },
});
