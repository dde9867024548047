/** `npx kiosk day-end` and `stock` over a real journal that a daemon has open. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CardStock, Journal, MachineKeys } from '../journal/index.ts';
import { dispenseUnit } from '../services/card-dispenser/index.ts';
import { retainUnit } from '../services/card-reader/index.ts';
import { runCli } from './index.ts';

let folder: string;
let config: string;
let journal: Journal;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'day-end-'));
  const storage = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
  config = join(folder, 'kiosk.json');
  writeFileSync(config, JSON.stringify({ storage }));
  mkdirSync(storage.dataFolder);
  journal = Journal.open({ ...storage, keys: MachineKeys.open(storage.keyFolder), maxBytes: 1e9 });
  const hear = (text: unknown): void => void said.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(hear);
  vi.spyOn(console, 'error').mockImplementation(hear);
});
afterEach(() => {
  vi.restoreAllMocks();
  journal.close();
  rmSync(folder, { recursive: true });
});

async function tell(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  said = [];
  const code = await runCli([...args, '--config', config]);
  return { code, text: said.join('\n') };
}

const stock = (): CardStock =>
  new CardStock(journal, [
    { id: dispenseUnit, kind: 'dispense', capacity: 100 },
    { id: retainUnit, kind: 'retain', capacity: 50 },
  ]);

test('a machine that holds no cards, on its first day', async () => {
  expect(await tell('stock')).toEqual({ code: 0, text: 'no cards were ever counted here' });
  expect(await tell('day-end')).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^business day 1: the day goes on/),
  });
});

test('a day that is due is said so, and is something to be looked at; the close clears it', async () => {
  journal.record('day.due', { day: 1, since: '2026-11-27 18:00' });
  expect(await tell('day-end')).toMatchObject({
    code: 1,
    text: expect.stringContaining('! due to be closed since 2026-11-27 18:00:00, by two persons at the machine'),
  });
  journal.record('day.signed', { day: 1, first: 'aaaa11', second: 'bbbb22', report: '{}', accepted: '{}' });
  const { code, text } = await tell('day-end');
  expect([code, text.includes('due to be closed')]).toEqual([0, false]);
});

test('cards: by the book, and how it came about', async () => {
  const cards = stock();
  cards.counted(dispenseUnit, 'loaded', 50, { session: 's' });
  cards.leftForTest(dispenseUnit);
  cards.counted(dispenseUnit, 'corrected', 48, { session: 's' });
  const { code, text } = await tell('stock');
  expect(code).toBe(0);
  expect(text).toMatch(
    /^hopper \(unitDISP1\): 48 card\(s\) by the book\n +50 {2}loaded\n +1 {2}left in booked tests\n +1 {2}booked as missing$/,
  );
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  const { text: inChinese } = await tell('stock').finally(() => vi.unstubAllEnvs());
  expect(inChinese).toMatch(/^发卡箱 \(unitDISP1\): 账上 48 张\n +50 {2}装入\n +1 {2}测试发出\n +1 {2}登记为缺少$/);
  expect(JSON.parse((await tell('stock', '--json')).text)).toMatchObject({
    [dispenseUnit]: { loaded: 50, missing: 1 },
  });
});

test('the day: visits, acts beside what the hosts said, what does not add up, the day before', async () => {
  journal.record('day.signed', { day: 1, first: 'aaaa11', second: 'bbbb22', report: '{}', accepted: '{}' });
  journal.record('day.printed', { day: 1, outcome: 'notDone', why: 'printerUnavailable' });
  journal.record('day.opened', { day: 2 });
  journal.record('visit.began', { case: '7K2M-04QX', language: 'en' }, 'v1');
  journal.record('saga.result', { saga: 's', step: 'social', what: 'temporaryLoss', outcome: 'done' }, 'v1');
  expect(await tell('day-end')).toMatchObject({ code: 0 });
  journal.record('day.stopped', { day: 2, token: 'aaaa11' });
  journal.record('day.read', { day: 2, leg: 'social', totals: '{"temporaryLoss":2}' });
  journal.record('day.read', { day: 2, leg: 'financial', why: 'unreachable' });
  journal.record('day.compared', { day: 2, points: 'acts:social.temporaryLoss' });
  const { code, text } = await tell('day-end');
  expect(code).toBe(1);
  expect(text).toMatch(/^business day 2, since \S+ \S+: compared with the hosts, waiting for two signatures/);
  expect(text).toContain('1 visit(s)\n    temporary loss report at card management: 1, the host says 2');
  expect(text).toContain('! the host counts otherwise than the journal · temporary loss report · card management · +1');
  expect(text).toContain('! the host told no totals · bank core');
  expect(text).toMatch(/day 1 was signed by aaaa and bbbb at \S+ \S+; the slip is not printed$/);
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  const { text: inChinese } = await tell('day-end').finally(() => vi.unstubAllEnvs());
  expect(inChinese.split('\n')).toEqual([
    expect.stringMatching(/^营业日 2，自 \S+ \S+：已与主机核对，等待两人签字，暂不服务$/),
    '服务人次 1',
    '    临时挂失，省卡管系统：1，主机 2',
    expect.stringMatching(/^! 主机与日志笔数不同 · 临时挂失 · 省卡管系统 · \+1/),
    '! 主机没有给出总数 · 银行核心系统',
    expect.stringMatching(/^营业日 1 已由 aaaa 和 bbbb 于 \S+ \S+ 签字；凭条没有打印$/),
  ]);
  expect(JSON.parse((await tell('day-end', '--json')).text)).toMatchObject({ day: 2, step: 'compared', visits: 1 });
});
