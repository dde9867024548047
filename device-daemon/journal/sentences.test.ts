import { describe, expect, test } from 'vitest';
import { advice } from '#assets/devices/advice.ts';
import { closedWords, countWords, visitEndWords } from '#assets/maintenance/index.ts';
import kioskInterfaces from '#protocol/kiosk/interfaces.json' with { type: 'json' };
import { charactersInUse, gb2312 } from '../../scripts/fonts.js';
import { reason } from './codes.zh-Hans.ts';
import { type EventFields, type EventId, events, type Fields, sentenceOf } from './index.ts';
import { chinese } from './sentences.zh-Hans.ts';

const token = '9f3a77';
const saga = '5521';

/** One entry of every event, as it is written: with the codes that there are. */
const examples: { readonly [Id in EventId]: EventFields<Id> } = {
  'daemon.started': { version: '1.2.3', profile: 'production', bootId: '17' },
  'daemon.stopped': { why: 'restart' },
  'daemon.uncleanStop': { visit: '1' },
  'journal.verified': { entries: 120, fromSeq: 41 },
  'journal.damaged': { what: 'changed entry', seq: 77 },
  'journal.gap': { since: '2026-11-27 14:32:05', lost: 12 },
  'journal.dropped': { uptoSeq: 100 },
  'journal.headSent': { headSeq: 200 },
  'journal.exported': { to: 'cardManagement', file: '1.2', entries: 20, uptoSeq: 220, token },
  'journal.notExported': { to: 'cardManagement', why: 'notDelivered', token },
  'device.state': { device: 'printer', state: 'failed', why: 'paperOut', recovery: 'reset' },
  'device.motionByHand': { device: 'cardDispenser', motion: 'init-to-bin' },
  'device.movedByHand': {
    device: 'cardDispenser',
    motion: 'capture',
    outcome: 'unknown',
    reason: 'jammed',
    path: 'inTransit',
  },
  'stock.counted': {
    ...{ unit: 'unitDISP1', why: 'corrected', initial: 100, count: 93, retained: 1, threshold: 5 },
    ...{ before: 94, firstSerial: '000101', lastSerial: '000199' },
  },
  'stock.uncertain': { unit: 'unitDISP1', motion: 'feedToRead', reason: 'noAnswer', path: 'unknown' },
  'host.state': { host: 'bankCore', state: 'down' },
  'host.signedOn': { host: 'bankCore', keyCheck: '55' },
  'host.signOnFailed': { host: 'bankCore', why: 'the PIN pad: keyMissing' },
  'ui.connected': { connection: 3 },
  'ui.lost': { connection: 3 },
  'ui.health': { kind: 'longTask', detail: '3.2' },
  'visit.began': { case: '7K2M-04QX', language: 'zh-Hant' },
  'visit.ended': { reason: 'timeOut', card: 'stillInside', seconds: 61 },
  'visit.refused': { why: 'outOfService' },
  'visit.staffCalled': { screen: '12', case: '7K2M-04QX' },
  'visit.stepRefused': { command: '12', why: 'noSuchEvidence' },
  'card.inserted': { insertion: 4 },
  'card.strange': { insertion: 5 },
  'card.removed': { insertion: 4, expected: false },
  'card.notTaken': { seconds: 20 },
  'card.retained': { claim: '7K2M-04QX', why: 'notEjected', insertion: 4, last4: '0312', token },
  'card.stuck': { why: 'notTaken', insertion: 4 },
  'card.found': { insertion: 1, match: 'presumed', last4: '0312' },
  'card.read': { class: 'gen3', social: true, financial: true, last4: '0312' },
  'document.read': { kind: 'residentId', grade: 'chip', token, warnings: 'areaNotOfKind holderIsMinor' },
  'document.notRead': { why: 'documentExpired', kind: 'passport' },
  'document.takenBack': { how: 'leftBehind' },
  'card.readFailed': { why: 'cardMute', part: 'check' },
  'card.genuine': { by: 'cardManagement' },
  'card.holderCompared': { result: 'notCompared' },
  'card.warning': { what: 'panCheckDigit' },
  'card.classDisagreement': { chip: 'gen2', host: 'unknown', bin: 'socialSecurity' },
  'pin.entered': { digits: 6 },
  'pin.notEntered': { why: 'pinCancelled' },
  'cardPin.checked': { result: 'wrongPin' },
  'cardPin.notTaken': { why: 'sameAsOld' },
  'balance.asked': { stan: '000123' },
  'balance.answered': { leg: 'financial', state: 'notConfirmed', why: 'unavailable' },
  'balance.dormant': { panToken: token },
  'cards.found': { cards: 2, province: 'answered', bank: 'noAnswer', forWhom: 'child', token },
  'cards.notFound': { why: 'noSuchPerson' },
  'cards.notTheHolder': { token },
  'check.passed': { by: 'oneTimeCode', act: 'temporaryLoss', token },
  'check.failed': { by: 'face', act: 'resetPin', why: 'faceDiffers' },
  'staff.approved': { act: 'formalLoss', by: 'branch', token },
  'staff.refused': { act: 'countCards unitDISP1', by: 'card', why: 'samePerson', token },
  'staff.signedOn': { token, role: 'branchClerk', offline: true },
  'staff.countersigned': { act: 'exportJournal', token, second: token },
  'staff.signedOff': { token, why: 'idle', seconds: 300 },
  'keys.loaded': { device: 'pinPad', outcome: 'notAgreed', token, second: token, why: 'keyRefused' },
  'device.tested': { device: 'pinPad', test: 'pressKeys', outcome: 'failed', seconds: 9, token, why: 'keysMissing' },
  'kiosk.restart': { what: 'browser', reason: 'repair', token },
  'device.reopened': { device: 'pinPad', token },
  'selfTest.done': {
    by: 'start',
    well: 9,
    look: 2,
    bad: 3,
    what: 'printer failed, clock off, unitDISP1 dispense.empty',
  },
  'kiosk.closed': { reason: 'cards', token },
  'kiosk.opened': { token },
  'cabinet.opened': { token },
  'cabinet.closed': { seconds: 70 },
  'cabinet.switched': { to: 'maintenance' },
  'mains.lost': {},
  'mains.back': { seconds: 80 },
  'vendorMode.entered': { by: 'switch', unanswered: 2 },
  'vendorMode.exited': {},
  'staff.lockedOut': { by: 'bankCore', token, seconds: 30 },
  'act.refused': { act: 'unfreeze', why: 'documentTooWeak' },
  'act.answered': { act: 'temporaryLoss', leg: 'financial', state: 'notConfirmed', why: 'unavailable' },
  'act.proven': { act: 'activate', proven: true },
  'saga.began': { saga, kind: 'cardAct', what: 'temporaryLoss', case: '7K2M-04QX', plan: '{}' },
  'saga.intent': { saga, step: 'social', key: '1', attempt: 2 },
  'saga.result': { saga, step: 'financial', what: 'temporaryLoss', outcome: 'unknown', why: 'noAnswer' },
  'saga.unresolved': {
    ...{ saga, step: 'financial', what: 'temporaryLoss', task: 'askBankCore', card: '4711', why: 'noWordFromHost' },
  },
  'saga.signedOff': { saga, step: 'social', what: 'temporaryLoss', finding: 'done', token },
  'saga.settled': { saga, outcome: 'partly' },
  'day.due': { day: 3, since: '2026-11-27 18:00' },
  'day.stopped': { day: 3, token },
  'day.drained': { day: 3, open: 2 },
  'day.read': { day: 3, leg: 'social', why: 'circuitOpen' },
  'day.compared': { day: 3, points: 'acts:social.temporaryLoss, unread:financial, missing:unitDISP1, open:5521' },
  'day.left': { day: 3, token },
  'day.refused': { day: 3, why: 'countsDiffer', points: 'count:unitDISP1 -1, count:unitBIN1 2' },
  'day.signed': { day: 3, first: '1a2b77', second: '3c4d77', report: '1', accepted: '{}' },
  'day.printed': { day: 3, outcome: 'notDone', why: 'printerUnavailable', copy: true },
  'day.opened': { day: 4 },
  'day.carried': { state: '{}' },
  'retained.handedBack': { claim: '7K2M-04QX', token, document: 'residentId' },
  'retained.destroyed': { claim: '7K2M-04QX', token },
  'receipt.printed': { form: 'balance', outcome: 'unknown', why: 'timeOut' },
  'wire.badFrames': { connection: 3, role: 'device-client', count: 9 },
  'wire.refused': { why: 'origin' },
  bug: { where: '12', what: '13' },
};

const ids = Object.keys(events) as readonly EventId[];
const english = (id: EventId, fields: Fields): string => sentenceOf(id, fields, 'en');
const inChinese = (id: EventId, fields: Fields): string => sentenceOf(id, fields, 'zh-Hans');

/** What is no word of a language: commands, and what is called by its letters. */
const known = /npx kiosk journal verify|\bU 盘|\b9f3a\b|1a2b|3c4d|7K2M-04QX/g;
const latin = (text: string): readonly string[] => text.replace(known, '').match(/[A-Za-z]+/g) ?? [];

describe('in Chinese', () => {
  test('no word of the English is left, in no sentence and in nothing that is to be done', () => {
    const told = ids.map((id) => `${id}: ${inChinese(id, examples[id])} ${chinese[id][0]}`);
    expect(told.filter((line) => latin(line.slice(line.indexOf(': '))).length > 0)).toEqual([]);
  });

  test('whatever asks a person for something asks them for it', () => {
    expect(ids.filter((id) => (events[id].todo === '') !== (chinese[id][0] === ''))).toEqual([]);
  });

  test.each(ids)('%s: what the English sentence shows is shown', (id) => {
    const fields: Fields = examples[id];
    const told = { english: english(id, fields), chinese: inChinese(id, fields) };
    for (const [name, value] of Object.entries(fields)) {
      const { [name]: _left, ...without } = fields;
      const marker = typeof value === 'boolean' ? !value : typeof value === 'number' ? 73_951 : 'Q7ZX';
      const marked = { ...fields, [name]: marker };
      for (const other of [without, marked])
        if (english(id, other) !== told.english) expect(inChinese(id, other), name).not.toBe(told.chinese);
      if (english(id, marked).includes(String(marker))) expect(inChinese(id, marked), name).toContain(String(marker));
    }
  });

  test('every reason that the wire or a driver knows has its words', () => {
    const reasons = new Set<string>();
    const collect = (value: unknown, name: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { enum: codes } = value as { readonly enum?: readonly string[] };
      if (/errorCode|[rR]eason$|Refusal$/.test(name)) for (const code of codes ?? []) reasons.add(code);
      for (const [key, member] of Object.entries(value)) collect(member, key);
    };
    collect(kioskInterfaces.schemas, '');
    for (const byReport of Object.values(advice))
      for (const report of Object.keys(byReport)) reasons.add(report.split(' ')[1] ?? 'notReady');
    // These say how a visit ended, why staff closed the kiosk, or what they counted.
    const elsewhere = Object.keys({ ...visitEndWords, ...closedWords, ...countWords });
    expect([...reasons].filter((code) => !elsewhere.includes(code) && reason(code) === code)).toEqual([]);
  });

  test('the page has a glyph for each character', () => {
    const [simplified] = charactersInUse().values();
    const drawn = new Set([...(simplified ?? []), ...gb2312()]);
    const said = ids.flatMap((id) => [...inChinese(id, examples[id]), ...chinese[id][0]]);
    expect([...new Set(said)].filter((character) => character > ' ' && !drawn.has(character))).toEqual([]);
  });
});
