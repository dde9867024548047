import type { FaultsCovered } from '../manual/line-faults.ts';

const noise = (fault: string): string => `faults.test.ts > noise > ${fault}`;
const plug = (fault: string): string => `faults.test.ts > the plug > ${fault}`;

export const covered: FaultsCovered = {
  absentAtStart: { tests: [plug('absent at start, plugged in later')] },
  unplugged: { tests: [plug('pulled *'), 'pulled.test.ts > pulled'] },
  silent: { tests: ['driver.test.ts > nothing comes'] },
  byteByByte: { tests: ['driver.test.ts > every suffix and encoding > *byte by byte*'] },
  junk: {
    tests: [
      noise('garbageBefore *'),
      noise('garbageInside *'),
      noise('well before a code: *'),
      noise('without end: *'),
    ],
  },
  wrongChecksum: { doesNotApply: 'codes come without one' },
  truncated: { tests: [noise('truncated: *'), noise('missingSuffix: *')] },
  repeated: { tests: ['driver.test.ts > scanned before'] },
  busyPort: { tests: [plug('a port that another program holds: failed portBusy; freed: ready')] },
  otherDevice: { tests: [noise('another device on the port: what it says is no text')] },
};
