import type { FaultsCovered } from '../manual/line-faults.ts';

export const covered: FaultsCovered = {
  absentAtStart: { tests: ['session.test.ts > a service is found > later than the daemon: absent until it is there'] },
  unplugged: {
    tests: [
      'session.test.ts > a provider that goes away > *',
      'session.test.ts > its state > is asked for where no event told it',
    ],
  },
  silent: {
    tests: [
      'session.test.ts > a provider that > falls silent: *',
      'session.test.ts > a provider that > never answers *',
    ],
  },
  byteByByte: { doesNotApply: 'WebSocket hands over whole messages' },
  junk: { tests: ['session.test.ts > a provider that > *: failed garbled, *'] },
  wrongChecksum: { doesNotApply: 'TCP and TLS have their own' },
  truncated: { tests: ['session.test.ts > a provider that > breaks the frames: *'] },
  repeated: {
    tests: [
      'session.test.ts > a provider that > answers twice: *',
      'session.test.ts > a provider that > answers for another request: *',
    ],
  },
  busyPort: { doesNotApply: 'a service has room for any number of clients; one that refuses us is `failed refused`' },
  otherDevice: { tests: ['session.test.ts > a service is found > failed otherDevice: *'] },
};
