/** What can go wrong with a simulated reader: first its line, then its status words (id-card-reader.md 4). */
import { statuses } from '#device-daemon/drivers/sam-v/index.ts';

const answers = (description: string) => ({ kind: 'number', unit: 'answers', description }) as const;
const commands = (description: string) => ({ kind: 'number', unit: 'commands', description }) as const;

export const readerFaults = {
  silent: { kind: 'switch', description: 'Answers nothing' },
  powerOff: { kind: 'switch', description: 'Without power: answers nothing, forgets everything' },
  slowMs: { kind: 'number', unit: 'ms', description: 'Every answer comes so much later' },
  garbageBefore: answers('Noise before the next answers'),
  garbageInside: answers('Noise inside the next answers'),
  garbageAfter: answers('Noise behind the next answers'),
  strayPreamble: answers('AA and 00 before the preamble of the next answers'),
  doubledPreamble: answers('The preamble of the next answers comes twice'),
  wrongChecksum: answers('Wrong CHK in the next answers'),
  truncated: answers('Sends half of the next answers'),
  duplicate: answers('Sends the next answers twice'),
  late: answers('Keeps the next answers back until after the command that follows'),
  lateDuplicate: answers('Repeats the next answers when the command after them comes'),
  checksumError: commands('SW3 10 to the next commands'),
  lengthError: commands('SW3 11 to the next commands'),
  commandWrong: commands('SW3 21 to the next commands'),
  notPermitted: commands('SW3 23 to the next commands'),
  unrecognisedError: commands('SW3 24 to the next commands'),
  selfTestFailed: commands('SW3 60 to the next commands'),
  notAuthorised: commands('SW3 66 to the next commands'),
  unknownStatus: commands('SW3 7E, which is in no table, to the next commands'),
  notFound: commands('SW3 80 to the next finds'),
  selectFails: commands('SW3 81 to the next selects'),
  samRefused: commands('SW3 31 to the next reads: the card does not believe the SAM'),
  notGenuine: commands('SW3 32 to the next reads: the SAM does not believe the card'),
  verificationFailed: commands('SW3 33 to the next reads'),
  unknownCard: commands('SW3 40 to the next reads'),
  readFails: commands('SW3 41 to the next reads'),
  randomNumberFails: commands('SW3 47 to the next reads'),
  addressFails: commands('SW3 41 to the next questions for the newest address'),
} as const;
export type ReaderFaultName = keyof typeof readerFaults;

/** Which status words which commands meet, in the order in which they are looked for. */
export const refusedBy = {
  any: [
    ['selfTestFailed', statuses.selfTestFailed],
    ['notAuthorised', statuses.notAuthorised],
    ['checksumError', statuses.checksumWrong],
    ['lengthError', statuses.lengthWrong],
    ['commandWrong', statuses.commandWrong],
    ['notPermitted', statuses.notPermitted],
    ['unrecognisedError', statuses.unrecognisedError],
    ['unknownStatus', 0x7e],
  ],
  find: [['notFound', statuses.noCard]],
  select: [['selectFails', statuses.selectFailed]],
  read: [
    ['unknownCard', statuses.cardTypeUnknown],
    ['samRefused', statuses.samNotAuthenticated],
    ['notGenuine', statuses.cardNotAuthenticated],
    ['verificationFailed', statuses.verificationFailed],
    ['readFails', statuses.readFailed],
    ['randomNumberFails', statuses.randomNumberFailed],
  ],
  newestAddress: [['addressFails', statuses.readFailed]],
} as const satisfies Readonly<Record<string, readonly (readonly [ReaderFaultName, number])[]>>;
