/** What can be wrong with a receipt printer, as the person before it would say. */
export const FAULTS = {
  powerOff: { kind: 'switch', description: 'Switched off: neither prints nor answers, forgets what it had' },
  unplugged: { kind: 'switch', description: 'The cable is pulled out' },
  coverOpen: { kind: 'switch', description: 'The cover is open' },
  paperOut: { kind: 'switch', description: 'The roll is used up' },
  paperLow: { kind: 'switch', description: 'The roll is nearly used up' },
  paperLeftMm: { kind: 'number', unit: 'mm', description: 'Paper left before the roll ends' },
  cutterJam: { kind: 'switch', description: 'The knife jams at the next cut' },
  mechanicalError: { kind: 'switch', description: 'A mechanical fault' },
  headHot: { kind: 'switch', description: 'The print head is too hot; cools when switched back' },
  unrecoverable: { kind: 'switch', description: 'A fault that only service can cure' },
  offline: { kind: 'switch', description: 'Offline without saying why' },
  noAutomaticStatus: { kind: 'switch', description: 'The model does not know automatic status' },
  noRealTime: { kind: 'switch', description: 'Does not answer questions about its health' },
  noClear: { kind: 'switch', description: 'The model does not know how to forget its buffer' },
  noMarks: { kind: 'switch', description: 'Does not answer the mark at the end of a job' },
  lateMarks: { kind: 'switch', description: 'Keeps the answers to end marks back until this is switched off' },
  doubleMarks: { kind: 'switch', description: 'Answers every end mark twice' },
  lineDelayMs: { kind: 'number', unit: 'ms', description: 'Every line takes so much longer' },
} as const;

export type FaultName = keyof typeof FAULTS;
