import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { catalogues } from '#assets/languages/all.ts';
import { type Entry, languages, type TextKey } from '#assets/languages/index.ts';
import { RECEIPT_TEXTS, type ReceiptTextKey } from '#assets/receipts/index.ts';
import { runCli } from '#device-daemon/cli/index.ts';
import { allOptions, parseConfig, productionMistakes, recordingRefusal } from '#device-daemon/config/index.ts';
import { Journal, JournalReader, MachineKeys } from '#device-daemon/journal/index.ts';
import { translator } from '#kiosk-ui/language/translate.ts';
import kioskInterfaces from '#protocol/kiosk/interfaces.json' with { type: 'json' };
import { benchKeys } from '#simulators/crypto/index.ts';
import { warningSeconds } from '#state-machines/delays.ts';
import { Walker } from '#state-machines/testing/walker.ts';
import { bundle } from '../bundle.ts';
import { describeFindings, SecretSearch } from '../privacy/search.ts';
import { type Secret, walletSecrets } from '../privacy/secrets.ts';

/** Faults of real terminals (domain.md 3e) that lie in what a program holds, not in what it does. */

const root = join(import.meta.dirname, '../..');

/** The daemon as it runs: no tests, no fixtures. Path from the root -> text. */
const daemonSources: ReadonlyMap<string, string> = new Map(
  readdirSync(join(root, 'device-daemon'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .map((name) => join('device-daemon', name))
    .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
);
const sourcesWith = (pattern: RegExp): readonly string[] =>
  [...daemonSources].flatMap(([name, text]) => (pattern.test(text) ? [name] : [])).sort();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'real-terminals-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const configOf = (settings: object) => {
  const parsed = parseConfig(settings);
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value.config;
};
const mistakesOf = (settings: object): readonly string[] => {
  const parsed = parseConfig(settings);
  return parsed.ok ? [] : parsed.error;
};

describe('F6: there people and keys were in logs and settings, and a text file was somebody’s identity', () => {
  test('F6: the built daemon holds nobody of the bench and none of its keys', async () => {
    const built = await bundle('real-terminals', {
      daemon: 'device-daemon/main.ts',
      kiosk: 'device-daemon/cli.ts',
      'pcsc-child': 'device-daemon/transports/pcsc/child.ts',
    });
    try {
      const keys = Object.entries(flat(benchKeys)).map(
        ([owner, bytes]): Secret => ({ kind: 'reference', owner, bytes: Buffer.from(bytes) }),
      );
      expect(keys.length).toBeGreaterThanOrEqual(9);
      const search = new SecretSearch([...walletSecrets(), ...keys]);
      const where = join(built.path('daemon'), '..');
      const { findings, bytes } = search.searchFolder(where);
      expect(describeFindings(findings)).toEqual([]);
      expect(bytes).toBeGreaterThan(500_000);
      // The search would have seen them: the bench is full of both.
      const bench = await bundle('real-terminals-bench', { bench: 'simulators/bench/main.ts' });
      const found = search.searchFolder(join(bench.path('bench'), '..')).findings;
      bench.remove();
      expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['name', 'pin', 'reference', 'document']));
    } finally {
      built.remove();
    }
  }, 120_000);

  test('F6: no file stands in for a device: who reads files is on this list, and nothing that reads people is', () => {
    expect(sourcesWith(/from 'node:fs(\/promises)?'/).filter((name) => !name.startsWith('device-daemon/cli/'))).toEqual(
      [
        'device-daemon/config/load.ts',
        'device-daemon/daemon.ts',
        // Files of the kernel that are contacts and lights; production takes none outside /sys.
        'device-daemon/drivers/sysfs/small-file.ts',
        'device-daemon/hosts/credentials.ts',
        'device-daemon/instance-lock.ts',
        // Bundles that two persons take away; they are read back only to see whether they are whole.
        'device-daemon/journal/bundle/verify.ts',
        'device-daemon/journal/bundle/write.ts',
        'device-daemon/journal/journal.ts',
        'device-daemon/journal/keys.ts',
        'device-daemon/journal/reader.ts',
        'device-daemon/machine-facts.ts',
        'device-daemon/main.ts',
        // Certificates of the link to another maker's provider.
        'device-daemon/providers.ts',
        // A copy of the journal on its way to card management; sticks that are mounted.
        'device-daemon/services/maintenance/journal-deposit.ts',
        'device-daemon/services/maintenance/journal-export.ts',
        'device-daemon/services/maintenance/sticks.ts',
        'device-daemon/services/receipts/font/glyphs.ts',
        'device-daemon/transports/pcsc/child-process.ts',
        'device-daemon/transports/serial/index.ts',
        'device-daemon/wire/static-files.ts',
      ],
    );
    // Nor does a variable of the environment; the one that is looked at is taken away from the child.
    expect(sourcesWith(/process\.env/)).toEqual([
      // In which language the console speaks.
      'device-daemon/cli/staff-language.ts',
      'device-daemon/transports/pcsc/child-process.ts',
    ]);
  });

  test('F6: there is one log, the journal: nothing else writes text but the program’s own first and last words', () => {
    const speaks = sourcesWith(/\bconsole\.|process\.std(out|err)\b/);
    expect(speaks.filter((name) => !name.startsWith('device-daemon/cli/'))).toEqual(['device-daemon/main.ts']);
  });

  test('F6: no setting is a key, switches a check off, or has a secret for its default', () => {
    const options = allOptions();
    const suspicious = /test|mock|simul|debug|skip|bypass|fake|force|disable|password|secret|masterKey|pinKey/i;
    expect(options.map(({ key }) => key).filter((key) => suspicious.test(key))).toEqual([
      // Which slot of the pad; the key itself is in the pad.
      'devices.pinPad.masterKeyIndex',
      // What keys are called at another maker's pad; the keys themselves are in it.
      'devices.pinPad.provider.masterKey',
      'devices.pinPad.provider.pinKey',
      'devices.pinPad.provider.clientPinKey',
    ]);
    expect(options.find(({ key }) => key === 'server.deviceClientToken')?.option.default).toBe('');
    for (const { key, option } of options) expect(JSON.stringify(option.default), key).not.toMatch(/[0-9A-F]{16}/i);
    const production = configOf({ profile: 'production' });
    expect(productionMistakes(production).map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining([
        'server.deviceClients',
        'devices.cardReader.serialNumber',
        'devices.pinPad.serialNumber',
        'hosts.cardManagement',
        'hosts.bankCore',
      ]),
    );
    const recorded = configOf({ profile: 'production', devices: { cardReader: { driver: 'vpcd' } } });
    expect(productionMistakes(recorded).join('\n')).toContain('devices.cardReader.driver: got vpcd');
    expect(recordingRefusal(production)).toContain('production');
    const token = configOf({ server: { deviceClients: 'token', deviceClientToken: 'admin' } });
    expect(productionMistakes(token).join('\n')).toContain('server.deviceClientToken: wants at least 32');
  });
});

function flat(keys: object, prefix = ''): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, value]: [string, object]) =>
      value instanceof Uint8Array ? [[`${prefix}${name}`, value]] : Object.entries(flat(value, `${prefix}${name}.`)),
    ),
  );
}

describe('F7: there the way in was a hidden double tap and one password for all, behind it file dialogs and hot keys', () => {
  /** What such a way in is made of, as it would stand in the page's sources. */
  const waysIn = {
    hiddenTap: /dblclick|\.detail\s*[=>]+\s*[2-9]|tapCount|longPress/i,
    hotKey: /\b(ctrlKey|altKey|metaKey|accesskey)\b/i,
    password: /type=["']?password|passw(or)?d/i,
    fileDialog: /type=["']?file|show(Save|Open)FilePicker|showDirectoryPicker|\bdownload=/i,
    ownWindow: /window\.open|\b(alert|confirm|prompt)\(|\bprint\(\)/,
    wayOut: /target=["']?_blank|href=["']?https?:/i,
  } as const;
  const page: ReadonlyMap<string, string> = new Map(
    ['kiosk-ui', 'state-machines']
      .flatMap((where) =>
        readdirSync(join(root, where), { recursive: true, encoding: 'utf8' }).map((name) => join(where, name)),
      )
      .filter((name) => /\.(ts|html)$/.test(name) && !/\.(test|fixture)\.ts$/.test(name))
      .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
  );

  test.each(Object.entries(waysIn))('F7: no %s on the glass', (_name, pattern) => {
    expect(page.size).toBeGreaterThan(80);
    expect([...page].filter(([, text]) => pattern.test(text)).map(([name]) => name)).toEqual([]);
  });

  test('F7: the search would see each of them', () => {
    const planted: Readonly<Record<keyof typeof waysIn, string>> = {
      hiddenTap: "logo.addEventListener('dblclick', openAdmin)",
      hotKey: 'if (event.ctrlKey && event.altKey) admin()',
      password: '<input type="password">',
      fileDialog: '<input type="file">',
      ownWindow: "window.open('export.xlsx')",
      wayOut: '<a target="_blank">',
    };
    for (const [name, text] of Object.entries(planted)) expect(text).toMatch(waysIn[name as keyof typeof waysIn]);
  });

  test('F7: no setting is a password, and no message of the page carries one', () => {
    const names = [...allOptions().map(({ key }) => key), JSON.stringify(kioskInterfaces)];
    expect(names.filter((name) => /passw(or)?d|adminCode|operatorCode/i.test(name))).toEqual([]);
  });
});

describe('F8: there an operator deleted logs, and "30 days" was read as yes or no', () => {
  test('F8: what is in the journal stays, whoever holds the file; what a stranger forces is named', () => {
    const place = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
    mkdirSync(place.dataFolder);
    const keys = MachineKeys.open(place.keyFolder);
    const journal = Journal.open({ ...place, keys, maxBytes: 1e9 });
    for (let digits = 1; digits <= 5; digits += 1) journal.record('pin.entered', { digits }, 'visit-a');
    const db = new Database(join(place.dataFolder, 'journal.db'));
    for (const statement of [
      'DELETE FROM entries',
      'DELETE FROM entries WHERE seq = 3',
      "UPDATE entries SET body = '{}' WHERE seq = 3",
      "UPDATE entries SET at = '2020-01-01T00:00:00.000Z'",
    ])
      expect(() => db.exec(statement), statement).toThrow('append-only');
    const again = 'INSERT INTO entries SELECT 3, at, event, visit, body, hash FROM entries WHERE seq = 4';
    expect(() => db.exec(again)).toThrow();
    expect(journal.verify().damage).toBeUndefined();
    db.exec('DROP TRIGGER entries_go_in_segments');
    db.exec('DELETE FROM entries WHERE seq = 3');
    db.close();
    expect(journal.verify().damage).toEqual({ what: 'missing entries', seq: 3 });
    journal.close();
  });

  test('F8: no command and no message deletes, clears or exports it away', async () => {
    const said: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((text: unknown) => void said.push(String(text)));
    await runCli(['help']);
    log.mockRestore();
    expect(said.join('\n')).toContain('journal');
    expect(said.join('\n')).not.toMatch(/delete|clear|purge|erase|remove|prune/i);
    const names = [...Object.keys(kioskInterfaces.catalogue), ...JSON.stringify(kioskInterfaces.messages).split('"')];
    expect(names.filter((name) => /(delete|clear|purge|erase|prune).*(log|journal|entr)/i.test(name))).toEqual([]);
  });

  test('F8: what the wire has for the journal reads, checks and copies it, and takes no entry from outside', () => {
    const { $defs } = kioskInterfaces.schemas;
    const payloads = $defs as Readonly<Record<string, { properties?: object }>>;
    const taken = ['GetEpisodes', 'GetStory', 'VerifyJournal', 'GetSticks', 'ExportJournal'].map((name) => [
      name,
      Object.keys(payloads[`Maintenance.${name}.command`]?.properties ?? {}).join(),
    ]);
    expect(taken).toEqual([
      ['GetEpisodes', 'from,to,case,event,device,before,language'],
      ['GetStory', 'seq,language'],
      ['VerifyJournal', ''],
      ['GetSticks', ''],
      ['ExportJournal', 'stick'],
    ]);
    const journals = kioskInterfaces.messages.filter(
      ({ kind, name }) => kind === 'command' && /journal|log/i.test(name),
    );
    expect(journals.map(({ name }) => name)).toEqual(['Maintenance.VerifyJournal', 'Maintenance.ExportJournal']);
    // One statement drops entries: those of acknowledged segments, which the triggers see to.
    const changing = [...daemonSources].flatMap(([name, text]) =>
      [...text.matchAll(/DELETE FROM \w+|UPDATE \w+ SET \w+|REPLACE INTO|DROP (?:TABLE|TRIGGER)/g)].map(([words]) => [
        name,
        words,
      ]),
    );
    expect(changing).toEqual([
      ['device-daemon/journal/journal.ts', 'UPDATE heads SET acknowledged'],
      ['device-daemon/journal/journal.ts', 'DELETE FROM entries'],
    ]);
  });

  test('F8: a number is a number: every setting refuses the type of another, and shows what it took', async () => {
    let numbers = 0;
    for (const { key, option } of allOptions()) {
      const right = option.default;
      for (const wrong of [true, false, '30', '30 days', 30, null, ['30'], { days: 30 }]) {
        const alike = typeof wrong === typeof right && Array.isArray(wrong) === Array.isArray(right) && wrong !== null;
        if (alike) continue;
        const settings = key.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), wrong) as object;
        expect(mistakesOf(settings).join('\n'), `${key} = ${JSON.stringify(wrong)}`).toContain(`${key}: got`);
      }
      if (typeof right === 'number') numbers += 1;
    }
    expect(numbers).toBeGreaterThan(20);
    const file = join(folder, 'kiosk.json');
    writeFileSync(file, JSON.stringify({ storage: { journalMaxMegabytes: 30 } }));
    const said: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((text: unknown) => void said.push(String(text)));
    expect(await runCli(['config', '--config', file])).toBe(0);
    log.mockRestore();
    expect(said.join('\n')).toContain('storage.journalMaxMegabytes = 30 MB  (file)');
  });
});

test('F9: no message has room for the digits of a PIN or a code, from the page or to it', () => {
  const properties: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (name === 'properties')
        for (const [property, schema] of Object.entries(value as Record<string, { type?: string; $ref?: string }>))
          if (/pin|digits|otp|onetime|password/i.test(property))
            properties.push(`${path} ${property}: ${schema.type ?? schema.$ref}`);
      walk(value, path === '' || name.includes('.') ? name : path);
    }
  };
  walk(kioskInterfaces.schemas.$defs, '');
  // Whether one is wanted, how many keys were pressed, and names for what the pad keeps.
  const allowed =
    /(newPin|pinTriesLeft): |(min|max)?[dD]igits: integer$|[pP]inEvidence: (#|string)|pinSeconds: integer$/;
  expect(properties.filter((line) => !allowed.test(line))).toEqual([]);
  expect(properties.length).toBeGreaterThan(4);
});

describe('F10: there a sentence said "%1", a result was gone in 10 s, and no page gave more time', () => {
  const forms = (entry: Entry): readonly string[] => (typeof entry === 'string' ? [entry] : entry);
  const names = (text: string): readonly string[] =>
    [...new Set([...text.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? ''))].sort();
  /** Gaps of any notation that nobody fills. */
  const unfilled = /%[0-9sd@]|\$\{|\{\d*\}|\{\{|[{}]|undefined|\[object|TODO/;

  test.each(languages)('F10: every sentence of the screen is filled, written and spoken, in %s', (language) => {
    const catalogue = catalogues[language];
    const translate = translator(catalogue);
    let filled = 0;
    for (const key of Object.keys(catalogue) as TextKey[]) {
      const wanted = names(forms(catalogues['zh-Hans'][key])[0] ?? '');
      for (const text of forms(catalogue[key])) expect(names(text), `${language} ${key}`).toEqual(wanted);
      const values = Object.fromEntries(wanted.map((name) => [name, '7'])) as never;
      for (const text of [translate(key, values), translate.spoken(key, values)])
        expect(text, `${language} ${key}`).not.toMatch(unfilled);
      if (wanted.length > 0) {
        filled += 1;
        expect(() => translate(key, {} as never), `${key} without its values`).toThrow('no value for');
      }
    }
    expect(filled).toBeGreaterThan(30);
  });

  test('F10: a slip’s sentences have the same gaps in all three languages, and no others', () => {
    for (const key of Object.keys(RECEIPT_TEXTS['zh-Hans']) as ReceiptTextKey[])
      for (const language of languages) {
        const text = RECEIPT_TEXTS[language][key];
        expect(names(text), `${language} ${key}`).toEqual(names(RECEIPT_TEXTS['zh-Hans'][key]));
        expect(text.replace(/\{[a-zA-Z]+\}/g, ''), `${language} ${key}`).not.toMatch(unfilled);
      }
  });

  test('F10: no configuration makes it hurry: at least 20 s to answer, whatever the page (WCAG 2.2.1)', () => {
    const { visit } = configOf({});
    expect(visit).toMatchObject({ inputSeconds: 60, infoSeconds: 90, resultSeconds: 30, warningSeconds: 30 });
    for (const [setting, seconds] of Object.entries({
      warningSeconds: 19,
      resultSeconds: 9,
      inputSeconds: 9,
      pinSeconds: 9,
    }))
      expect(mistakesOf({ visit: { [setting]: seconds } }).join('\n')).toContain(`visit.${setting}: got ${seconds}`);
    const hurried = { timeouts: { ...visit, warningSeconds: 5 } } as unknown as Parameters<typeof warningSeconds>[0];
    expect(warningSeconds(hurried, false)).toBe(20);
    expect(mistakesOf({ visit: { elderFactor: 0.5 } }).join('\n')).toContain('visit.elderFactor: got 0.5');
  });

  test('F10: a result stays as long as somebody wants it: it asks first, and one touch gives more time, ten times and more', async () => {
    const kiosk = new Walker();
    await kiosk.do('SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE balance', 'readCard>CARD_INSERTED', 'readCard:gen3');
    await kiosk.do('enterPin:ok', 'balanceInquiry:done');
    for (let time = 1; time <= 12; time += 1) {
      expect(kiosk.view.screen.name).toBe('balance');
      expect(await kiosk.secondsUntilChange()).toBeGreaterThanOrEqual(30);
      expect(kiosk.view.screen).toMatchObject({ name: 'still-there', secondsLeft: 30 });
      await kiosk.do('STAY');
    }
    kiosk.stop();
  });
});

describe('F11: there SQL was built from strings', () => {
  test('F11: every statement is one text of the program, with parameters', () => {
    const statements = [...daemonSources].flatMap(([name, text]) =>
      [...text.matchAll(/\b(?:db|#?\w*[dD]b)\s*\.(?:prepare|exec|pragma)\(\s*([^)]*)/g)].map((match) => [
        relative(root, join(root, name)),
        (match[1] ?? '').trim(),
      ]),
    );
    const more = [...daemonSources].flatMap(([name, text]) =>
      [...text.matchAll(/\n\s*\.prepare\(\s*([^)]*)/g)].map((match) => [name, (match[1] ?? '').trim()]),
    );
    const built = [...statements, ...more].filter(([, statement = '']) => /\$\{|\+\s|\.join|\.concat/.test(statement));
    expect(built).toEqual([]);
    expect(statements.length + more.length).toBeGreaterThan(20);
    // What is no text on the spot is the one schema, itself without a gap.
    const named = [...statements, ...more].filter(([, statement = '']) => !/^['"`]/.test(statement));
    expect(named).toEqual([['device-daemon/journal/journal.ts', 'schema']]);
    expect(
      /const schema = `[^`]*`;/.exec(daemonSources.get('device-daemon/journal/journal.ts') ?? '')?.[0],
    ).not.toContain('$' + '{');
    expect(sourcesWith(/better-sqlite3/)).toEqual([
      'device-daemon/instance-lock.ts',
      'device-daemon/journal/episodes.ts',
      'device-daemon/journal/journal.ts',
      'device-daemon/journal/reader.ts',
    ]);
  });

  test('F11: a quotation mark is a quotation mark', () => {
    const place = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
    mkdirSync(place.dataFolder);
    const keys = MachineKeys.open(place.keyFolder);
    const journal = Journal.open({ ...place, keys, maxBytes: 1e9 });
    const name = "v'; DROP TABLE entries; --";
    journal.record('visit.began', { case: "' OR '1'='1", language: 'en' }, name);
    journal.record('pin.entered', { digits: 6 }, 'visit-b');
    const reader = JournalReader.openReadOnly({ ...place, keys });
    expect(reader?.entries({ visit: name })).toHaveLength(1);
    expect(reader?.entries({ visit: "' OR '1'='1" })).toHaveLength(0);
    expect(reader?.visitsMatching("' OR '1'='1")).toEqual([name]);
    expect(reader?.visitsMatching("x' OR 'x'='x")).toEqual([]);
    reader?.close();
    journal.close();
  });
});

test('F12: every status of both sides has a word of its own, on the screen and on the slip, in every language', () => {
  const { SocialStatus, FinancialStatus } = kioskInterfaces.schemas.$defs;
  const sides = [
    [SocialStatus.enum, 'social', 'social'],
    [FinancialStatus.enum, 'financialStatus', 'account'],
  ] as const;
  expect(sides.map(([statuses]) => statuses.length)).toEqual([7, 9]);
  for (const language of languages)
    for (const [statuses, onScreen, onSlip] of sides) {
      const words = [
        statuses.map((status) => writtenOf(catalogues[language][`${onScreen}.${status}` as TextKey])),
        statuses.map((status) => RECEIPT_TEXTS[language][`${onSlip}.${status}` as ReceiptTextKey]),
      ];
      for (const list of words) {
        expect(list).not.toContain(undefined);
        expect(new Set(list.map(String)).size, `${language} ${onScreen}: two statuses under one word`).toBe(
          list.length,
        );
      }
    }
});
const writtenOf = (entry: Entry | undefined): string | undefined => (typeof entry === 'string' ? entry : entry?.[0]);
