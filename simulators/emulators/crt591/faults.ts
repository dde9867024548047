export const crtFaults = {
  silent: { kind: 'switch', description: 'Answers nothing' },
  slowMs: { kind: 'number', unit: 'ms', description: 'Every answer comes so much later' },
  garbageBefore: { kind: 'number', unit: 'answers', description: 'Noise before the next answers' },
  wrongBcc: { kind: 'number', unit: 'answers', description: 'Wrong check byte in the next answers; repeated on NAK' },
  nak: { kind: 'number', unit: 'commands', description: 'Answers the next commands with NAK' },
  ackLost: { kind: 'number', unit: 'commands', description: 'The ACK of the next commands does not arrive' },
  answerLost: { kind: 'number', unit: 'motions', description: 'The answer to the next motions does not arrive' },
  jamFeed: { kind: 'number', unit: 'motions', description: 'The next card jams between hopper and read position' },
  jamEject: { kind: 'number', unit: 'motions', description: 'The next card jams before the gate' },
  jamRetain: { kind: 'number', unit: 'motions', description: 'The next card jams on its way to the bin' },
  doubleFeed: { kind: 'number', unit: 'motions', description: 'Two cards stick together at the next feed' },
  powerLost: { kind: 'number', unit: 'motions', description: 'The power goes in the middle of the next motions' },
  counterSkips: { kind: 'number', unit: 'cards', description: 'The bin counter misses the next cards' },
  gateBlocked: { kind: 'switch', description: 'Something stands before the gate: no card comes out' },
  binFull: { kind: 'switch', description: 'The bin says that it is full' },
  unknownStatus: { kind: 'switch', description: 'Status bytes of no list' },
} as const;
export type CrtFaultName = keyof typeof crtFaults;
