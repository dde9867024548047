import type { FaultsCovered } from '../manual/line-faults.ts';

export const covered: FaultsCovered = {
  absentAtStart: {
    tests: [
      'reader-replugged.test.ts > not there at start, plugged in later',
      'pcscd-restarted.test.ts > the daemon is there before pcscd',
    ],
  },
  unplugged: {
    tests: [
      'reader-replugged.test.ts > unplugged: absent, *',
      'pcscd-restarted.test.ts > *',
      'card-pulled.test.ts > pulled',
      'child-killed.test.ts > the process that holds the PC/SC library is killed',
    ],
  },
  silent: {
    tests: [
      'pcscd-stands-still.test.ts > *',
      'without-pcscd.test.ts > what can go wrong > silence: the deadline is ours, and a late answer is nobody’s',
    ],
  },
  byteByByte: { doesNotApply: 'PC/SC hands over whole responses; the reader has the line to the chip' },
  junk: { doesNotApply: 'frames are between reader and chip; a response is whole or is none' },
  wrongChecksum: { doesNotApply: 'parity of T=0 and EDC of T=1 are between reader and chip' },
  truncated: {
    tests: [
      'card-pulled.test.ts > a chip that does not do what chips do > half a response: unresponsive, and the reader is well',
      'without-pcscd.test.ts > what can go wrong > half a status word',
    ],
  },
  repeated: {
    tests: [
      'card-swapped.test.ts > another card in the place of one that was spoken to',
      'without-pcscd.test.ts > what can go wrong > exchanged between two commands: *',
    ],
  },
  busyPort: {
    tests: [
      'sharing-violation.test.ts > *',
      'without-pcscd.test.ts > the port is taken: failed, and ready when it is free',
    ],
  },
  otherDevice: {
    tests: ['virtual-reader-refused.test.ts > *', 'reader-replugged.test.ts > readers are there, ours is not: *'],
  },
};
