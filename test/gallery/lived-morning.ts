import { benchCardPin } from '#simulators/wallet/wallet.ts';
import { agrees, entersPins, freezes, newPin, picksPin } from '../e2e/kit/acts.ts';
import type { Person } from '../e2e/kit/fixtures.ts';

/** Commands to the chip until it has heard the new PIN: SELECT, then CHANGE PIN. */
const commandsToChange = 3;

/** Four people before staff come, so that the pages have something to tell. With the reader that keeps cards. */
export async function livesMorning(person: Person): Promise<void> {
  const { bench, pin } = person.kiosk;
  const goes = async (): Promise<void> => {
    await person.leaves();
    await person.saysGoodbye();
  };

  await person.looksUpBalance('gen3-active');
  await person.entersPin(pin);
  await person.sees('balance');
  await person.touches('PRINT');
  await person.sees('print-result');
  await goes();

  // The chip has heard the new PIN, and nobody the answer.
  await person.chooses('pin');
  await picksPin(person, 'changeCardPin');
  await agrees(person, 'new-pin');
  await entersPins(person, benchCardPin, newPin, newPin);
  await bench.fault('card-reader', { pullAtCommand: commandsToChange });
  await agrees(person, 'act-result', 'act-problem');
  await person.taps('button[data-event=DONE], button[data-event=END]');
  await person.saysGoodbye();

  await person.chooses('lossReport');
  await freezes(person);
  await goes();

  await person.looksUpBalance('gen1-citizen');
  await person.sees('balance');
  await bench.fault('card-reader', { gateBlocked: true });
  await person.touches('DONE');
  await person.sees('goodbye');
  await bench.fault('card-reader', { gateBlocked: false });
  await person.saysGoodbye();
}
