/**
 * The page, put together: daemon -> typed client -> port -> machine -> View -> <kiosk-app>, and back as UiEvents.
 *
 *   /kiosk/v1/Kiosk  <->  KioskClient  <->  World, KioskPort  <->  Kiosk (state-machines)  <->  <kiosk-app>
 */
import { createKioskClient } from '#protocol/client/kiosk-client.ts';
import { createKiosk } from '#state-machines/index.ts';
import type { View } from '#state-machines/screens.ts';
import './app.ts';
import { startHeartbeat } from './port/heartbeat.ts';
import { askBootId, watchRecovery } from './port/recovery.ts';
import { kioskUrl, socketsOf } from './port/socket.ts';
import { createWirePort } from './port/wire-port.ts';
import { createWorld } from './port/world.ts';
import { tokens } from './styles/tokens.ts';

/** Screens that a reload takes nothing away from. */
const restful: ReadonlySet<View['screen']['name']> = new Set(['starting', 'out-of-service', 'attract']);

const page = document.documentElement;
if (tokens.styleSheet !== undefined) document.adoptedStyleSheets = [tokens.styleSheet];

const client = createKioskClient({ url: kioskUrl(location), openSocket: socketsOf(() => undefined) });
const world = createWorld(client);
const kiosk = createKiosk(createWirePort(client, world));

const app = document.querySelector('kiosk-app');
if (app === null) throw new Error('the page has no <kiosk-app>');
app.send = (event) => kiosk.send(event);

/** The lobby's clock is the daemon's, which follows the network's time; this machine's own when there is no daemon. */
let offsetMs = 0;
world.subscribe((event) => {
  if (event.type !== 'SNAPSHOT') return;
  const { time, display } = event.snapshot;
  offsetMs = Date.parse(time) - Date.now();
  page.style.setProperty('--mm', `${display.pixelsPerMillimetre}px`);
});
const tellTime = (): void => {
  const now = new Date(Date.now() + offsetMs);
  if (Math.floor(now.getTime() / 60_000) !== Math.floor(app.now.getTime() / 60_000)) app.now = now;
};

let view = kiosk.view;
const show = (next: View): void => {
  view = next;
  app.view = next;
};
show(view);
kiosk.subscribe(show);

startHeartbeat(client, () => view, tellTime);
watchRecovery({
  client,
  bootId: () => world.snapshot?.bootId,
  atRest: () => restful.has(view.screen.name),
  reload: () => location.reload(),
  askBootId,
});
