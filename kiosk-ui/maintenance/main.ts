/**
 * The page of staff at the machine, at /maintenance:
 *
 *   /kiosk/v1/Maintenance  <->  KioskClient  <->  MaintenancePort  <->  maintenanceMachine  <->  <kiosk-maintenance>
 *
 * A page of its own: nothing of it is on the customers' page, and whoever closes it goes back there.
 */
import 'kiosk-fonts/text.css';
// Its words are the staff's: their characters are fetched here, not with the kiosk's first screen.
import 'kiosk-fonts/names.css';
import { createActor } from 'xstate';
import { createKioskClient } from '#protocol/client/kiosk-client.ts';
import { maintenanceMachineWith } from '#state-machines/maintenance.ts';
import { pageStyle } from '../devices/styles.ts';
import { askBootId, watchRecovery } from '../port/recovery.ts';
import { serviceUrl, socketsOf } from '../port/socket.ts';
import { tokens } from '../styles/tokens.ts';
import './page.ts';
import { createMaintenancePort } from './port.ts';

document.adoptedStyleSheets = [tokens, pageStyle].flatMap(({ styleSheet }) => styleSheet ?? []);
const page = document.querySelector('kiosk-maintenance');
if (page === null) throw new Error('the page has no <kiosk-maintenance>');

const askAgainMs = 1_000;
const client = createKioskClient({
  url: serviceUrl(location, 'Maintenance'),
  // Another page of staff has taken the place of this one.
  openSocket: socketsOf(() => void toCustomers()),
});
/** Not before the daemon is there to serve their page: the browser's own error would stand in its place. */
async function toCustomers(): Promise<void> {
  client.close();
  while ((await askBootId()) === undefined) await new Promise((done) => setTimeout(done, askAgainMs));
  location.assign('/');
}
// Whoever was signed on when the connection broke is not any more: there is nothing that a reload would take away.
watchRecovery({
  client,
  bootId: () => undefined,
  atRest: () => true,
  reload: () => location.reload(),
  askBootId,
});
const actor = createActor(maintenanceMachineWith(createMaintenancePort(client)));
/** The operator switch, or a client in vendor mode, called for this page. */
let called = false;
let leaving = false;
actor.subscribe((snapshot) => {
  page.snapshot = snapshot;
  const { state } = snapshot.context;
  const before = called;
  called = state === undefined ? called : state.operatorScreen === true;
  // The switch was turned back: whoever has signed on is not interrupted.
  leaving = !called && (leaving || before);
  if (snapshot.status === 'done' || (leaving && state?.occupied === false)) void toCustomers();
});
page.send = (event) => actor.send(event);
actor.start();

// Nobody who reads is signed off: a touch is told, as often as the daemon needs to hear it.
const stayEveryMs = 10_000;
let toldAtMs = 0;
addEventListener('pointerdown', () => {
  actor.send({ type: 'TOUCH' });
  if (!actor.getSnapshot().matches('signedOn') || performance.now() - toldAtMs < stayEveryMs) return;
  toldAtMs = performance.now();
  void client.request('Maintenance.Stay', {}, { deadlineMs: stayEveryMs });
});
