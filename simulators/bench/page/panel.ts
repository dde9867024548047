import type { Report, State } from './api.ts';
import { button, element, setText } from './dom.ts';
import { DeviceFaults, type FaultList, HostFaults } from './faults.ts';
import { peopleRows } from './people.ts';
import type { Store } from './store.ts';
import { isWord, type Language, say, sayState, type Word } from './words.ts';

const day = 86_400;

interface Row {
  readonly name:
    | 'card-reader'
    | 'pin-pad'
    | 'printer'
    | 'id-reader'
    | 'passport-reader'
    | 'scanner'
    | 'cabinet'
    | 'card-management'
    | 'bank-core';
  /** How the daemon calls it in its own reports. */
  readonly reported: string;
  readonly faults: (store: Store) => FaultList;
}

const devices: readonly Row[] = (
  [
    ['card-reader', 'cardReader'],
    ['pin-pad', 'pinPad'],
    ['printer', 'printer'],
    ['id-reader', 'identityReader'],
    ['passport-reader', 'passportReader'],
    ['scanner', 'codeScanner'],
    ['cabinet', 'cabinet'],
  ] as const
).map(([name, reported]) => ({ name, reported, faults: (store) => new DeviceFaults(store, name) }));
const hosts: readonly Row[] = [
  { name: 'card-management', reported: 'cardManagement', faults: (store) => new HostFaults(store, 'card-management') },
  { name: 'bank-core', reported: 'bankCore', faults: (store) => new HostFaults(store, 'bank-core') },
];

/** What stands behind the front: devices, hosts, time. */
export function panel(store: Store, pile: HTMLElement): HTMLElement {
  const kiosk = element('p', 'kiosk-state');
  const language = button('quiet', () => store.setLanguage(store.language === 'en' ? 'zh-Hans' : 'en'));
  const trouble = element('p', 'trouble');
  const reset = button('quiet wide', () => void store.act('reset', {}));
  const paper = button('quiet wide', () => void store.act('printer', { loadPaper: true }));
  const hopper = button('quiet wide', () => void store.act('dispenser', { load: { hopper: 1, cards: 50 } }));
  const bin = button('quiet wide', () => void store.act('dispenser', { emptyBin: true }));
  const pull = button('quiet wide', () => void store.act('dispenser', { pull: true }));
  const headings = { devices: element('h2', ''), hosts: element('h2', ''), people: element('h2', '') };
  const deviceTable = element('a', 'device-table');
  deviceTable.target = '_blank';
  deviceTable.rel = 'noopener';
  store.onChange(() => {
    const { state, connected } = store;
    const running = connected && state?.kiosk.reachable === true;
    kiosk.classList.toggle('is-up', running);
    setText(kiosk, say(store.language, running ? 'kioskUp' : 'kioskAway'));
    setText(language, say(store.language, 'otherLanguage'));
    setText(headings.devices, say(store.language, 'devices'));
    setText(deviceTable, say(store.language, 'deviceTable'));
    deviceTable.hidden = !running;
    if (running) deviceTable.href = new URL('devices', state.kiosk.url).href;
    setText(headings.hosts, say(store.language, 'hosts'));
    setText(headings.people, say(store.language, 'people'));
    setText(reset, say(store.language, 'reset'));
    setText(paper, say(store.language, 'newPaper'));
    paper.hidden = state?.printer === undefined || state.printer.paper === 'ok';
    const unit = state?.dispenser;
    setText(hopper, `${say(store.language, 'loadCards')} (${unit?.hopper ?? 0})`);
    setText(bin, `${say(store.language, 'emptyBin')} (${unit?.bin ?? 0})`);
    setText(pull, say(store.language, 'pullCard'));
    hopper.hidden = unit === undefined;
    bin.hidden = unit === undefined || unit.bin === 0;
    pull.hidden = unit === undefined || unit.path === null;
    trouble.hidden = store.trouble === undefined;
    setText(trouble, store.trouble ?? '');
  });
  return element(
    'section',
    'panel',
    element('header', '', kiosk, language),
    element('div', 'heading', headings.devices, deviceTable),
    ...devices.map((row) => deviceRow(store, row)),
    cabinetHands(store),
    hopper,
    bin,
    pull,
    paper,
    pile,
    headings.hosts,
    ...hosts.map((row) => deviceRow(store, row)),
    headings.people,
    ...peopleRows(store),
    choices(store, 'speed', 'delays', 'scale', [
      ['speedReal', 1],
      ['speedFast', 0.25],
      ['speedNone', 0],
    ]),
    choices(store, 'clock', 'clock', 'offset', [
      ['clockNow', 0],
      ['clockTomorrow', day],
      ['clockYear', 366 * day],
    ]),
    reset,
    trouble,
  );
}

/** What a hand does at the cabinet: each button does the opposite of how it is. */
function cabinetHands(store: Store): HTMLElement {
  const hands = (
    [
      ['door', 'closed', 'open', 'openDoor', 'closeDoor'],
      ['operatorSwitch', 'run', 'maintenance', 'toMaintenance', 'toRun'],
      ['mains', 'present', 'lost', 'cutMains', 'mainsBack'],
    ] as const
  ).map(([member, rest, other, away, back]) => {
    const atRest = (): boolean => store.state?.cabinet?.[member] === rest;
    const made = button('quiet', () => void store.act('cabinet', { [member]: atRest() ? other : rest }));
    made.dataset['hand'] = member;
    store.onChange(() => {
      setText(made, say(store.language, atRest() ? away : back));
      made.setAttribute('aria-pressed', String(!atRest()));
    });
    return made;
  });
  const all = element('div', 'hands', ...hands);
  store.onChange(() => {
    all.hidden = store.state?.cabinet === undefined;
  });
  return all;
}

function deviceRow(store: Store, row: Row): HTMLElement {
  const name = element('span', 'row-name');
  const note = element('span', 'row-note');
  const summary = element('summary', '', element('i', 'lamp'), name, note);
  const details = element('details', 'row', summary);
  details.name = 'row';
  details.dataset['row'] = row.name;
  let faults: FaultList | undefined;
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    faults ??= row.faults(store);
    if (!faults.node.isConnected) details.append(faults.node);
    void faults.refresh();
  });
  store.onChange(() => {
    const { state, language } = store;
    const count = faultCount(state, row.name);
    const seen = reportOf(state, row.reported);
    setText(name, say(language, row.name));
    setText(note, noteOf(language, state, row.name, count, seen));
    note.title = note.textContent;
    details.dataset['lamp'] = count > 0 ? 'fault' : (seen?.state ?? 'unknown');
    details.hidden = state !== undefined && !isThere(state, row.name);
    if (details.open) void faults?.refresh();
  });
  return details;
}

const isThere = (state: State, name: Row['name']): boolean =>
  name === 'card-management' || name === 'bank-core' ? state.hosts !== undefined : state[name] !== undefined;

function faultCount(state: State | undefined, name: Row['name']): number {
  if (name === 'card-management' || name === 'bank-core') return state?.hosts?.[name]?.faults.length ?? 0;
  return state?.[name]?.faults.length ?? 0;
}

function reportOf(state: State | undefined, reported: string): Report | undefined {
  const { devices: seen = [], hosts: links = [] } = state?.kiosk.health ?? {};
  return [...seen, ...links].find((report) => report.name === reported || report.host === reported);
}

/** Faults that are set here first, then what the kiosk makes of it. */
function noteOf(
  language: Language,
  state: State | undefined,
  name: Row['name'],
  count: number,
  seen: Report | undefined,
): string {
  const parts: string[] = [];
  if (count === 1) parts.push(say(language, 'oneFault'));
  else if (count > 1) parts.push(`${count} ${say(language, 'faults')}`);
  if (name === 'printer' && state?.printer?.paper === 'low') parts.push(say(language, 'paperLow'));
  if (name === 'printer' && state?.printer?.paper === 'out') parts.push(say(language, 'paperOut'));
  if (seen !== undefined)
    parts.push([sayState(language, seen.state), seen.reason].filter((part) => part !== undefined).join(' '));
  return parts.join(' · ');
}

/** A few values of which one holds. */
function choices(
  store: Store,
  word: Word,
  group: 'delays' | 'clock',
  member: 'scale' | 'offset',
  values: readonly (readonly [Word, number])[],
): HTMLElement {
  const name = element('span', 'choices-name');
  const buttons = values.map(([label, value]) => {
    const made = button('choice', () => void store.act(group, { [member]: value }));
    made.dataset['word'] = label;
    return { made, value };
  });
  store.onChange(() => {
    const { state, language } = store;
    const current = group === 'delays' ? state?.delays.scale : state?.clock.offset;
    setText(name, say(language, word));
    for (const { made, value } of buttons) {
      const label = made.dataset['word'] ?? '';
      setText(made, isWord(label) ? say(language, label) : label);
      made.setAttribute('aria-pressed', String(current === value));
    }
  });
  return element('div', 'choices', name, element('div', 'segments', ...buttons.map(({ made }) => made)));
}
