import type { CardManagementHost } from '../../hosts/index.ts';
import type { Journal, MachineKeys } from '../../journal/index.ts';
import type { Clock } from './clock.ts';

export interface HeadSenderOptions {
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly host: CardManagementHost | undefined;
  readonly clock: Clock;
}

/** How often signed heads that card management has not yet taken are offered to it. */
const intervalMs = 60_000;

/** Hands the journal's signed heads to card management, so that whoever rewrites the journal must also rewrite the province's. */
export class HeadSender {
  readonly #options: HeadSenderOptions;
  #cancel: () => void = () => {};
  #stopped = false;

  constructor(options: HeadSenderOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.host === undefined) return;
    this.#cancel = this.#options.clock.after(intervalMs, () => {
      void this.#send().finally(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #send(): Promise<void> {
    const { journal, keys, host } = this.#options;
    if (host === undefined || host.report().state !== 'up') return;
    for (const head of journal.headsToSend()) {
      const answer = await host.reportJournalHead(
        {
          segment: 0,
          sequence: head.seq,
          hash: head.hash.toString('hex'),
          signature: head.signature.toString('base64'),
          keyId: keys.keyId,
          at: head.at,
        },
        // The head's number makes the intent unique on this machine: offering it twice is one act.
        { idempotencyKey: `journal-head-${keys.keyId}-${head.seq}`.slice(0, 64) },
      );
      if (!answer.ok || this.#stopped) return;
      journal.headTaken(head.seq);
      journal.record('journal.headSent', { headSeq: head.seq });
    }
  }
}
