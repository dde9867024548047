import type { Cabinet, CabinetLight, FlashRate } from '../../devices/cabinet.ts';
import type { CommandContext, CommandHandler, ServiceDefinition } from '../service.ts';
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

/** Commands within which the screen is told so; all others stay as they are, and answer at once where they do. */
const asking: ReadonlySet<string> = new Set([
  ...Object.keys(byCommand),
  'SocialCard.Read',
  'CardService.EnterPin',
  'CardService.EnterNewPin',
  'CardService.Check',
]);

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

  /** The same handlers; while one of those that ask runs, the lights follow it. */
  around(handlers: ServiceDefinition['handlers']): ServiceDefinition['handlers'] {
    if (this.#cabinet === undefined) return handlers;
    return Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [
        name,
        asking.has(name) ? this.#following(handler, byCommand[name]) : handler,
      ]),
    );
  }

  #following(handler: CommandHandler, asked: Lit | undefined): CommandHandler {
    return async (payload, context) => {
      const shining = new Map<CabinetLight, () => void>();
      const follow = (lit: Lit): void => {
        shining.get(lit.light)?.();
        shining.set(lit.light, this.ask(lit));
      };
      if (asked !== undefined) follow(asked);
      const emit = (event: string, told?: object): void => {
        const lit = byEvent[event];
        if (lit !== undefined) follow(lit);
        context.emit(event, told);
      };
      let afterMs = 0;
      try {
        const outcome = await handler(payload, lookingLike(context, emit));
        if (outcome.completionCode === 'success') afterMs = asked?.afterMs ?? 0;
        return outcome;
      } finally {
        for (const out of shining.values()) {
          if (afterMs === 0) out();
          else this.#clock.after(afterMs, out);
        }
      }
    };
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
