import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { darkMs, ScreenWatch } from './screen-watch.ts';

function watch() {
  const told: (readonly [event: string, visit: string | undefined])[] = [];
  const state = { visit: undefined as string | undefined, staff: false };
  let due: (() => void) | undefined;
  const screen = new ScreenWatch({
    clock: {
      ...systemClock,
      after: (ms, run) => {
        expect(ms).toBe(darkMs);
        due = run;
        return () => {
          due = undefined;
        };
      },
    },
    journal: {
      record: (event, _fields, visit) => {
        told.push([event, visit]);
        return true;
      },
    },
    visit: () => state.visit,
    staffHere: () => state.staff,
  });
  const passes = (): boolean => {
    const run = due;
    due = undefined;
    run?.();
    return run !== undefined;
  };
  return { screen, state, passes, lost: () => told.filter(([event]) => event === 'ui.lost') };
}

test('in a visit: told at once, as a part of it', () => {
  const { screen, state, lost, passes } = watch();
  screen.opened(1);
  state.visit = 'v';
  screen.closed(1);
  expect(lost()).toEqual([['ui.lost', 'v']]);
  expect(passes()).toBe(false);
});

test('between visits: a page that loads anew is not lost; one that stays away is, once', () => {
  const { screen, lost, passes } = watch();
  screen.opened(1);
  screen.closed(1);
  screen.opened(2);
  expect(passes()).toBe(false);
  screen.closed(2);
  expect(lost()).toEqual([]);
  expect(passes()).toBe(true);
  expect(lost()).toEqual([['ui.lost', undefined]]);
  expect(passes()).toBe(false);
});

test('the page of staff in its place: not lost while it is there, lost when none comes after it', () => {
  const { screen, state, lost, passes } = watch();
  screen.opened(1);
  screen.closed(1);
  state.staff = true;
  expect([passes(), passes(), lost().length]).toEqual([true, true, 0]);
  state.staff = false;
  expect([passes(), lost().length]).toEqual([true, 1]);
});

test('a second page that goes takes nothing with it; after the stop nobody waits', () => {
  const { screen, lost, passes } = watch();
  screen.opened(1);
  screen.opened(2);
  screen.closed(1);
  expect(passes()).toBe(false);
  screen.closed(2);
  screen.opened(3);
  screen.opened(4);
  screen.closed(3);
  screen.closed(4);
  screen.stop();
  expect([passes(), lost().length]).toEqual([false, 0]);
});

test('pages go with the daemon, before or after its services have stopped: nobody waits for another', () => {
  const { screen, lost, passes } = watch();
  screen.opened(1);
  screen.stop();
  screen.closed(1);
  expect([passes(), lost().length]).toEqual([false, 0]);
});
