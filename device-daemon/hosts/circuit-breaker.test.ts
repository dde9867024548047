import { expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

const options = { failures: 2, openMs: 1_000, maxOpenMs: 3_000 };

function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker(options);
  breaker.failed('closed', 0);
  breaker.failed('closed', 0);
  return breaker;
}

test('failures in a row open it, a success between them does not', () => {
  const breaker = new CircuitBreaker(options);
  breaker.failed('closed', 0);
  breaker.succeeded('closed');
  breaker.failed('closed', 0);
  expect(breaker.isOpen()).toBe(false);
  breaker.failed('closed', 0);
  expect(breaker.isOpen()).toBe(true);
  expect(breaker.enter(999)).toBeUndefined();
  expect(breaker.waitMs(400)).toBe(600);
});

test('one trial at a time; its success closes the circuit', () => {
  const breaker = opened();
  expect(breaker.enter(1_000)).toBe('trial');
  expect(breaker.enter(1_000)).toBeUndefined();
  breaker.succeeded('trial');
  expect(breaker.enter(1_000)).toBe('closed');
});

test('a failed trial opens it for longer, up to a limit', () => {
  const breaker = opened();
  let now = 1_000;
  const pauses = [];
  for (let trial = 0; trial < 3; trial += 1) {
    expect(breaker.enter(now)).toBe('trial');
    breaker.failed('trial', now);
    pauses.push(breaker.waitMs(now));
    now += breaker.waitMs(now);
  }
  expect(pauses).toEqual([2_000, 3_000, 3_000]);
});

test('a cancelled trial leaves room for the next', () => {
  const breaker = opened();
  expect(breaker.enter(1_000)).toBe('trial');
  breaker.dropped('trial');
  expect(breaker.isOpen()).toBe(true);
  expect(breaker.enter(1_000)).toBe('trial');
});

test('late failures of calls that began before do not prolong the pause', () => {
  const breaker = opened();
  breaker.failed('closed', 900);
  expect(breaker.waitMs(900)).toBe(100);
});
