/**
 * The page, put together: daemon -> typed client -> port -> machine -> View -> <kiosk-app>, and back as UiEvents.
 *
 *   /kiosk/v1/Kiosk  <->  KioskClient  <->  World, KioskPort  <->  Kiosk (state-machines)  <->  <kiosk-app>
 *   /content/*.json   ->  IndexedDB    ->  packs                                            ->  <kiosk-app>
 */
import { createKioskClient } from '#protocol/client/kiosk-client.ts';
import { createKiosk } from '#state-machines/index.ts';
import type { View } from '#state-machines/screens.ts';
import './app.ts';
import { afterPaint } from './components/after-paint.ts';
import { covered, nameFonts, textFonts } from './fonts.ts';
import { fetchLazyParts } from './lazy.ts';
import { deadlines } from './port/deadlines.ts';
import { startHeartbeat } from './port/heartbeat.ts';
import { askBootId, watchRecovery } from './port/recovery.ts';
import { serviceUrl, socketsOf } from './port/socket.ts';
import { createWirePort } from './port/wire-port.ts';
import { createWorld } from './port/world.ts';
import { Sound } from './sound.ts';
import { watchStaffDoor } from './staff-door.ts';
import { Content } from './store/content.ts';
import { openDatabase } from './store/database.ts';
import { Health } from './store/health.ts';
import { watchPage } from './store/page-watch.ts';
import { tokens } from './styles/tokens.ts';

/** Screens that a reload takes nothing away from. */
const restful: ReadonlySet<View['screen']['name']> = new Set(['starting', 'out-of-service', 'attract']);
/** In production there is one browser, so a page that lost its place to another takes it back. */
const takeBackMs = 10_000;
/** A machine that failed is a bug; whoever stands there reads what happened before everything starts anew. */
const crashMs = 15_000;
const renewContentMs = 3_600_000;
const fetchAgainMs = 2_000;

const page = document.documentElement;
if (tokens.styleSheet !== undefined) document.adoptedStyleSheets = [tokens.styleSheet];
const app = document.querySelector('kiosk-app');
if (app === null) throw new Error('the page has no <kiosk-app>');
const reload = (): void => location.reload();

// --- the daemon
const client = createKioskClient({ url: serviceUrl(location, 'Kiosk'), openSocket: socketsOf(loseThePlace) });
const world = createWorld(client);

function loseThePlace(): void {
  client.close();
  if (app !== null) app.replaced = true;
  if (world.snapshot?.kiosk.profile === 'production') setTimeout(reload, takeBackMs);
}

// --- what the browser keeps
const store = openDatabase();
const database = store.then((opened) => (opened.ok ? opened.value : undefined));
const health = database.then(
  (opened) =>
    new Health({
      database: opened,
      report: async (events) => {
        const reply = await client.request(
          'Visit.ReportHealth',
          { events: [...events] },
          {
            deadlineMs: deadlines.quickMs,
          },
        );
        return reply.ok && reply.value.completionCode === 'success' ? reply.value.payload.taken : undefined;
      },
    }),
);
const note: Health['note'] = async (kind, detail) => (await health).note(kind, detail);
const noteStorage = (error: unknown): Promise<void> =>
  note('storageFailed', error instanceof Error ? error.name : 'unknown');
const content = database.then(
  (opened) =>
    new Content({
      database: opened,
      show: (packs) => {
        app.packs = packs;
      },
      onMissing: (kind) => void note('contentMissing', kind),
      onStorageFailed: (error) => void noteStorage(error),
    }),
);
const renewContent = async (): Promise<void> => (await content).renew();
void content.then((kept) => kept.restore()).then(renewContent);
setInterval(() => void renewContent(), renewContentMs);
void health.then(watchPage);
void store.then((opened) => (opened.ok ? undefined : noteStorage(opened.error)));

// --- the machine and its face
const kiosk = createKiosk(createWirePort(client, world), {
  onCrash: (error) => {
    void note('scriptError', error instanceof Error ? `machine: ${error.message}` : 'machine');
    setTimeout(reload, crashMs);
  },
});
app.send = (event) => (app.replaced ? reload() : kiosk.send(event));

let { view } = kiosk;
let isFetching = false;
/** What the first screen does without; after that every screen can be drawn, whatever the daemon does. */
const fetchTheRest = async (): Promise<void> => {
  for (let tries = 1; app.lazyParts === undefined; tries += 1) {
    try {
      app.lazyParts = await fetchLazyParts();
    } catch {
      if (tries === 1) void note('contentMissing', 'screens');
      await new Promise((done) => setTimeout(done, fetchAgainMs));
    }
  }
};
const show = (): void => {
  app.view = view;
  if (isFetching || view.screen.name === 'starting') return;
  isFetching = true;
  afterPaint(() => void fetchTheRest());
};
const sound = new Sound();
kiosk.subscribe((next) => {
  view = next;
  if (app.view !== undefined) show();
  sound.follow(next);
  // Names come from cards, which only a visit reads.
  if (next.visitId !== undefined) nameFonts();
});
void textFonts().then(show);

// --- time, size, life
/** The lobby's clock is the daemon's, which follows the network's time; this machine's own when there is no daemon. */
let offsetMs = 0;
let connected = false;
/** As XFS4IoT counts it. */
const loudest = 1_000;
world.subscribe((event) => {
  if (event.type === 'DISCONNECTED' && connected) void note('connectionLost', view.screen.name);
  if (event.type === 'SNAPSHOT') {
    const { time, display, kiosk: place } = event.snapshot;
    offsetMs = Date.parse(time) - Date.now();
    sound.volume = (display.volume ?? loudest) / loudest;
    page.style.setProperty('--mm', `${display.pixelsPerMillimetre}px`);
    // And from the bank's configuration, which every screen shows.
    if (!connected && !covered(`${place.bankName}${place.branchName}`)) nameFonts();
    if (!connected) void health.then((kept) => kept.deliver());
  }
  if (event.type === 'SNAPSHOT' || event.type === 'DISCONNECTED') connected = event.type === 'SNAPSHOT';
});
client.onReconnected(() => {
  void note('connectionRestored', view.screen.name);
  void renewContent();
});
startHeartbeat(
  client,
  () => view,
  () => {
    const now = new Date(Date.now() + offsetMs);
    if (Math.floor(now.getTime() / 60_000) !== Math.floor(app.now.getTime() / 60_000)) app.now = now;
  },
);
watchRecovery({
  client,
  bootId: () => world.snapshot?.bootId,
  atRest: () => restful.has(view.screen.name),
  reload,
  askBootId,
});
/** The operator switch calls for staff: the screen goes to their page when nobody is served. */
const followSwitch = (): void => {
  if (connected && world.snapshot?.operatorScreen === true && restful.has(view.screen.name))
    location.assign('/maintenance');
};
kiosk.subscribe(followSwitch);
world.subscribe(followSwitch);
watchStaffDoor(
  // Without the daemon there is no page of theirs to be had.
  () => connected && restful.has(view.screen.name),
  () => location.assign('/maintenance'),
);
