/** `npx kiosk unresolved` over a real journal that a daemon has open. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EventFields, Journal, MachineKeys } from '../journal/index.ts';
import { type CardActPlan, delays } from '../sagas/index.ts';
import { runCli } from './index.ts';
import { wordsOf } from './unresolved.ts';

let folder: string;
let config: string;
let journal: Journal;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unresolved-'));
  const storage = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
  config = join(folder, 'kiosk.json');
  writeFileSync(config, JSON.stringify({ storage }));
  mkdirSync(storage.dataFolder);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-24T14:32:00+08:00') });
  // Stays open as a daemon's does, while the command reads.
  journal = Journal.open({ ...storage, keys: MachineKeys.open(storage.keyFolder), maxBytes: 1e9 });
  said = [];
  const hear = (text: unknown): void => void said.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(hear);
  vi.spyOn(console, 'error').mockImplementation(hear);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  journal.close();
  rmSync(folder, { recursive: true });
});

const side = { cardRef: 'CARD-REF-1', holderRef: 'HOLDER-REF-1', expectedRevision: 3 };
const both = (act: CardActPlan['act']): CardActPlan => ({
  act,
  social: { ...side, expectedState: 'normal' },
  financial: { ...side, expectedState: 'active' },
  evidence: [],
  consents: [],
});

function began(saga: string, caseCode: string, plan: unknown, kind = 'cardAct'): void {
  const fields = { saga, kind, what: 'act', case: caseCode, plan: JSON.stringify(plan) };
  expect(journal.record('saga.began', fields, `visit-${saga}`)).toBe(true);
}
const intent = (saga: string, step: string): boolean =>
  journal.record('saga.intent', { saga, step, key: `key-${saga}-${step}`, attempt: 1 }, `visit-${saga}`);
const result = (saga: string, step: string, outcome: string, more: Partial<EventFields<'saga.result'>> = {}): boolean =>
  journal.record('saga.result', { saga, step, outcome, ...more }, `visit-${saga}`);

/** A formal report whose bank side nobody could settle, as the engine writes it. */
function handedOver(): void {
  began('s1', '7K2M-04QX', both('formalLoss'));
  intent('s1', 'social');
  result('s1', 'social', 'done', { facts: '{"status":"lost"}' });
  intent('s1', 'financial');
  result('s1', 'financial', 'unknown', { why: 'noAnswer' });
  const [task, card, why] = ['askBankCore', 'CR-7', 'noWordFromHost'];
  journal.record('saga.unresolved', { saga: 's1', step: 'financial', what: 'formalLoss', task, card, why }, 'visit-s1');
  result('s1', 'financial', 'unresolved', { why, facts: JSON.stringify({ task, card }) });
  journal.record('saga.settled', { saga: 's1', outcome: 'unresolved' }, 'visit-s1');
}

async function listed(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  said = [];
  const code = await runCli(['unresolved', ...args, '--config', config]);
  return { code, text: said.join('\n') };
}

const items = async () => {
  const { code, text } = await listed('--json');
  return { code, items: JSON.parse(text) as Readonly<Record<string, string>>[] };
};

test('nothing is open: it says so, with exit code 0', async () => {
  began('s0', 'AAAA-0000', both('temporaryLoss'));
  for (const step of ['social', 'financial']) {
    intent('s0', step);
    result('s0', step, 'done');
  }
  journal.record('saga.settled', { saga: 's0', outcome: 'done' }, 'visit-s0');
  expect(await listed()).toEqual({ code: 0, text: 'nothing is open: every act on a card is at its end' });
  expect(await items()).toEqual({ code: 0, items: [] });
});

test('what nobody could settle: when, case, act, side, why in words, and what to do', async () => {
  handedOver();
  const { code, text } = await listed();
  expect(code).toBe(1);
  expect(text).toMatch(/^\nA person has to look \(1\)\n\nbegan +case +act +side +why\n/);
  expect(text).toMatch(
    /\n2026-11-24 14:32 {2}7K2M-04QX {2}formal loss report {2}bank core {2}it was sent, and for a day the host could not/,
  );
  const todo =
    'Find out at the bank core whether this was done to card CR-7: formal loss report. Tell the holder, and do what is still wanted.';
  expect(text).toContain(`\n    → ${todo}`);
  // The side that is done is no concern of anybody's.
  expect(text).not.toContain('card management');
  expect(text).not.toContain('still sees to it');
  expect(await items()).toEqual({
    code: 1,
    items: [
      {
        state: 'unresolved',
        saga: 's1',
        beganAt: new Date('2026-11-24T14:32:00+08:00').toISOString(),
        caseCode: '7K2M-04QX',
        visit: 'visit-s1',
        act: 'formalLoss',
        side: 'financial',
        why: 'noWordFromHost',
        whyInWords: 'it was sent, and for a day the host could not be got to say what became of it',
        task: 'askBankCore',
        card: 'CR-7',
        todo,
      },
    ],
  });
});

test('in a Chinese shell it is told in Chinese, in columns; programs are told the same as ever', async () => {
  handedOver();
  began('s2', 'BBBB-1111', both('temporaryLoss'));
  intent('s2', 'social');
  result('s2', 'social', 'notDone', { why: 'unreachable' });
  intent('s2', 'financial');
  result('s2', 'financial', 'unknown', { why: 'noAnswer' });
  const english = await items();
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  try {
    const { text } = await listed();
    expect(text.replaceAll(/CR-7/g, '').match(/[a-z]+/g)).toBeNull();
    expect(text.split('\n')).toEqual([
      '',
      '要人工核实（1）',
      '',
      '受理时间          编号       业务      一方          原因',
      '2026-11-24 14:32  7K2M-04QX  正式挂失  银行核心系统  已发出，一天内没能向主机问到结果',
      '    → 向银行核心系统核实卡 CR-7 的正式挂失是否办成，告知持卡人，并补办还需要办的。',
      '',
      '终端还在办理（2）',
      '',
      '受理时间          编号       业务      一方          原因',
      '2026-11-24 14:32  BBBB-1111  临时挂失  省卡管系统    主机连接不上',
      expect.stringContaining('    → 暂时不用做什么'),
      '2026-11-24 14:32  BBBB-1111  临时挂失  银行核心系统  已发出，回答丢失',
      expect.stringContaining('    → 暂时不用做什么'),
    ]);
    expect(await items()).toEqual(english);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('what the kiosk still sees to is listed apart, and why', async () => {
  handedOver();
  began('s2', 'BBBB-1111', both('temporaryLoss'));
  intent('s2', 'social');
  result('s2', 'social', 'notDone', { why: 'unreachable' });
  intent('s2', 'financial');
  result('s2', 'financial', 'unknown', { why: 'noAnswer' });
  const { code, text } = await listed();
  expect(code).toBe(1);
  const [persons = '', kiosks = ''] = text.split('The kiosk still sees to it (2)');
  expect(persons).toContain('7K2M-04QX');
  expect(kiosks).toMatch(/BBBB-1111 {2}temporary loss report {2}card management {2}the host cannot be reached/);
  expect(kiosks).toMatch(/BBBB-1111 {2}temporary loss report {2}bank core {8}it was sent, and the answer was lost/);
  expect(kiosks).toContain('→ Nothing yet: the running kiosk asks on. After a day');
  expect(delays.giveUpMs).toBe(24 * 60 * 60 * 1000);
});

test('a side that was taken on and not begun is open; one that is not tried again is at its end', async () => {
  began('s3', 'CCCC-2222', both('unfreeze'));
  intent('s3', 'social');
  result('s3', 'social', 'notDone', { why: 'unreachable' });
  expect((await items()).items).toMatchObject([{ side: 'financial', state: 'open', why: 'notBegun' }]);
  intent('s3', 'financial');
  expect((await items()).items).toMatchObject([{ side: 'financial', state: 'open', why: 'sent' }]);
});

test('a side that the act does not have is not waited for', async () => {
  const { act, financial, evidence, consents } = both('activate');
  began('s4', 'DDDD-3333', { act, financial, evidence, consents });
  expect((await items()).items).toMatchObject([{ side: 'financial', act: 'activate' }]);
});

test('an act of another version of the software is listed by what the journal says of it', async () => {
  began('s5', 'EEEE-4444', { something: 'else' }, 'cardMaking');
  expect((await items()).items).toMatchObject([{ act: 'cardMaking', state: 'open', side: 'unknownAct' }]);
  // Its sentence is nobody's code, and is shown as it is.
  const facts = JSON.stringify({ task: 'Look at both hosts.' });
  result('s5', 'unknownAct', 'unresolved', { why: 'unknownAct', facts });
  journal.record('saga.settled', { saga: 's5', outcome: 'unresolved' });
  expect((await items()).items).toMatchObject([
    { act: 'cardMaking', state: 'unresolved', todo: 'Look at both hosts.' },
  ]);
});

test('nothing personal and no reference of a host is needed to read it; a code without words is shown as it is', () => {
  expect(wordsOf('neverDone')[1]).toContain('for a day');
  expect(wordsOf('aReasonOfTomorrow')).toEqual(['aReasonOfTomorrow', 'aReasonOfTomorrow']);
});

test('called wrongly, or without a journal', async () => {
  expect(await runCli(['unresolved', '--all'])).toBe(2);
  const empty = join(folder, 'empty.json');
  writeFileSync(
    empty,
    JSON.stringify({ storage: { dataFolder: join(folder, 'none'), keyFolder: join(folder, 'no') } }),
  );
  expect(await runCli(['unresolved', '--config', empty])).toBe(1);
  expect(said.at(-1)).toContain('no machine keys here');
});
