import { triesEveryFault } from './kit/every-fault.ts';
import { test } from './kit/fixtures.ts';

// As device-faults.spec.ts, on a kiosk with a motorised card unit: two devices behind one cable, and the staff card in it.

test.skip(process.env['KIOSK_EVERY_FAULT'] === undefined, 'takes half an hour: KIOSK_EVERY_FAULT=1');
test.use({ hardware: 'crt591' });
test.describe.configure({ mode: 'default', retries: 0 });

const lost = 'ended: The card reader is unplugged or does not answer: signed off.';
/** Its driver is still trying. */
const silent = `${lost} Run npx kiosk doctor on the machine and do as it says.`;
const unknownStatus = 'Failed: What its sensors say is in no list: is it the right model?';
const unitGone = {
  silent,
  unplugged: `${lost} No such port, or unplugged. Check cable and power`,
  'cable.silent': silent,
  'cable.deaf': silent,
  'cable.garbage': silent,
};

triesEveryFault({
  board: 'card-reader',
  device: 'cardDispenser',
  told: {
    ...unitGone,
    // Its sensors are looked at, and no card is moved: the chip is the staff card's, the gate shows with the next one.
    mute: 'Passed',
    gateBlocked: 'Passed',
    hopperEmpty: 'Failed: The hopper is empty',
    hopperLow: 'Passed',
    binFull: 'Failed: The bin is full',
    unknownStatus,
  },
});

triesEveryFault({
  board: 'card-reader',
  device: 'cardReader',
  told: {
    ...unitGone,
    mute: 'Failed: The chip does not answer',
    // The card is in: it is read, and neither hopper nor bin is needed for it.
    gateBlocked: 'Passed',
    hopperEmpty: 'Passed',
    hopperLow: 'Passed',
    binFull: 'Passed',
    unknownStatus,
  },
});
