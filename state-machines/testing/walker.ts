/** The whole kiosk on a scripted port and a clock that leaps: a person, a daemon and time, each one call. */

import { type Actor, type AnyActorRef, createActor, SimulatedClock } from 'xstate';
import type { CardOutcome, EndReason } from '#protocol/generated/kiosk.ts';
import { err, ok } from '#protocol/result.ts';
import type { CardActService } from '../card-act-plan.ts';
import { kioskMachineWith } from '../kiosk.ts';
import { leafOf, meaningOf, viewOf } from '../screen-of.ts';
import type { ScreenName, UiEvent, View } from '../screens.ts';
import { ScriptedPort } from './scripted-port.ts';
import { stimuli } from './stimuli.ts';

/** Knows when its next timer is due, so that nothing has to be stepped through. */
class LeapingClock extends SimulatedClock {
  readonly #due = new Map<number, number>();

  override setTimeout(fn: () => void, timeout: number): number {
    const id: number = super.setTimeout(() => {
      this.#due.delete(id);
      fn();
    }, timeout);
    this.#due.set(id, this.now() + timeout);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#due.delete(id);
    super.clearTimeout(id);
  }

  /** @returns false when no timer runs: nothing will ever happen by itself */
  leap(): boolean {
    if (this.#due.size === 0) {
      return false;
    }
    this.increment(Math.max(0, Math.min(...this.#due.values()) - this.now()));
    return true;
  }
}

/** Building the machines costs more than most walks, so a walk that is over hands them on. */
interface Rig {
  readonly port: ScriptedPort;
  readonly machine: ReturnType<typeof kioskMachineWith>;
}

const idle: Rig[] = [];

function newRig(): Rig {
  const port = new ScriptedPort();
  return { port, machine: kioskMachineWith(port) };
}

/** Screens at which nobody is being served. */
export const atRest: ReadonlySet<ScreenName> = new Set<ScreenName>(['attract', 'out-of-service', 'starting']);

/** A machine among the children; the others are calls of the port. */
function isMachine(child: AnyActorRef | undefined): child is AnyActorRef {
  return child !== undefined && 'value' in child.getSnapshot();
}

export class Walker {
  readonly clock = new LeapingClock();
  readonly root: Actor<ReturnType<typeof kioskMachineWith>>;
  readonly #rig: Rig;
  /** What befell the root machine itself: a bug. */
  crash: unknown;
  constructor(rig: Rig = idle.pop() ?? newRig()) {
    this.#rig = rig;
    this.root = createActor(rig.machine, { clock: this.clock });
    this.root.subscribe({
      error: (error) => {
        this.crash = error;
      },
    });
    this.root.start();
  }

  /** Ends the walk. The walker may not be used any more. */
  stop(): void {
    this.root.stop();
    this.port.reset();
    idle.push(this.#rig);
  }

  get port(): ScriptedPort {
    return this.#rig.port;
  }

  get view(): View {
    return viewOf(this.root.getSnapshot());
  }

  get screen(): ScreenName {
    return this.view.screen.name;
  }

  /** The service with a card that runs, if one does. */
  get service(): CardActService | undefined {
    return this.root.getSnapshot().children.visit?.getSnapshot().children.cardAct?.getSnapshot().context.service;
  }

  get helpIsOpen(): boolean {
    return this.root.getSnapshot().value.help !== 'closed';
  }

  get atRest(): boolean {
    return atRest.has(this.screen) && !(this.screen === 'attract' && this.root.getSnapshot().value.place !== 'attract');
  }

  /** Where all machines stand, as one line. */
  get key(): string {
    const { value, children } = this.root.getSnapshot();
    const visit = children.visit?.getSnapshot();
    const inner = visit?.value;
    const open = typeof inner === 'object' && 'open' in inner ? inner.open : undefined;
    const { balance, identity, cardAct, takeDocument } = visit?.children ?? {};
    const service = (balance ?? identity ?? cardAct ?? takeDocument)?.getSnapshot();
    const within = Object.values((balance ?? cardAct)?.getSnapshot().children ?? {})
      .find(isMachine)
      ?.getSnapshot();
    return [
      leafOf(value.place),
      visit === undefined ? '' : open === undefined ? leafOf(inner) : leafOf(open.flow),
      service === undefined ? '' : leafOf(service.value),
      within === undefined ? '' : leafOf(within.value),
      open !== undefined && typeof open.attention === 'object' ? 'still there?' : '',
      value.help === 'closed' ? '' : value.help,
    ]
      .filter((word) => word !== '')
      .join(' > ');
  }

  /** The same, with what a person could do there, what is being waited for, and where the card is. */
  get spot(): string {
    if (this.helpIsOpen) {
      return this.key; // What goes on beneath is told apart without it.
    }
    const waiting = this.port.waiting.filter(({ name }) => name !== 'setLanguage').map(({ name }) => name);
    const visit = this.root.getSnapshot().children.visit?.getSnapshot();
    const custody = visit?.context.card ?? 'none';
    const { act } = visit?.children.cardAct?.getSnapshot().context ?? {};
    const what = this.service === undefined ? '' : `, ${this.service} ${act ?? ''}`;
    return `${this.key} [${this.view.actions.join(' ')}] waits for ${waiting.join(', ') || 'nothing'}, card ${custody}/${this.port.card}${what}`;
  }

  send(event: UiEvent): void {
    const meaning = meaningOf(event, this.view);
    if (meaning !== undefined) {
      this.root.send(meaning);
    }
  }

  /** Lets every promise that can settle do so. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass until the kiosk stands somewhere else. */
  async wait(): Promise<void> {
    const before = this.key;
    for (let leaps = 0; leaps < 2_000 && this.key === before && this.clock.leap(); leaps += 1) {
      await this.settled();
    }
  }

  /** Seconds until the kiosk stands elsewhere. */
  async secondsUntilChange(): Promise<number> {
    const before = this.clock.now();
    await this.wait();
    return (this.clock.now() - before) / 1000;
  }

  async do(...names: readonly string[]): Promise<this> {
    for (const name of names) {
      const stimulus = stimuli.get(name);
      if (stimulus === undefined) {
        throw new Error(`no stimulus ${name}`);
      }
      await stimulus.act(this);
      await this.settled();
    }
    return this;
  }

  /** The daemon ends the visit as asked: it says so, the snapshot follows, then the command is answered. */
  finishEnd(card: CardOutcome): void {
    const reason = this.port.pending('endVisit')?.input['reason'] as EndReason;
    if (this.port.visit === undefined) {
      this.port.settle('endVisit', err({ code: 'noSuchVisit' }));
    } else {
      const call = this.port.pending('endVisit');
      this.port.end(reason, card);
      this.port.settle('endVisit', ok({ card }), call);
    }
  }

  /** A daemon that does its duty at the end of a visit, and a person who takes the card and is gone. */
  async untilRest(): Promise<void> {
    for (let round = 0; round < 100 && !this.atRest; round += 1) {
      const cardWasIn = this.port.card !== 'none';
      if (this.port.pending('returnCard') !== undefined) {
        this.port.settle('returnCard', ok({ card: cardWasIn ? 'taken' : 'none' }));
      } else if (this.port.pending('endVisit') !== undefined) {
        this.finishEnd(cardWasIn ? 'taken' : 'none');
      } else {
        await this.wait();
      }
      await this.settled();
    }
  }
}
