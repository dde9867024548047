import { type Subject, triesEveryFault } from './kit/every-fault.ts';
import { test } from './kit/fixtures.ts';

// Each device, each of its emulator's lasting faults, one touch on its test: what the page then says. Slow: drivers try
// for a while before they give up. `KIOSK_EVERY_FAULT=1`.

test.skip(process.env['KIOSK_EVERY_FAULT'] === undefined, 'takes half an hour: KIOSK_EVERY_FAULT=1');
// One device after the other on one kiosk: what is slow here is waiting, and a busy machine waits for too little.
test.describe.configure({ mode: 'default', retries: 0 });

const unplugged = 'Failed: no such port, or unplugged';
const silentPrinter = 'Failed: still silent after 3 openings';
const nothingComes = 'Failed: nothing comes, three starts in a row';
const noise = 'Failed: only noise comes';
const nothingCame = 'Failed: Nothing came from it in time: nobody acted, or it does not notice';
const babbles = 'Failed: it sends without a pause, more than it ever has to say';
const readerLost = 'ended: The card reader is unplugged or does not answer: signed off.';
const readerSilent = `${readerLost} Reader or pcscd did not answer in time. Another card; restart pcscd; another reader`;

const subjects: readonly Subject[] = [
  {
    board: 'printer',
    device: 'printer',
    told: {
      powerOff: silentPrinter,
      unplugged,
      coverOpen: 'Failed: cover or head open',
      paperOut: 'Failed: roll used up',
      paperLow: 'Passed',
      cutterJam: 'Failed: knife jammed',
      mechanicalError: 'Failed: mechanical fault: carriage, sensor',
      headHot: 'Failed: head too hot',
      unrecoverable: 'Failed: fault of its own: memory, supply',
      offline: 'Failed: offline without a cause',
      noAutomaticStatus: 'Passed',
      noRealTime: silentPrinter,
      noClear: 'Passed',
      noMarks: silentPrinter,
      lateMarks: silentPrinter,
      doubleMarks: 'Passed',
      silent: silentPrinter,
      deaf: silentPrinter,
      garbage: silentPrinter,
    },
  },
  {
    board: 'id-reader',
    device: 'identityReader',
    hand: (bench) => bench.place('resident'),
    told: {
      silent: nothingComes,
      powerOff: nothingComes,
      unplugged,
      'cable.silent': nothingComes,
      'cable.deaf': nothingComes,
      'cable.garbage': noise,
    },
  },
  {
    board: 'cabinet',
    device: 'cabinet',
    told: {
      unplugged: 'Failed: none of the configured files is there',
      contactsGone: 'Failed: a file of door, switch or supply is missing',
      garbled: 'Failed: it reads neither 0 nor 1',
      batteryGone: 'Failed: a file of door, switch or supply is missing',
      lightsGone: 'Failed: a guide light cannot be lit',
    },
  },
  {
    board: 'card-reader',
    device: 'cardReader',
    told: {
      unplugged: `${readerLost} pcscd runs, no reader has the name. Plug it in; compare name and setting`,
      serviceStopped: `${readerLost} pcscd does not run, or died. systemctl status pcscd`,
      serviceFrozen: readerSilent,
      mute: 'ended: The chip does not answer any more, or another card is in: signed off',
      silent: readerSilent,
      garbage: 'Failed: The chip stopped answering, or answers nonsense',
    },
  },
  {
    board: 'pin-pad',
    device: 'pinPad',
    hand: (bench) => bench.keys('1234567890BE'),
    told: {
      silent: nothingComes,
      batteryLow: 'Passed',
      masterKeyLost: 'Failed: no valid master key (A4, B5, F6): the battery was empty, or tampered',
      unplugged,
      'cable.silent': nothingComes,
      'cable.deaf': nothingComes,
      'cable.garbage': noise,
    },
  },
  {
    board: 'passport-reader',
    device: 'passportReader',
    hand: (bench) => bench.place('passport'),
    told: {
      silent: nothingCame,
      noise: babbles,
      unplugged,
      'cable.silent': nothingCame,
      // It has nothing to hear.
      'cable.deaf': 'Passed',
      'cable.garbage': 'Failed: It could not be read: the document is bad, or the line is noisy',
    },
  },
  {
    board: 'scanner',
    device: 'codeScanner',
    hand: (bench) => bench.scan('7K2M-04QX'),
    lingers: 'garbled',
    told: {
      silent: nothingCame,
      deafToTrigger: nothingCame,
      noise: babbles,
      unplugged,
      'cable.silent': nothingCame,
      'cable.deaf': nothingCame,
      'cable.garbage': noise,
    },
  },
];

for (const subject of subjects) triesEveryFault(subject);
