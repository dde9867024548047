import type { FaultsCovered } from '../manual/line-faults.ts';

const noise = (fault: string): string => `faults.test.ts > noise > ${fault}`;

export const covered: FaultsCovered = {
  absentAtStart: { tests: ['unplug.test.ts > the plug > absent at start, plugged in later'] },
  unplugged: { tests: ['unplug.test.ts > the plug > pulled *', 'pulled.test.ts > pulled'] },
  silent: { tests: ['driver.test.ts > nothing comes'] },
  byteByByte: { tests: ['driver.test.ts > every shape > *byte by byte*'] },
  junk: {
    tests: [
      noise('*: before a swipe it changes nothing'),
      noise('garbageInside, *'),
      noise('a crackle is no swipe'),
      noise('without end: *'),
    ],
  },
  // Only 3M has one over the frame; the document's own check digits hold for all shapes.
  wrongChecksum: {
    tests: [noise('wrongBcc, 3m: *'), 'faults.test.ts > what cannot be read > *: a digit taken for another'],
  },
  truncated: {
    tests: [noise('truncated, *'), noise('missingEnd, *'), noise('a broken swipe and a good one right behind it: *')],
  },
  repeated: { tests: ['late.test.ts > swiped before'] },
  busyPort: {
    tests: [
      'driver.test.ts > what it says of itself > a port that another program holds: failed portBusy; freed: ready',
    ],
  },
  otherDevice: { tests: [noise('another device on the port: what it says is no document')] },
};
