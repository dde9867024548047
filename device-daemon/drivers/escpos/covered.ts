import type { FaultsCovered } from '../manual/line-faults.ts';

export const covered: FaultsCovered = {
  absentAtStart: { tests: ['line.test.ts > absent at start, plugged in later'] },
  unplugged: { tests: ['unplug.test.ts > pulled', 'driver.test.ts > unplugged'] },
  silent: { tests: ['driver.test.ts > silence'] },
  byteByByte: {
    tests: ['driver.test.ts > a printer that works > hears every answer when bytes come one by one and slowly'],
  },
  junk: {
    tests: ['line.test.ts > junk', 'driver.test.ts > silence > garbage is as good as silence, and ends nothing else'],
  },
  wrongChecksum: { doesNotApply: 'neither commands nor answers have one' },
  truncated: { tests: ['line.test.ts > half an answer'] },
  repeated: { tests: ["driver.test.ts > answers are never taken for another job's"] },
  busyPort: { tests: ['driver.test.ts > the port > in use by another program is told, and taken when it is free'] },
  otherDevice: { tests: ['line.test.ts > another device on the port'] },
};
