/** The real machines on the real daemon: what a person would see, without a browser to draw it. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWirePort } from '#kiosk-ui/port/wire-port.ts';
import { createWorld } from '#kiosk-ui/port/world.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import { createKiosk, type Kiosk, type Screen, type ScreenName, type View } from '#state-machines/index.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';

/** How long a machine under load may take for what takes a second. */
const patienceMs = 30_000;

let kiosk: NodeKiosk;
let page: Page;
let face: Kiosk;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
});

afterAll(async () => {
  await kiosk.stop();
});

beforeEach(async () => {
  await kiosk.bench.reset();
  page = await kiosk.page();
  await page.ready();
  face = createKiosk(createWirePort(page.client, createWorld(page.client)));
  await sees('attract');
});

afterEach(() => {
  face.stop();
});

/** Waits for a view; fails with what is there instead. */
function until(what: string, holds: (view: View) => boolean): Promise<View> {
  return new Promise((resolve, reject) => {
    const look = (view: View) => {
      if (!holds(view)) return;
      clearTimeout(late);
      stop();
      resolve(view);
    };
    const late = setTimeout(() => {
      stop();
      reject(new Error(`never saw ${what}, but ${JSON.stringify(face.view.screen)}`));
    }, patienceMs);
    const stop = face.subscribe(look);
    look(face.view);
  });
}

async function sees<N extends ScreenName>(name: N): Promise<Extract<Screen, { name: N }>> {
  const { screen } = await until(name, (view) => view.screen.name === name);
  return screen as Extract<Screen, { name: N }>;
}

async function looksUpBalance(card: WalletCardId): Promise<void> {
  face.send({ type: 'CHOOSE_SERVICE', service: 'balance' });
  await sees('insert-card');
  await kiosk.bench.cardReader.insert(card);
}

async function entersPin(keys = `${kiosk.bench.firstPin}E`): Promise<void> {
  await until('the pad listening', ({ screen }) => screen.name === 'enter-pin' && screen.ready);
  kiosk.bench.pinPad.press(keys);
}

test('the card first: the visit begins by itself, and goes to the balance and home again', async () => {
  await kiosk.bench.cardReader.insert('gen3-active');
  await sees('home');
  face.send({ type: 'CHOOSE_SERVICE', service: 'balance' });
  await entersPin();
  const hidden = await sees('balance');
  expect(hidden).toMatchObject({ amounts: 'hidden', medical: { balance: null }, cardIn: 'inserted' });
  face.send({ type: 'TOGGLE_AMOUNTS' });
  expect(face.view.screen).toMatchObject({ amounts: 'visible', medical: { state: 'done', balance: '1830.50' } });
  face.send({ type: 'PRINT' });
  expect(await sees('print-result')).toMatchObject({ outcome: 'done' });
  face.send({ type: 'DONE' });
  await sees('take-card');
  await kiosk.bench.cardReader.remove();
  expect(await sees('goodbye')).toMatchObject({ card: 'taken', why: 'completed' });
});

test('the language is changed at the PIN: screen and slip follow, the next person begins in the default', async () => {
  await looksUpBalance('gen3-active');
  await sees('enter-pin');
  face.send({ type: 'SET_PREFERENCE', change: { language: 'en' } });
  expect(face.view.preferences.language).toBe('en');
  await entersPin();
  await sees('balance');
  face.send({ type: 'PRINT' });
  await sees('print-result');
  expect(kiosk.bench.printer.receipts().at(-1)?.lines.join('\n')).toContain('Medical insurance account');
  face.send({ type: 'DONE' });
  await kiosk.bench.cardReader.remove();
  await sees('goodbye');
  face.send({ type: 'TOUCH' });
  await sees('attract');
  expect(face.view.preferences.language).toBe('zh-Hans');
});

test('the card is pulled at the PIN, put back, and the way goes on', async () => {
  await looksUpBalance('gen3-active');
  await until('the pad listening', ({ screen }) => screen.name === 'enter-pin' && screen.ready);
  await kiosk.bench.cardReader.remove();
  expect(await sees('card-problem')).toMatchObject({ problem: 'cardRemoved', card: 'none', retry: 'insertAgain' });
  face.send({ type: 'RETRY' });
  await sees('insert-card');
  await kiosk.bench.cardReader.insert('gen3-active');
  await entersPin();
  await sees('balance');
  face.send({ type: 'END' });
  await kiosk.bench.cardReader.remove();
  await sees('goodbye');
});

test('no PIN: the bank is not asked, the social side is shown', async () => {
  await looksUpBalance('gen3-active');
  await until('the pad listening', ({ screen }) => screen.name === 'enter-pin' && screen.ready);
  face.send({ type: 'CONTINUE' });
  expect(await sees('balance')).toMatchObject({ financial: { state: 'notAsked' }, social: { state: 'done' } });
  face.send({ type: 'END' });
  await kiosk.bench.cardReader.remove();
  await sees('goodbye');
});

test('a wrong PIN: the tries left are told, and before the last the person decides', async () => {
  await looksUpBalance('gen3-active');
  await entersPin('999999E');
  await until('two tries', ({ screen }) => screen.name === 'enter-pin' && screen.triesLeft === 2);
  await entersPin('999999E');
  expect(await sees('pin-problem')).toMatchObject({ problem: 'lastTry', triesLeft: 1 });
  face.send({ type: 'RETRY' });
  await entersPin();
  expect(await sees('balance')).toMatchObject({ financial: { state: 'done' } });
  face.send({ type: 'END' });
  await kiosk.bench.cardReader.remove();
  await sees('goodbye');
});

test('the connection breaks at the PIN: the person is told, and the daemon ends the visit', async () => {
  await looksUpBalance('gen3-active');
  await sees('enter-pin');
  const visit = face.view.visitId ?? '';
  page.close();
  expect(await sees('visit-ended')).toMatchObject({ why: 'connectionLost', card: 'unknown' });
  await kiosk.bench.cardReader.remove();
  await expect
    .poll(() => kiosk.sentences(visit).at(-1), { timeout: patienceMs })
    .toMatch(/^The visit ended \(connectionLost\) after \d+ s; card: taken\.$/);
});
