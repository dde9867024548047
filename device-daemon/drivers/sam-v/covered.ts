import type { FaultsCovered } from '../manual/line-faults.ts';

const damaged = (fault: string): string => `damaged-answers.test.ts > one damaged answer > ${fault}, to *`;

export const covered: FaultsCovered = {
  absentAtStart: { tests: ['unplug.test.ts > absent at start, plugged in later'] },
  unplugged: { tests: ['unplug.test.ts > pulled'] },
  silent: { tests: ['faults.test.ts > a reader that says nothing'] },
  byteByByte: { tests: ['faults.test.ts > byte by byte'] },
  junk: {
    tests: [
      ...['garbageBefore', 'garbageInside', 'garbageAfter', 'strayPreamble', 'doubledPreamble'].map(damaged),
      'faults.test.ts > nothing but noise: the driver says garbled, and comes back when it stops',
      'faults.test.ts > a line that is never quiet, *',
    ],
  },
  wrongChecksum: { tests: [damaged('wrongChecksum')] },
  truncated: { tests: [damaged('truncated')] },
  repeated: {
    tests: [...['duplicate', 'late', 'lateDuplicate'].map(damaged), 'faults.test.ts > frames that nobody asked for'],
  },
  busyPort: { tests: ['faults.test.ts > a port that somebody else holds: says so, and takes it when it is free'] },
  otherDevice: { tests: ['faults.test.ts > another device on the port'] },
};
