import { expect, test } from 'vitest';
import type { DaemonHealth } from './running-daemon.ts';
import { statusLines } from './status.ts';

const since = '2026-11-27T08:00:00.000Z';
const health: DaemonHealth = {
  time: since,
  devices: [
    { name: 'cardReader', class: 'cardReader', driver: 'pcsc', state: 'ready', since, restarts: 0 },
    {
      name: 'printer',
      class: 'receiptPrinter',
      driver: 'escpos',
      state: 'failed',
      reason: 'paperOut',
      since,
      restarts: 0,
    },
  ],
  hosts: [
    { host: 'cardManagement', state: 'up', since },
    { host: 'bankCore', state: 'down', since },
  ],
  services: [
    { service: 'lossReport', available: true, reasons: [] },
    { service: 'balance', available: false, reasons: ['bankCoreUnavailable'] },
    { service: 'newCard', available: false, reasons: ['notOffered'] },
  ],
};

test('one line each; under what is not well what it is and what to do; what is not offered is no fault', () => {
  expect(statusLines(health, ([, english]) => english)).toEqual([
    '✓ Card reader        ready      2026-11-27 16:00:00',
    '! Receipt printer    failed     2026-11-27 16:00:00',
    '    roll used up',
    '    → load paper',
    '',
    '✓ Card management    up         2026-11-27 16:00:00',
    '! Bank core          down       2026-11-27 16:00:00',
    '    no answer, or one that cannot be trusted',
    "    → `npx kiosk doctor`; then call the host's operators",
    '',
    '✓ I lost my card',
    '✗ Balance                              No link to the bank (bankCoreUnavailable)',
    '· New or replacement card              Not offered at this machine (notOffered)',
  ]);
});

test('in Chinese, in the same columns: a character is two of them wide', () => {
  const lines = statusLines(health, ([chinese]) => chinese);
  expect(lines.filter((line) => line.includes('16:00:00'))).toEqual([
    '✓ 读卡器             就绪       2026-11-27 16:00:00',
    '! 凭条打印机         故障       2026-11-27 16:00:00',
    '✓ 省卡管系统         连通       2026-11-27 16:00:00',
    '! 银行核心系统       不通       2026-11-27 16:00:00',
  ]);
});

test('a day that is due to be closed is something to do, between hosts and services', () => {
  const lines = statusLines({ ...health, dayDue: '2026-11-27T10:00:00.000Z' }, ([, english]) => english);
  const at = lines.indexOf('! Business day is due to be closed since 2026-11-27 18:00:00');
  expect(lines.slice(at - 1, at + 3)).toEqual(['', lines[at], '    → two persons close it, under Day', '']);
});
