import type { FaultsCovered } from '../manual/line-faults.ts';

const noise = (fault: string): string => `faults.test.ts > noise on the line > ${fault}`;

export const covered: FaultsCovered = {
  absentAtStart: { tests: ['unplug.test.ts > absent at start, plugged in later'] },
  unplugged: { tests: ['unplug.test.ts > pulled', 'unplug.test.ts > the plug comes out in the middle of a frame'] },
  silent: { tests: ['faults.test.ts > a pad that says nothing'] },
  byteByByte: { tests: ['faults.test.ts > a pad that answers slowly > one character after the other: as ever'] },
  junk: {
    tests: [
      noise('garbageBefore *'),
      noise('garbageInside *'),
      noise('nothing but noise: the driver says garbled, and comes back when it stops'),
      noise('a line that is never quiet: failed, and back when it stops'),
      noise('noise between keys is no key'),
      noise('a broken frame between keys hides none that come after it'),
    ],
  },
  wrongChecksum: { tests: [noise('wrongBcc *')] },
  truncated: { tests: [noise('truncated *')] },
  repeated: {
    tests: [
      'answers.test.ts > duplicate',
      'answers.test.ts > late',
      'answers.test.ts > lateDuplicate',
      'answers.test.ts > a frame that nobody asked for',
      'answers.test.ts > the answer to a command that was given up',
    ],
  },
  busyPort: { tests: ['port.test.ts > a port that another program holds: failed portBusy; freed: ready'] },
  otherDevice: {
    tests: ['port.test.ts > another device on the port', 'driver.test.ts > identity > another pad is refused'],
  },
};
