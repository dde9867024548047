import { deviceNames } from '#assets/devices/index.ts';
import { taskWords } from '#assets/maintenance/index.ts';

/**
 * The catalogue of everything the journal may say. One row per event: how grave, what it means, what to do, and the
 * sentence that tells it to a person. It gives the types of the fields, the journal's sentences and the event manual.
 * What is told to staff is told in Chinese, too: sentences.zh-Hans.ts.
 * No field may carry personal data in clear: tokens for joining, masked text for people (domain table of masking).
 */
export type Level = 'info' | 'notice' | 'warning' | 'fault' | 'alarm';

export type FieldValue = string | number | boolean;
export type Fields = Readonly<Record<string, FieldValue | undefined>>;

interface EventFacts<F extends Fields> {
  readonly level: Level;
  readonly meaning: string;
  /** What a technician or the branch should do; empty when nothing. */
  readonly todo: string;
  readonly sentence: (fields: F) => string;
}

function event<F extends Fields = Record<never, never>>(
  level: Level,
  meaning: string,
  todo: string,
  sentence: (fields: F) => string,
): EventFacts<F> {
  return { level, meaning, todo, sentence };
}

const reason = (text: string | undefined): string => (text === undefined ? '' : `: ${text}`);

/** A device or a host in the middle of a sentence; one without a name is called by its code. */
function named(code: string): string {
  const name = deviceNames[code]?.[1] ?? code;
  return /^[A-Z][a-z]/.test(name) ? name.slice(0, 1).toLowerCase() + name.slice(1) : name;
}

/** So much of a token as tells two people apart. */
export const short = (token: string): string => String(token).slice(0, 4);

const takenBack: Readonly<Record<string, string>> = {
  taken: 'The document was taken back.',
  leftBehind: 'The document was left on the reader.',
  notSensed: 'Whether the document was taken back this reader cannot tell.',
};

export const events = {
  'daemon.started': event<{ version: string; profile: string; bootId: string }>(
    'info',
    'The daemon came up.',
    '',
    (f) => `The kiosk software ${f.version} started (profile ${f.profile}).`,
  ),
  'daemon.stopped': event<{ why: string }>(
    'info',
    'The daemon shut down in an orderly way.',
    '',
    (f) => `The kiosk software stopped (${f.why}).`,
  ),
  'daemon.uncleanStop': event<{ visit?: string }>(
    'warning',
    'The daemon found that it had not shut down in an orderly way.',
    'Look for a power cut or a crash shortly before.',
    () => 'The kiosk software had been cut off before this start.',
  ),
  'journal.verified': event<{ entries: number; fromSeq: number }>(
    'info',
    'The chain was checked and found whole.',
    '',
    (f) => `The journal was checked: ${f.entries} entries from number ${f.fromSeq} are whole.`,
  ),
  'journal.damaged': event<{ what: string; seq: number }>(
    'alarm',
    'The chain of the journal does not hold.',
    'Keep the machine as it is and call security.',
    (f) => `The journal is damaged: ${f.what} at entry ${f.seq}.`,
  ),
  'journal.gap': event<{ since: string; lost: number }>(
    'alarm',
    'Entries could not be kept for a time; what happened then is not in the journal.',
    'Look at the disk: is it full, or failing?',
    (f) => `The journal could not be written since ${f.since}; ${f.lost} entries are missing.`,
  ),
  'journal.dropped': event<{ uptoSeq: number }>(
    'notice',
    'Exported and acknowledged entries were dropped to make room.',
    '',
    (f) => `Exported journal entries up to ${f.uptoSeq} were dropped.`,
  ),
  'journal.headSent': event<{ headSeq: number }>(
    'info',
    'The card-management host took a signed head.',
    '',
    (f) => `The signed journal head ${f.headSeq} was sent to card management.`,
  ),
  'journal.exported': event<{ to: string; file: string; entries: number; uptoSeq: number; token: string }>(
    'notice',
    'Two persons had a signed copy of the journal made, on a USB stick or for card management; the journal itself stays as it was.',
    'Check the copy with npx kiosk journal verify before it is relied upon.',
    (f) => `The journal up to entry ${f.uptoSeq} was copied (${f.to}) as ${f.file}.`,
  ),
  'journal.notExported': event<{ to: string; why: string; token: string }>(
    'warning',
    'Two persons wanted a copy of the journal, and it did not come about; no half copy is called a copy.',
    'stickFull, stickReadOnly, stickGone: use another stick. notDelivered: look at the network. journalNotWhole: the journal itself has a gap; look at its check.',
    (f) => `The journal was not copied (${f.to}): ${f.why}.`,
  ),
  'device.state': event<{ device: string; state: string; why?: string; recovery?: string }>(
    'notice',
    'A device changed its state.',
    'See the fault table of the driver.',
    (f) =>
      `The ${named(f.device)} is now ${f.state}${reason(f.why)}${f.recovery === undefined ? '' : ` (recovery: ${f.recovery})`}.`,
  ),
  'device.motionByHand': event<{ device: string; motion: string }>(
    'notice',
    'A person at the command line has a card unit move, while no daemon runs.',
    'What came of it stands in the next entry; without one, look where the card is.',
    (f) => `The ${named(f.device)} is moved by hand: ${f.motion}.`,
  ),
  'device.movedByHand': event<{ device: string; motion: string; outcome: string; reason?: string; path: string }>(
    'notice',
    'What a motion by hand came to, and where the card is then.',
    'Explain it at day-end: the count of cards has changed without a customer.',
    (f) => `The ${named(f.device)} was moved by hand: ${f.motion} ${f.outcome}${reason(f.reason)}; card: ${f.path}.`,
  ),
  'stock.counted': event<{
    unit: string;
    why: string;
    initial: number;
    count: number;
    retained: number;
    threshold: number;
    cardId?: string;
    before?: number;
    firstSerial?: string;
    lastSerial?: string;
  }>(
    'notice',
    'The count of cards in a hopper or a bin has changed; the counts after it.',
    '',
    (f) =>
      `${f.unit}: ${f.why}${f.before === undefined ? '' : ` (was ${f.before})`}; now ${f.count} cards${f.firstSerial === undefined ? '' : `, ${f.firstSerial} to ${f.lastSerial}`}.`,
  ),
  'stock.uncertain': event<{ unit: string; motion: string; reason?: string; path: string }>(
    'warning',
    'Nobody knows where a card of the hopper is: its motion ended without a word.',
    'Count hopper and bin, look into the path, and correct the count.',
    (f) => `Where the card of ${f.unit} is, is not known after ${f.motion}${reason(f.reason)}; path: ${f.path}.`,
  ),
  'host.state': event<{ host: string; state: string }>(
    'notice',
    'A host link came up or went down.',
    'If it stays down, call the host\u2019s operators.',
    (f) => `The link to ${named(f.host)} is ${f.state}.`,
  ),
  'host.signedOn': event<{ host: string; keyCheck: string }>(
    'info',
    'The bank core issued working keys and the PIN pad took them.',
    '',
    (f) => `Signed on at ${named(f.host)}; the PIN pad has new working keys.`,
  ),
  'host.signOnFailed': event<{ host: string; why: string }>(
    'fault',
    'No working keys: PIN services are off.',
    'Check the link; compare the check value of the master key.',
    (f) => `Sign-on at ${named(f.host)} failed: ${f.why}.`,
  ),
  'ui.connected': event<{ connection: number }>(
    'info',
    'The touchscreen page opened its connection.',
    '',
    () => 'The touchscreen connected.',
  ),
  'ui.lost': event<{ connection: number }>(
    'warning',
    'The touchscreen page\u2019s connection ended.',
    'If the screen stays dark, restart the browser.',
    () => 'The touchscreen\u2019s connection ended.',
  ),
  'ui.health': event<{ kind: string; detail: string }>(
    'warning',
    'The touchscreen reported a fault of its own.',
    'Send the journal to the makers.',
    (f) => `The touchscreen reported ${f.kind}: ${f.detail}.`,
  ),
  'visit.began': event<{ case: string; language: string }>(
    'info',
    'A person began a visit.',
    '',
    (f) => `A visit began (case ${f.case}, language ${f.language}).`,
  ),
  'visit.ended': event<{ reason: string; card: string; seconds: number }>(
    'info',
    'A visit ended; the card\u2019s whereabouts are named.',
    '',
    (f) => `The visit ended (${f.reason}) after ${f.seconds} s; card: ${f.card}.`,
  ),
  'visit.refused': event<{ why: string }>(
    'notice',
    'A visit could not begin.',
    '',
    (f) => `A visit could not begin: ${f.why}.`,
  ),
  'visit.staffCalled': event<{ screen: string; case: string }>(
    'notice',
    'A person asked for help.',
    'Go to the kiosk.',
    (f) => `Help was called from the screen "${f.screen}" (case ${f.case}).`,
  ),
  'visit.stepRefused': event<{ command: string; why: string }>(
    'warning',
    'The screen asked for a step that its evidence does not allow.',
    'If it repeats, the UI and the daemon differ in version.',
    (f) => `${f.command} was refused: ${f.why}.`,
  ),
  'card.inserted': event<{ insertion: number }>(
    'info',
    'A card was put in during a visit.',
    '',
    (f) => `A card was put in (insertion ${f.insertion}).`,
  ),
  'card.strange': event<{ insertion: number }>(
    'notice',
    'A card was put in while nobody was being served.',
    '',
    (f) => `A card was put in outside a visit (insertion ${f.insertion}).`,
  ),
  'card.removed': event<{ insertion: number; expected: boolean }>('info', 'The card left the reader.', '', (f) =>
    f.expected ? 'The card was taken.' : 'The card was pulled out before the service was finished.',
  ),
  'card.notTaken': event<{ seconds: number }>(
    'warning',
    'The card is still in the reader after the visit asked for it.',
    'Take the card out and keep it for the holder.',
    (f) => `The card was not taken for ${f.seconds} s.`,
  ),
  'card.retained': event<{ claim: string; why: string; insertion: number; last4?: string; token?: string }>(
    'warning',
    'A card was taken into the bin, because nobody took it (notTaken) or it did not come out (notEjected). Its claim number is on the slip and was on the screen.',
    'Empty the bin, keep the card under its claim number; give it to the holder against an identity document, or destroy it when its time is over.',
    (f) =>
      `The card${f.last4 === undefined ? '' : ` ending ${f.last4}`} was kept in the bin (${f.why}); claim number ${f.claim}.`,
  ),
  'card.stuck': event<{ why: string; insertion: number }>(
    'fault',
    'A card could neither be given back nor surely be taken into the bin.',
    'Go to the kiosk; open the reader, look in path and bin, keep the card for the holder.',
    (f) => `The card could neither be given back nor surely be kept (${f.why}).`,
  ),
  'card.found': event<{ insertion: number; match: string; last4?: string }>(
    'warning',
    'A card was in the reader when it was first looked at, at a start or after an outage. Match with the visit that was cut off: same, presumed (nothing to compare), other, none.',
    'See card.retained or card.removed for what became of it.',
    (f) =>
      `A card${f.last4 === undefined ? '' : ` ending ${f.last4}`} was found in the reader (the cut-off visit\u2019s: ${f.match}).`,
  ),
  'card.read': event<{
    class: string;
    social: boolean;
    financial: boolean;
    cardToken?: string;
    panToken?: string;
    last4?: string;
  }>(
    'info',
    'The chip was read.',
    '',
    (f) =>
      `The card was read: class ${f.class}, ${f.social ? 'with' : 'without'} social security application, ${f.financial ? `with bank application ending ${f.last4 ?? '?'}` : 'without bank application'}.`,
  ),
  'document.read': event<{ kind: string; grade: string; token: string; warnings: string }>(
    'info',
    'An identity document was read.',
    '',
    (f) =>
      `A document was read: ${f.kind}, by ${f.grade}${f.warnings === 'none' ? '' : `, with a warning (${f.warnings})`}.`,
  ),
  'document.notRead': event<{ why: string; kind: string }>(
    'notice',
    'An identity document was not accepted, or could not be read.',
    'If it happens with every document, look at the reader.',
    (f) => `No document was read: ${f.why}${f.kind === 'unknown' ? '' : ` (${f.kind})`}.`,
  ),
  'document.takenBack': event<{ how: string }>(
    'info',
    'Whether the document was taken back: taken, left behind, or not sensed by this reader.',
    'If it was left behind, look for it on the reader.',
    (f) => takenBack[f.how] ?? `The document: ${f.how}.`,
  ),
  'card.readFailed': event<{ why: string; part: string }>(
    'notice',
    'The chip could not be read or was refused.',
    '',
    (f) => `The card could not be used (${f.part}): ${f.why}.`,
  ),
  'card.genuine': event<{ by: string }>(
    'info',
    'A host confirmed that the chip is genuine.',
    '',
    (f) => `The chip was found genuine (${named(f.by)}).`,
  ),
  'card.holderCompared': event<{ result: string }>(
    'info',
    'The holder in both applications was compared.',
    'notCompared: the bank application carries no ID number.',
    (f) => `The holder of both halves of the chip: ${f.result}.`,
  ),
  'card.warning': event<{ what: string }>(
    'notice',
    'A check on the card\u2019s data gave a warning; the service goes on.',
    '',
    (f) => `Card data warning: ${f.what}.`,
  ),
  'card.classDisagreement': event<{ chip: string; host: string; bin: string }>(
    'warning',
    'Chip, host and BIN do not agree on the class of the card.',
    'The holder was sent to the counter.',
    (f) => `The class of the card is in doubt (chip ${f.chip}, host ${f.host}, BIN ${f.bin}).`,
  ),
  'pin.entered': event<{ digits: number }>(
    'info',
    'A PIN was entered on the pad.',
    '',
    () => 'A PIN was entered on the pad.',
  ),
  'pin.notEntered': event<{ why: string }>(
    'info',
    'PIN entry ended without a PIN.',
    '',
    (f) => `No PIN was entered: ${f.why}.`,
  ),
  'cardPin.checked': event<{ result: string }>(
    'info',
    "The chip was given its own PIN to check; a wrong one costs one of the chip's tries.",
    '',
    (f) => `The chip said of its PIN: ${f.result}.`,
  ),
  'cardPin.notTaken': event<{ why: string }>(
    'info',
    'Another new PIN for the card itself was asked for.',
    '',
    (f) => `The new PIN of the card was not taken: ${f.why}.`,
  ),
  'balance.asked': event<{ stan: string }>(
    'info',
    'The balance was asked for at the bank core.',
    '',
    (f) => `The balance was asked for (number ${f.stan}).`,
  ),
  'balance.answered': event<{ leg: string; state: string; why?: string }>(
    'info',
    'A leg of the balance inquiry was answered.',
    '',
    (f) => `${f.leg}: ${f.state}${reason(f.why)}.`,
  ),
  'balance.dormant': event<{ panToken: string }>(
    'alarm',
    'The bank core reports a social security account as dormant, which it may never be (BRIEF-04).',
    'Report to the bank\u2019s operations; the customer was not refused.',
    () => 'The bank core reports a social security account as dormant.',
  ),
  'cards.found': event<{ cards: number; province: string; bank: string; forWhom: string; token: string }>(
    'info',
    'Both hosts were asked who the person is and which cards there are.',
    '',
    (f) => `${f.cards} card(s) were found (card management: ${f.province}, bank core: ${f.bank}; for ${f.forWhom}).`,
  ),
  'cards.notFound': event<{ why: string }>(
    'notice',
    'The hosts could not be asked for the cards of a person, or know nobody like that.',
    '',
    (f) => `No cards were found: ${f.why}.`,
  ),
  'cards.notTheHolder': event<{ token: string }>(
    'warning',
    'Document and card are of two people.',
    'If it repeats, somebody may be trying cards that are not theirs.',
    () => 'The card that was presented is not the document holder\u2019s.',
  ),
  'check.passed': event<{ by: string; act: string; token: string }>(
    'info',
    'A person proved to be the holder.',
    '',
    (f) => `Who stands here was checked for ${f.act}: ${f.by}.`,
  ),
  'check.failed': event<{ by: string; act: string; why: string }>(
    'notice',
    'A check of who stands here was not passed, or could not be made.',
    'If it repeats, somebody may be trying to act for another.',
    (f) => `The check for ${f.act} (${f.by}) was not passed: ${f.why}.`,
  ),
  'staff.approved': event<{ act: string; by: string; token?: string }>(
    'notice',
    'A member of the staff stood for an act: at the branch, or at the kiosk with card and PIN (token: which card).',
    '',
    (f) => `Staff approved ${f.act} (${f.by}).`,
  ),
  'staff.refused': event<{ act: string; by: string; why: string; token?: string }>(
    'warning',
    'An approval by staff did not come about: the branch said no, or a staff card was put in and something was wrong.',
    'ownApproval, notGenuine, unknownStaff: find out who tried. wrongPin: the same if it repeats.',
    (f) => `No approval of ${f.act} (${f.by}): ${f.why}.`,
  ),
  'staff.signedOn': event<{ token: string; role: string; offline: boolean }>(
    'notice',
    'A member of the staff opened the maintenance pages with card and PIN (token: which card).',
    '',
    (f) => `Staff (${f.role}) signed on to maintenance${f.offline ? ' without the bank' : ''}.`,
  ),
  'staff.countersigned': event<{ act: string; token: string; second: string }>(
    'notice',
    'A second member of the staff, with another card, stood beside the first for an act that takes two persons.',
    '',
    (f) => `Two members of the staff stood for: ${f.act}.`,
  ),
  'keys.loaded': event<{
    device: string;
    outcome: string;
    token: string;
    second: string;
    checkValue?: string;
    why?: string;
  }>(
    'notice',
    'Two members of the staff booked that the terminal master key was loaded into the PIN pad by the maker’s loader; the bank’s working key under it was agreed on, or not.',
    'Not agreed: the pad holds another master key than the bank, or none. Load it again with the bank’s people.',
    ({ outcome, checkValue, why }) =>
      outcome === 'agreed'
        ? `The PIN pad’s master key was loaded; bank and pad agree (check value ${checkValue}).`
        : `The PIN pad’s master key was loaded; bank and pad do not agree${why === undefined ? '' : ` (${why})`}.`,
  ),
  'staff.signedOff': event<{ token: string; why: string; seconds: number }>(
    'notice',
    'The maintenance pages are closed: signed off, or the card left, nobody acted, the shift is over, the page is gone.',
    '',
    (f) => `Staff signed off from maintenance (${f.why}) after ${f.seconds} s.`,
  ),
  'device.tested': event<{
    device: string;
    test: string;
    outcome: string;
    seconds: number;
    token: string;
    why?: string;
  }>(
    'notice',
    'A member of the staff tested a device on the maintenance pages.',
    'If it failed: see the fault table of the driver.',
    (f) => `The ${named(f.device)} was tested (${f.test}): ${f.outcome}${reason(f.why)}.`,
  ),
  'kiosk.restart': event<{ what: string; reason: string; token: string }>(
    'notice',
    'A member of the staff had the daemon, the browser or the machine started again.',
    '',
    (f) => `The ${f.what} was started again by staff (${f.reason}).`,
  ),
  'device.reopened': event<{ device: string; token: string }>(
    'notice',
    'A member of the staff had the port of a device opened again.',
    '',
    (f) => `The port of the ${named(f.device)} was let go of and opened again by staff.`,
  ),
  'selfTest.done': event<{ by: string; well: number; look: number; bad: number; what?: string }>(
    'notice',
    'The kiosk looked at everything that a day needs.',
    '',
    (f) =>
      `The self-test (${f.by}) found ${f.well} well, ${f.look} to look at, ${f.bad} in the way${f.what === undefined ? '' : `: ${f.what}`}.`,
  ),
  'kiosk.closed': event<{ reason: string; token: string }>(
    'warning',
    'Staff took the kiosk out of service. It stays so over a restart.',
    'Put it back into service on the maintenance pages when the work is done.',
    (f) => `The kiosk was taken out of service by staff: ${f.reason}.`,
  ),
  'kiosk.opened': event<{ token: string }>(
    'notice',
    'Staff put the kiosk back into service.',
    '',
    () => 'The kiosk was put back into service by staff.',
  ),
  'cabinet.opened': event<{ token?: string }>(
    'warning',
    'The door of the cabinet was opened, or was found open at the start. A visit ends, and staff who had signed on are signed off.',
    'Was anybody of the staff at the machine then? If not, call security.',
    (f) =>
      `The cabinet was opened${f.token === undefined ? '; nobody had signed on' : ', while a member of the staff was signed on'}.`,
  ),
  'cabinet.closed': event<{ seconds: number }>(
    'notice',
    'The door of the cabinet was closed.',
    '',
    (f) => `The cabinet was closed after ${f.seconds} s.`,
  ),
  'cabinet.switched': event<{ to: string }>(
    'notice',
    'The operator switch was turned. A visit in progress is not interrupted.',
    '',
    (f) => `The operator switch was turned to ${f.to}.`,
  ),
  'mains.lost': event(
    'alarm',
    'The machine runs from its battery. A visit ends, cards and documents are given back first.',
    'Find out why, and bring the mains back before the battery is empty.',
    () => 'The mains were lost; the kiosk runs from its battery.',
  ),
  'mains.back': event<{ seconds: number }>(
    'notice',
    'The mains are back.',
    '',
    (f) => `The mains came back after ${f.seconds} s.`,
  ),
  'vendorMode.entered': event<{ by: string; unanswered: number }>(
    'notice',
    'The machine is in vendor mode: no visit begins. By: the operator switch, or a standard client.',
    'Turn the switch back, or have the client leave the mode, when the work is done.',
    (f) =>
      `Vendor mode was entered (${f.by})${f.unanswered === 0 ? '' : `; ${f.unanswered} registered clients had not answered`}.`,
  ),
  'vendorMode.exited': event('notice', 'Vendor mode is over.', '', () => 'Vendor mode was left.'),
  'staff.lockedOut': event<{ by: string; token: string; seconds?: number }>(
    'warning',
    'Too many wrong PINs for a staff card: the kiosk makes its owner wait, or the bank has locked the card.',
    'bankCore: the bank gives the card a new PIN.',
    (f) => `A staff card is locked (${f.by})${f.seconds === undefined ? '' : ` for ${f.seconds} s`}.`,
  ),
  'act.refused': event<{ act: string; why: string }>(
    'notice',
    'An act was refused before any host was asked.',
    '',
    (f) => `${f.act} was refused: ${f.why}.`,
  ),
  'act.answered': event<{ act: string; leg: string; state: string; why?: string }>(
    'info',
    'What the person was told about one side of an act.',
    '',
    (f) => `${f.act}, ${f.leg}: ${f.state}${reason(f.why)}.`,
  ),
  'act.proven': event<{ act: string; proven: boolean }>(
    'info',
    'An account that was just opened for use was tried once with its chip and its new PIN.',
    'If it was not proven again and again, compare the bank\u2019s records with the journal.',
    (f) => (f.proven ? 'The account was tried and works.' : 'The account could not be tried, or did not work yet.'),
  ),
  'saga.began': event<{ saga: string; kind: string; what: string; case: string; plan: string }>(
    'info',
    'A business act was taken on: from here on it is seen through, whatever happens to the machine.',
    '',
    (f) => `The act "${f.what}" was taken on (case ${f.case}).`,
  ),
  'saga.intent': event<{ saga: string; step: string; key: string; attempt: number }>(
    'info',
    'A step of an act is about to be done at a host; written before anything is sent.',
    '',
    (f) => `${f.step}: about to be done${f.attempt > 1 ? ` (attempt ${f.attempt})` : ''}.`,
  ),
  'saga.result': event<{ saga: string; step: string; what?: string; outcome: string; why?: string; facts?: string }>(
    'info',
    'What became of a step: done, already so, refused, not done, unknown (it is asked about until known), or unresolved.',
    'unresolved: see the task of saga.unresolved.',
    (f) => `${f.step}: ${f.outcome}${reason(f.why)}.`,
  ),
  'saga.unresolved': event<{ saga: string; step: string; what: string; task: string; card: string; why: string }>(
    'alarm',
    'Nobody could be got to say what became of a step, or somebody else acted meanwhile: a person has to look.',
    'Do the task; it stays on the list of unresolved items until it is signed off.',
    (f) => `${f.step}: a person has to look (${f.why}): ${taskWords({ ...f, act: f.what })[1]}`,
  ),
  'saga.signedOff': event<{ saga: string; step: string; what: string; finding: string; token: string }>(
    'notice',
    'A member of the staff has found out what became of a step that nobody could settle: the host has done it, or has not (token: whose card).',
    '',
    (f) =>
      `${f.step}: staff found out that ${f.what} was ${f.finding === 'done' ? 'done' : 'not done'} (${short(f.token)}).`,
  ),
  'saga.settled': event<{ saga: string; outcome: string }>(
    'info',
    'Nothing is left to do or to find out for an act.',
    '',
    (f) => `The act is settled: ${f.outcome}.`,
  ),
  'day.due': event<{ day: number; since: string }>(
    'warning',
    'The cut-over (dayEnd.cutOver) has passed and the business day is not closed; since: that cut-over, China time. The kiosk goes on serving.',
    'Two persons of the branch close the day on the maintenance pages, under Day.',
    (f) => `Day ${f.day} is due to be closed since ${f.since}.`,
  ),
  'day.stopped': event<{ day: number; token: string }>(
    'notice',
    'Staff began the day-end: no visit begins until the day is closed or the day-end is put off.',
    '',
    (f) => `The day-end of day ${f.day} began.`,
  ),
  'day.drained': event<{ day: number; open: number }>(
    'info',
    'What was still on its way to the hosts was waited for.',
    'If acts are open, their number is: they are carried into the next day by name.',
    (f) => (f.open === 0 ? 'Nothing waits any more.' : `${f.open} act(s) are still on the way.`),
  ),
  'day.read': event<{ day: number; leg: string; totals?: string; why?: string }>(
    'info',
    'A host was asked how often it has done each act for this kiosk, ever.',
    'If it could not be asked, the day may be closed with that said; the next reading makes up for it.',
    (f) => (f.why === undefined ? `The ${f.leg} host told its totals.` : `The ${f.leg} host told no totals: ${f.why}.`),
  ),
  'day.compared': event<{ day: number; points: string }>(
    'info',
    'Hosts, journal and card stock were compared; points: what does not add up or is still open.',
    'Look at each point; nothing is closed with one that nobody explained.',
    (f) => (f.points === '' ? 'Everything adds up.' : `To be looked at: ${f.points}.`),
  ),
  'day.left': event<{ day: number; token: string }>(
    'notice',
    'Staff put the day-end off; the kiosk serves again, and the day goes on.',
    '',
    (f) => `The day-end of day ${f.day} was put off.`,
  ),
  'day.refused': event<{ day: number; why: string; points: string }>(
    'warning',
    'The day could not be signed; points: what blocks it.',
    'A card that is missing or over: count again, look in path and bin; what is truly missing is booked by two persons.',
    (f) => `Day ${f.day} could not be signed (${f.why}): ${f.points}.`,
  ),
  'day.signed': event<{ day: number; first: string; second: string; report: string; accepted: string }>(
    'notice',
    'Two members of the staff signed the day (tokens: whose cards); from here on it is the next one. report: what they signed.',
    '',
    (f) => `Day ${f.day} was signed by ${short(f.first)} and ${short(f.second)}.`,
  ),
  'day.printed': event<{ day: number; outcome: string; why?: string; copy?: boolean }>(
    'info',
    'The slip of a closed day was printed, or was not.',
    'Print it again on the maintenance pages.',
    (f) => `The slip of day ${f.day}${f.copy === true ? ' (again)' : ''}: ${f.outcome}${reason(f.why)}.`,
  ),
  'day.opened': event<{ day: number }>('notice', 'The next business day is open.', '', (f) => `Day ${f.day} is open.`),
  'day.carried': event<{ state: string }>(
    'info',
    'The books of the running day as a whole, so that the journal may let go of what is before.',
    '',
    () => 'The books of the day were carried forward.',
  ),
  'retained.handedBack': event<{ claim: string; token: string; document: string }>(
    'notice',
    'A card that the kiosk had kept was given back to its holder, whose identity document was seen (token: by whom).',
    '',
    (f) => `The card with claim number ${f.claim} was handed back (${f.document} seen; ${short(f.token)}).`,
  ),
  'retained.destroyed': event<{ claim: string; token: string }>(
    'notice',
    'A card that the kiosk had kept, and that nobody fetched in time, was destroyed (token: by whom).',
    '',
    (f) => `The card with claim number ${f.claim} was destroyed (${short(f.token)}).`,
  ),
  'receipt.printed': event<{ form: string; outcome: string; why?: string }>(
    'info',
    'A receipt job ended.',
    'unknown: look whether paper came out.',
    (f) => `Receipt "${f.form}": ${f.outcome}${reason(f.why)}.`,
  ),
  'wire.badFrames': event<{ connection: number; role: string; count: number }>(
    'warning',
    'A client sends messages that cannot be read.',
    'Find out which program it is.',
    (f) => `Client ${f.connection} (${f.role}) sent ${f.count} unreadable messages.`,
  ),
  'wire.refused': event<{ why: string }>(
    'warning',
    'A connection was refused.',
    'A foreign Host or Origin means that some web page tried.',
    (f) => `A connection was refused: ${f.why}.`,
  ),
  bug: event<{ where: string; what: string }>(
    'fault',
    'A fault in the software itself.',
    'Send the journal to the makers.',
    (f) => `Software fault in ${f.where}: ${f.what}.`,
  ),
} as const;

export type EventId = keyof typeof events;
export type EventFields<Id extends EventId> = (typeof events)[Id] extends EventFacts<infer F> ? F : never;
