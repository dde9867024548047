/** The recovery ladder in the report of a device. */

import { beforeEach, expect, test } from 'vitest';
import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { Life } from './life.ts';

let life: Life<string>;
let told: string[];

const line = ({ state, reason, recovery }: DeviceReport): string =>
  [state, reason, recovery && `(${recovery})`].filter((part) => part !== undefined).join(' ');

beforeEach(() => {
  life = new Life<string>({ name: 'pinPad', class: 'pinPad', driver: 'x' });
  told = [];
  life.onReport((report) => told.push(line(report)));
});

test('from rung to rung, each told once; a device that serves stands on none', () => {
  life.tell('starting');
  life.climb('resend');
  life.climb('resend');
  life.tell('starting', 'resetting', 'reset');
  life.tell('starting', 'reopening', 'reopen');
  life.tell('starting');
  life.tell('ready');
  expect(told).toEqual([
    'starting',
    'starting (resend)',
    'starting resetting (reset)',
    'starting reopening (reopen)',
    'starting (reopen)',
    'ready',
  ]);
});

test('what recovers before anybody noticed is no news', () => {
  life.tell('ready');
  life.climb('resend');
  expect(told).toEqual(['ready']);
});

test('given up stays given up while it is looked at again', () => {
  expect(life.tell('failed', 'silent', 'giveUp')).toBe(true);
  life.climb('resend');
  life.climb('reset');
  expect(life.tell('failed', 'silent', 'giveUp')).toBe(false);
  expect(told).toEqual(['failed silent (giveUp)']);
});

test('degraded because it recovers, and degraded because that is how it is', () => {
  life.tell('degraded', 'silent', 'resend');
  life.climb('reset');
  life.tell('degraded', 'paperLow');
  expect(told).toEqual(['degraded silent (resend)', 'degraded silent (reset)', 'degraded paperLow']);
});

test('another rung is no new state: since when it is so stays', () => {
  life.tell('starting');
  const { since } = life.report();
  life.climb('reset');
  expect(life.report()).toMatchObject({ since, recovery: 'reset' });
});
