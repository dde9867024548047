import { describe, expect, test } from 'vitest';
import { stateOf } from './status.ts';

describe('status bytes', () => {
  const state = (status: string, sensors: string, kind: 'v14' | 'r02' = 'v14'): string => {
    // Two state bytes are dialect B's.
    const dialect = status.length === 2 ? 'b' : 'a';
    const profile = { dialect, sensors: kind } as const;
    const { path, hopper, bin } = stateOf(Buffer.from(status, 'latin1'), Buffer.from(sensors, 'latin1'), profile);
    return [path, hopper, bin].join(' ');
  };
  test.each([
    ['020', '00000000', 'empty ok ok'],
    ['121', '10000000', 'atGate ok full'],
    ['210', '01000000', 'atRead low ok'],
    ['200', '00010000', 'inTransit empty ok'],
    ['020', '00100000', 'inTransit ok ok'],
    ['999', '00000000', 'unknown unknown unknown'],
    ['020', '', 'unknown ok ok'],
    ['020', '0000090', 'unknown ok ok'],
    ['00', '00000000', 'empty unknown unknown'],
    ['01', '10000000', 'atGate unknown unknown'],
    ['02', '01000000', 'atRead unknown unknown'],
    ['02', '00010000', 'inTransit unknown unknown'],
    ['03', '00000000', 'unknown unknown unknown'],
    ['10', '00000000', 'unknown unknown unknown'],
  ])('%s with sensors %s: %s', (status, sensors, wanted) => {
    expect(state(status, sensors)).toBe(wanted);
  });
  test('R02 tells the bin in its sensor block only', () => {
    expect(state('029', '00000000000000000', 'r02')).toBe('empty ok ok');
    expect(state('020', '00200000000000000', 'r02')).toBe('empty ok full');
    expect(state('020', '00000000000000001', 'r02')).toBe('empty ok full');
    expect(state('020', '00000000', 'r02')).toBe('empty ok unknown');
  });
});
