import type { FaultsCovered } from '../manual/line-faults.ts';

const onLine = (fault: string): string => `faults.test.ts > damage on the line > ${fault}`;
const motion = 'faults.test.ts > a motion whose answer is lost';

export const covered: FaultsCovered = {
  absentAtStart: { tests: ['faults.test.ts > the plug > absent at start, plugged in later'] },
  unplugged: { tests: ['faults.test.ts > the plug > pulled *'] },
  silent: { tests: ['faults.test.ts > silent: failed, and back when it speaks'] },
  byteByByte: { tests: [onLine('byte by byte: as ever')] },
  junk: {
    tests: [
      onLine('garbageBefore *'),
      onLine('nothing but noise: garbled, and back when it stops'),
      onLine('a line that is never quiet: failed, and back when it is'),
    ],
  },
  wrongChecksum: {
    tests: [onLine('wrongBcc *'), 'dialect-b.test.ts > faults on a line of dialect B > wrongBcc while *'],
  },
  truncated: { tests: ['framer.test.ts > what stopped in the middle is given up after the gap'] },
  repeated: { tests: [`${motion}`, onLine('ackLost *')] },
  busyPort: { tests: ['faults.test.ts > a port that another program holds: failed portBusy; freed: ready'] },
  otherDevice: {
    tests: [
      'faults.test.ts > another device on the port, *',
      'driver.test.ts > dialect * > identity > another unit is refused',
    ],
  },
};
