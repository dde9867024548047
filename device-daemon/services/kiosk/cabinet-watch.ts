import type { Cabinet, CabinetInputs } from '../../devices/cabinet.ts';
import type { Journal } from '../../journal/index.ts';
import type { Clock } from './clock.ts';

export interface CabinetWatchOptions {
  readonly cabinet: Cabinet | undefined;
  readonly journal: Pick<Journal, 'record'>;
  readonly clock: Clock;
  /** Ends the running visit, if any: card and document are given back. */
  readonly endVisit: (why: 'maintenance' | 'mainsLost') => void;
  /** Ends the session of staff, if any. Returns the journal's token of whoever had signed on. */
  readonly endSession: () => string | undefined;
  readonly onSwitch: (toMaintenance: boolean) => void;
  /** Whether the kiosk serves anybody may have changed. */
  readonly onChange: () => void;
}

/** What the kiosk does when somebody opens it, turns its switch, or its mains go (S-16; design.md 7, custody). */
export class CabinetWatch {
  readonly #options: CabinetWatchOptions;
  #before: CabinetInputs = {};
  #openedMs = 0;
  #lostMs = 0;

  constructor(options: CabinetWatchOptions) {
    this.#options = options;
    options.cabinet?.onInputs((now) => this.#take(now));
  }

  /** What is felt of the cabinet, for staff; undefined where there is none. */
  get felt(): Pick<CabinetInputs, 'door' | 'operatorSwitch' | 'mains'> | undefined {
    if (this.#options.cabinet === undefined) return undefined;
    const { door, operatorSwitch, mains } = this.#before;
    return { ...(door && { door }), ...(operatorSwitch && { operatorSwitch }), ...(mains && { mains }) };
  }

  /** Somebody may have a hand in the machine. */
  get doorOpen(): boolean {
    return this.#before.door === 'open';
  }

  /** What is left in the battery is for giving back what was taken in. */
  get mainsLost(): boolean {
    return this.#before.mains === 'lost';
  }

  #take(now: CabinetInputs): void {
    const before = this.#before;
    this.#before = now;
    const { journal, clock, endVisit, endSession, onSwitch, onChange } = this.#options;
    const seconds = (sinceMs: number): number => Math.round((clock.nowMs() - sinceMs) / 1000);
    if (now.door !== before.door) {
      if (now.door === 'open') {
        this.#openedMs = clock.nowMs();
        const token = endSession();
        journal.record('cabinet.opened', token === undefined ? {} : { token });
        endVisit('maintenance');
      } else if (before.door === 'open') journal.record('cabinet.closed', { seconds: seconds(this.#openedMs) });
    }
    if (now.mains !== before.mains) {
      if (now.mains === 'lost') {
        this.#lostMs = clock.nowMs();
        journal.record('mains.lost', {});
        endVisit('mainsLost');
      } else if (before.mains === 'lost') journal.record('mains.back', { seconds: seconds(this.#lostMs) });
    }
    if (now.operatorSwitch !== undefined && now.operatorSwitch !== before.operatorSwitch) {
      // Found at run at the start is no turn of anybody's.
      if (before.operatorSwitch !== undefined || now.operatorSwitch === 'maintenance')
        journal.record('cabinet.switched', { to: now.operatorSwitch });
      onSwitch(now.operatorSwitch === 'maintenance');
    }
    onChange();
  }
}
