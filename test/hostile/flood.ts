import { runBatch } from './batch.ts';
import { FrameMaker, type HostileFrame } from './frames.ts';
import { Payloads } from './payloads.ts';
import { Chance } from './random.ts';
import type { UnderAttack } from './under-attack.ts';

interface Target {
  readonly name: string;
  readonly url: string;
  readonly maker: FrameMaker;
  headers(): Promise<Record<string, string>>;
}

/** As many as one connection may send: fewer than 200 of them are bad frames, which would end it. */
export const perBatch = 500;

/** Ids of visits, evidence and results, which later commands may use. */
const idLike = /^[A-Za-z0-9_-]{8,64}$/;

/** The same frames for the same seed; every service of the daemon has one client after another, all at the same time. */
export class Flood {
  frames = 0;
  mutated = 0;
  accepted = 0;
  refused = 0;
  readonly faults: string[] = [];
  readonly #chance: Chance;
  readonly #payloads: Payloads;
  readonly #targets: readonly Target[];

  private constructor(chance: Chance, payloads: Payloads, targets: readonly Target[]) {
    this.#chance = chance;
    this.#payloads = payloads;
    this.#targets = targets;
  }

  static async prepare(kiosk: UnderAttack, seed: number): Promise<Flood> {
    const chance = new Chance(seed);
    const payloads = new Payloads(chance);
    const nothing = () => Promise.resolve({});
    const target = async (name: string, url: string, headers: Target['headers']): Promise<Target> => {
      const commands = await kiosk.commands(url, await headers());
      return { name, url, headers, maker: new FrameMaker(chance, payloads, commands) };
    };
    const standard = (name: string) => target(name, `${kiosk.publisher}/${name}`, nothing);
    const own = `${kiosk.url.replace('http', 'ws')}kiosk/v1/Kiosk`;
    return new Flood(chance, payloads, [
      await standard('CardReader'),
      await standard('PinPad'),
      await standard('Printer'),
      await target('Kiosk', own, () => kiosk.pageHeaders()),
      {
        name: 'ServicePublisher',
        url: kiosk.publisher,
        headers: nothing,
        maker: new FrameMaker(chance, payloads, ['ServicePublisher.GetServices']),
      },
    ]);
  }

  /** Stops at the first conversation that went wrong. */
  async run(batches: number): Promise<void> {
    let left = batches;
    await Promise.all(
      this.#targets.map(async (target) => {
        while (left > 0 && this.faults.length === 0) {
          left -= 1;
          await this.#attack(target);
        }
      }),
    );
  }

  async #attack({ name, url, headers, maker }: Target): Promise<void> {
    const frames = this.#batch(maker);
    const result = await runBatch(url, await headers(), frames);
    this.frames += frames.length;
    this.mutated += frames.filter(({ isMutated }) => isMutated).length;
    this.accepted += result.accepted;
    this.refused += result.refused;
    this.faults.push(...result.faults.map((fault) => `${name}: ${fault}`));
    for (const { payload } of result.completions) {
      for (const value of Object.values(payload ?? {})) {
        if (typeof value === 'string' && idLike.test(value)) this.#payloads.hear(value);
      }
    }
  }

  #batch(maker: FrameMaker): HostileFrame[] {
    const used: number[] = [];
    return Array.from({ length: perBatch }, () => {
      const requestId = (used.at(-1) ?? 0) + 1 + this.#chance.below(3);
      const frame = maker.next(requestId, used);
      used.push(requestId);
      return frame;
    });
  }
}
