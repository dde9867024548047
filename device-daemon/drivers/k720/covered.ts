import type { FaultsCovered } from '../manual/line-faults.ts';

const onLine = (fault: string): string => `faults.test.ts > damage on the line > ${fault}`;
const plug = (how: string): string => `faults.test.ts > the plug > ${how}`;

export const covered: FaultsCovered = {
  absentAtStart: { tests: [plug('absent at start, plugged in later')] },
  unplugged: { tests: [plug('pulled *')] },
  silent: { tests: ['faults.test.ts > silent: failed, and back when it speaks'] },
  byteByByte: { tests: [onLine('byte by byte: as ever')] },
  junk: {
    tests: [
      onLine('garbageBefore *'),
      onLine('nothing but noise: garbled, and back when it stops'),
      onLine('a line that is never quiet: failed, and back when it is'),
    ],
  },
  wrongChecksum: { tests: [onLine('wrongBcc *')] },
  truncated: { tests: ['framer.test.ts > what stopped in the middle is given up after the gap'] },
  repeated: { tests: [onLine('answerTwice *'), onLine('ackLost *'), 'faults.test.ts > the handshake of a motion'] },
  busyPort: { tests: ['faults.test.ts > a port that another program holds: failed portBusy; freed: ready'] },
  otherDevice: { tests: ['faults.test.ts > another device on the port, *'] },
};
