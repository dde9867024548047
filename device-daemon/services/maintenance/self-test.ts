import type { CompletionPayloads, Readiness, SelfTestItem, SelfTestReport } from '#protocol/generated/kiosk.ts';
import type { Device } from '../../devices/device.ts';
import type { HostLink } from '../../hosts/index.ts';
import { type CardStock, chinaClock, type Journal, type StockUnit } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { success } from '../service.ts';
import type { Area } from './area.ts';
import type { DeviceTests } from './device-tests.ts';

/** What is known of the machine itself; looked at anew each time. */
export interface MachineFacts {
  /** For the data folder. */
  freeBytes(): number;
  /** Until when the hosts know this kiosk. Undefined: there is no certificate. */
  certificateExpires(): Date | undefined;
}

export interface SelfTestParts {
  readonly devices: readonly Device[];
  readonly hosts: Readonly<Partial<Record<'cardManagement' | 'bankCore', HostLink<unknown>>>>;
  readonly journal: Journal;
  readonly stock: { readonly units: readonly StockUnit[]; readonly counts: CardStock['counts'] };
  readonly tests: DeviceTests;
  readonly clock: Clock;
  /** Undefined: there is no PIN pad. */
  readonly pinPadHasKeys: () => boolean | undefined;
  readonly unresolved: () => number;
  /** The cut-over of the business day, empty where there is none, and since when it is due to be closed. */
  readonly day: () => { readonly cutOver: string; readonly due: string | undefined };
  readonly profile: string;
  /** Who this is, and what runs here. */
  readonly identity: Pick<Readiness, 'kiosk' | 'versions'>;
  readonly facts: MachineFacts;
  /** Room that the journal may still want. */
  readonly journalMaxBytes: number;
  readonly onChange: () => void;
}

type Item = Omit<SelfTestItem, 'verdict'>;
type By = SelfTestReport['by'];

const well = (item: Item): SelfTestItem => ({ ...item, verdict: 'well' });
/** The kiosk runs, but not for long, not well, or not safely. */
const look = (item: Item): SelfTestItem => ({ ...item, verdict: 'look' });
/** Something cannot be done now. */
const bad = (item: Item): SelfTestItem => ({ ...item, verdict: 'bad' });

/** Devices are found and hosts signed on to within this time after a start. */
const afterStartMs = 20_000;
/** Asked for again so soon, it is the same answer. */
const freshMs = 10_000;
/** A new certificate takes its time through two organisations. */
const renewalDays = 30;
/** The signatures of the hosts hold for a minute; a slip and a journal should tell the same minute as they do. */
const mostDriftSeconds = 5;
const wantedBytes = 500e6;
const dayMs = 86_400_000;

/** Looks at everything that a day needs: at the start, before opening, and whenever somebody asks (domain.md 3d). */
export class SelfTest {
  readonly #parts: SelfTestParts;
  #last: SelfTestReport | undefined;
  #running: Promise<SelfTestReport> | undefined;
  #cancel: () => void = () => {};

  constructor(parts: SelfTestParts) {
    this.#parts = parts;
  }

  get last(): SelfTestReport | undefined {
    return this.#last;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(afterStartMs, () => void this.run('start'));
  }

  stop(): void {
    this.#cancel();
  }

  /** One at a time: who asks while it runs gets its answer. */
  run(by: By): Promise<SelfTestReport> {
    this.#running ??= this.#run(by).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** For whoever may ask without having signed on: not more often than the hosts should be asked. */
  async readiness(by: By): Promise<Readiness> {
    const { clock, identity } = this.#parts;
    const last = this.#last;
    const isFresh = last !== undefined && Math.abs(clock.date().getTime() - Date.parse(last.at)) < freshMs;
    return { ...identity, selfTest: isFresh ? last : await this.run(by) };
  }

  readonly area: Area<'Maintenance.GetReadiness'> = {
    'Maintenance.GetReadiness': async () =>
      success({
        readiness: { ...this.#parts.identity, selfTest: await this.run('staff') },
      } satisfies CompletionPayloads['Maintenance.GetReadiness']),
  };

  async #run(by: By): Promise<SelfTestReport> {
    const { clock, journal, onChange } = this.#parts;
    const at = clock.date().toISOString();
    const items = [
      ...this.#devices(),
      ...(await this.#hosts()),
      ...this.#keys(),
      ...this.#certificate(),
      ...this.#cards(),
      ...this.#journal(),
      this.#disk(),
      this.#unresolved(),
      ...this.#day(),
      ...this.#tests(),
      ...(this.#parts.profile === 'production' ? [] : [look({ subject: 'configuration', code: 'notProduction' })]),
    ];
    const report: SelfTestReport = { at, by, items };
    this.#last = report;
    const count = (verdict: SelfTestItem['verdict']): number => items.filter((item) => item.verdict === verdict).length;
    const named = items
      .filter(({ verdict }) => verdict === 'bad')
      .map(({ subject, name, code }) => `${name ?? subject} ${code}`);
    journal.record('selfTest.done', {
      by,
      well: count('well'),
      look: count('look'),
      bad: count('bad'),
      ...(named.length > 0 && { what: named.join(', ') }),
    });
    onChange();
    return report;
  }

  #devices(): SelfTestItem[] {
    return this.#parts.devices.map((device) => {
      const { name, driver, state, reason } = device.report();
      const item: Item = {
        subject: 'device',
        name,
        code: state,
        values: { driver, ...(reason !== undefined && { reason }) },
      };
      if (state === 'ready') return well(item);
      return state === 'failed' || state === 'absent' ? bad(item) : look(item);
    });
  }

  /** Both legs apart; each is asked now, and tells its time. */
  async #hosts(): Promise<SelfTestItem[]> {
    const { hosts, clock } = this.#parts;
    const ask = async (name: 'cardManagement' | 'bankCore'): Promise<SelfTestItem[]> => {
      const host = hosts[name];
      if (host === undefined) return [bad({ subject: 'host', name, code: 'notConfigured' })];
      const beganMs = clock.nowMs();
      const echo = await host.probe();
      if (!echo.ok) return [bad({ subject: 'host', name, code: 'noEcho', values: { why: echo.error.code } })];
      const tookMs = clock.nowMs() - beganMs;
      const answered = well({ subject: 'host', name, code: 'echo', values: { ms: String(Math.round(tookMs)) } });
      const driftMs = clock.date().getTime() - tookMs / 2 - Date.parse(echo.value.time);
      const seconds = Math.round(Math.abs(driftMs) / 1000);
      const values = { seconds: String(seconds) };
      const drift = { subject: 'clock', name, code: seconds > mostDriftSeconds ? 'off' : 'right', values } as const;
      return [answered, seconds > mostDriftSeconds ? bad(drift) : well(drift)];
    };
    return (await Promise.all([ask('cardManagement'), ask('bankCore')])).flat();
  }

  #keys(): SelfTestItem[] {
    const loaded = this.#parts.pinPadHasKeys();
    if (loaded === undefined) return [];
    return [loaded ? well({ subject: 'keys', code: 'loaded' }) : bad({ subject: 'keys', code: 'missing' })];
  }

  #certificate(): SelfTestItem[] {
    const { facts, clock } = this.#parts;
    const until = facts.certificateExpires();
    if (until === undefined) return [bad({ subject: 'certificate', code: 'none' })];
    const days = Math.floor((until.getTime() - clock.date().getTime()) / dayMs);
    const values = { day: until.toISOString().slice(0, 10) };
    if (days < 0) return [bad({ subject: 'certificate', code: 'expired', values })];
    const item = { subject: 'certificate', code: days < renewalDays ? 'expires' : 'valid', values } as const;
    return [days < renewalDays ? look(item) : well(item)];
  }

  #cards(): SelfTestItem[] {
    const { units, counts } = this.#parts.stock;
    return units.map(({ id, kind, capacity }) => {
      const { count, threshold } = counts(id);
      const values = { count: String(count), capacity: String(capacity) };
      const item = (code: string): Item => ({ subject: 'cards', name: id, code: `${kind}.${code}`, values });
      if (kind === 'retain') return count >= capacity ? bad(item('full')) : well(item('room'));
      if (count === 0) return bad(item('empty'));
      return count <= threshold ? look(item('low')) : well(item('enough'));
    });
  }

  #journal(): SelfTestItem[] {
    const { journal } = this.#parts;
    const damage = journal.entries({ event: 'journal.damaged' }).at(-1);
    const whole = journal.entries({ event: 'journal.verified' }).at(-1);
    return [
      journal.writable
        ? well({ subject: 'journal', code: 'writable' })
        : bad({ subject: 'journal', code: 'unwritable' }),
      damage !== undefined && damage.seq > (whole?.seq ?? 0)
        ? bad({ subject: 'journal', code: 'damaged', values: { what: String(damage.fields['what']) } })
        : well({ subject: 'journal', code: 'whole', values: { entries: String(whole?.fields['entries'] ?? 0) } }),
    ];
  }

  #disk(): SelfTestItem {
    const free = this.#parts.facts.freeBytes();
    const values = { megabytes: String(Math.round(free / 1e6)) };
    if (free < wantedBytes) return bad({ subject: 'disk', code: 'full', values });
    return free < this.#parts.journalMaxBytes
      ? look({ subject: 'disk', code: 'low', values })
      : well({ subject: 'disk', code: 'enough', values });
  }

  #unresolved(): SelfTestItem {
    const count = this.#parts.unresolved();
    return count === 0
      ? well({ subject: 'unresolved', code: 'none' })
      : bad({ subject: 'unresolved', code: 'some', values: { count: String(count) } });
  }

  /** Something to do; it keeps nobody from being served. */
  #day(): SelfTestItem[] {
    const { cutOver, due } = this.#parts.day();
    if (due !== undefined) return [look({ subject: 'day', code: 'due', values: { clock: chinaClock(due) } })];
    return cutOver === '' ? [] : [well({ subject: 'day', code: 'notDue', values: { clock: cutOver } })];
  }

  /** By the last test of each device that staff made. */
  #tests(): SelfTestItem[] {
    return this.#parts.tests.list().map(({ device, last }) => {
      const item = (code: string): Item => ({ subject: 'test', name: device, code });
      if (last === undefined) return look(item('never'));
      return last.outcome === 'passed' ? well(item('passed')) : look(item('failed'));
    });
  }
}
