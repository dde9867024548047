import type { Cabinet, CabinetLight, FlashRate } from '../../devices/cabinet.ts';
import type { CommandContext, ServiceDefinition } from '../service.ts';
import type { Clock } from './clock.ts';

/** A LED is written at once; nobody waits for one that is stuck. */
const lightTimeoutMs = 5_000;
/** A receipt is found by then. */
const receiptMs = 10_000;

interface Lit {
  readonly light: CabinetLight;
  readonly rate: FlashRate;
  /** It shines on for so long after the command. */
  readonly afterMs?: number;
}

/** What a hand is wanted for from the first moment of a command to its end. */
const byCommand: Readonly<Record<string, Lit>> = {
  'Identity.Read': { light: 'documentReader', rate: 'medium' },
  'Identity.TakeBack': { light: 'documentReader', rate: 'quick' },
  'Receipt.Print': { light: 'receiptPrinter', rate: 'medium', afterMs: receiptMs },
};

/** What the screen is told to ask for, and to ask for no more, within a command. */
const byEvent: Readonly<Record<string, Lit>> = {
  'SocialCard.InsertCardEvent': { light: 'cardReader', rate: 'medium' },
  'SocialCard.CardInsertedEvent': { light: 'cardReader', rate: 'off' },
  'CardService.PinReadyEvent': { light: 'pinPad', rate: 'medium' },
};

/** The guide lights follow what the customers' screen asks for: they shine where a hand is wanted, and nowhere else. */
export class GuideLights {
  readonly #cabinet: Cabinet | undefined;
  readonly #clock: Clock;
  /** Of each light what it is wanted for, newest last. */
  readonly #wishes = new Map<CabinetLight, Lit[]>();

  constructor(cabinet: Cabinet | undefined, clock: Clock) {
    this.#cabinet = cabinet;
    this.#clock = clock;
  }

  /** Returns how to end it. */
  ask(wish: Lit): () => void {
    // One of its own: two that ask alike end apart.
    const own = { ...wish };
    const { light } = own;
    const wishes = this.#wishes.get(light) ?? [];
    this.#wishes.set(light, wishes);
    wishes.push(own);
    this.#show(light);
    return () => {
      const at = wishes.indexOf(own);
      if (at < 0) return;
      wishes.splice(at, 1);
      this.#show(light);
    };
  }

  inService(serves: boolean): void {
    this.#set('inService', serves ? 'continuous' : 'off');
  }

  /** The same handlers; while one runs, the lights follow it. */
  around(handlers: ServiceDefinition['handlers']): ServiceDefinition['handlers'] {
    if (this.#cabinet === undefined) return handlers;
    return Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [
        name,
        async (payload: unknown, context: CommandContext) => {
          const asked = byCommand[name];
          const shining = new Map<CabinetLight, () => void>();
          if (asked !== undefined) shining.set(asked.light, this.ask(asked));
          const emit = (event: string, told?: object): void => {
            const lit = byEvent[event];
            if (lit !== undefined) {
              shining.get(lit.light)?.();
              shining.set(lit.light, this.ask(lit));
            }
            context.emit(event, told);
          };
          try {
            return await handler(payload, lookingLike(context, emit));
          } finally {
            for (const out of shining.values()) {
              if (asked?.afterMs === undefined) out();
              else this.#clock.after(asked.afterMs, out);
            }
          }
        },
      ]),
    );
  }

  #show(light: CabinetLight): void {
    this.#set(light, this.#wishes.get(light)?.at(-1)?.rate ?? 'off');
  }

  #set(light: CabinetLight, rate: FlashRate): void {
    const cabinet = this.#cabinet;
    if (cabinet === undefined || cabinet.capabilities().lights[light] === undefined) return;
    // What cannot be lit the cabinet's own report tells.
    if (cabinet.light(light) !== rate) void cabinet.setLight(light, rate, { timeoutMs: lightTimeoutMs });
  }
}

/** The context with another `emit`; its time left stays a live value. */
const lookingLike = (context: CommandContext, emit: CommandContext['emit']): CommandContext => ({
  connection: context.connection,
  requestId: context.requestId,
  signal: context.signal,
  get timeoutMs() {
    return context.timeoutMs;
  },
  emit,
});
