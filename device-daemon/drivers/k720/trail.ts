/**
 * Whether the card that was moved is the one that stood in the path. Every motion of this unit takes a fresh card when it
 * finds the path empty (0a), and a hand may be quicker than a command: then CP bins a fresh card, FC0 puts one into the gate.
 * The sensors, asked during the motion, show it. Pure.
 */
import type { CardPath } from '../../devices/card-dispenser.ts';
import type { MotionKind } from '../common/card-motion.ts';
import type { Status } from './status.ts';

export class Trail {
  readonly #needed: boolean;
  readonly #passesSensor2: boolean;
  #looks = 0;
  #lost = false;
  #gone = false;
  #atSensor2 = false;

  constructor(kind: MotionKind, before: CardPath) {
    // A feed begins with an empty path, and after a jam nobody knows where the card lies.
    this.#needed = kind !== 'feed' && (before === 'atRead' || before === 'atGate');
    // The sensors are 1, 2, 3 from the mouth inwards: 33 covers 1 and 2, 36 covers 2 and 3 (3.2).
    this.#passesSensor2 = kind !== 'present';
  }

  /** A look after ENQ, in order. */
  note({ takeSensor, sensor2 }: Status): void {
    const there = takeSensor || sensor2;
    if (this.#looks === 0 && !there) this.#lost = true;
    if (this.#gone && there) this.#lost = true;
    if (!there) this.#gone = true;
    if (sensor2) this.#atSensor2 = true;
    this.#looks += 1;
  }

  /** False: it was not seen on its way, or another one was. */
  get kept(): boolean {
    if (!this.#needed || this.#looks === 0) return true;
    return !this.#lost && (!this.#passesSensor2 || this.#atSensor2);
  }
}
