import type { FaultsCovered } from '../manual/line-faults.ts';

const plug = (fault: string): string => `driver.test.ts > the board > ${fault}`;
const text = (fault: string): string => `driver.test.ts > what a contact reads > ${fault}`;

export const covered: FaultsCovered = {
  absentAtStart: { tests: [plug('absent at start, there later')] },
  unplugged: { tests: [plug('pulled *'), 'driver.test.ts > lights > whose board is pulled while *'] },
  silent: { tests: [plug('a file that does not answer *')] },
  byteByByte: { doesNotApply: 'the kernel hands over a whole attribute' },
  junk: { tests: [text('*')] },
  wrongChecksum: { doesNotApply: 'attributes come without one' },
  truncated: { tests: [text('nothing at all: *')] },
  repeated: { doesNotApply: 'each look tells how it is, and two that agree count' },
  busyPort: { tests: [plug('files that may not be read: *')] },
  otherDevice: { tests: [text('*')] },
};
