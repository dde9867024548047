import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page, test } from '@playwright/test';
import { describeFindings, SecretSearch } from '../privacy/search.ts';
import { codesOf, hostReferences, pinKeysOf, walletSecrets } from '../privacy/secrets.ts';
import { agrees, bringsCard, choosesPin, newPin } from './kit/acts.ts';
import { Person } from './kit/fixtures.ts';
import { KioskProcess } from './kit/kiosk-process.ts';

const wrongPin = '739184';
const wrongCode = '715093';

/** Everything the page holds: what is on the JavaScript heap, and what it asked the browser to keep. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('');
}

/** LevelDB compresses its tables: what they hold is read through the page. */
const storesOf = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name ?? '');
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error ?? new Error('cannot open'));
      });
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store).getAll();
        kept.push(
          await new Promise((resolve) => {
            reading.onsuccess = () => resolve(reading.result);
          }),
        );
      }
      database.close();
    }
    return JSON.stringify(kept);
  });

/** A lost card, by the PIN at the second try. */
async function reportsLoss(person: Person): Promise<void> {
  await person.chooses('lossReport');
  await person.sees('for-whom');
  await person.taps('button[data-choice=self]');
  await person.identifies('resident');
  await person.enters('check-pin', wrongPin);
  await person.reads('密码不对');
  await person.enters('check-pin', person.kiosk.pin);
  await agrees(person, 'act-result');
}

/** A code from the telephone, after a wrong one; then a PIN of one's own, twice. */
async function activates(person: Person): Promise<void> {
  const { bench } = person.kiosk;
  await person.chooses('activation');
  await bringsCard(person, 'resident-not-activated', 'gen3-not-activated');
  await person.sees('choose-functions');
  await person.taps('button[data-act=activate]');
  await person.touches('CONTINUE');
  await agrees(person, 'check-code');
  await person.enters('check-code', wrongCode);
  await person.reads('验证码不对');
  await person.enters('check-code', () => bench.lastCode());
  await agrees(person, 'new-pin');
  await choosesPin(person);
  await agrees(person, 'act-result');
}

test('after a day of visits nothing personal is anywhere: journal, logs, files, wire, browser', async () => {
  test.setTimeout(300_000);
  const kiosk = await KioskProcess.start();
  const profile = mkdtempSync(join(tmpdir(), 'kiosk-profile-'));
  // What the page itself has, and what was written about it.
  const [held, evidence] = [join(profile, 'page'), join(profile, 'evidence')];
  for (const folder of [held, evidence]) mkdirSync(folder);
  const frames: string[] = [];
  try {
    const { executablePath, args } = (test.info().project.use.launchOptions ?? {}) as {
      executablePath: string;
      args: string[];
    };
    const context = await chromium.launchPersistentContext(join(profile, 'browser'), {
      executablePath,
      args,
      viewport: { width: 1080, height: 1920 },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
      socket.on('framesent', ({ payload }) => frames.push(String(payload)));
    });
    page.on('console', (message) => frames.push(message.text()));
    const person = new Person(page, kiosk);
    await person.walksUp();
    await expect.poll(async () => (await fetch(new URL('/readyz', kiosk.url))).status).toBe(200);

    await person.looksUpBalance('gen3-active');
    await person.entersPin(wrongPin);
    await person.reads('密码不对');
    await person.entersPin();
    await person.sees('balance');
    await person.touches('TOGGLE_AMOUNTS');
    await person.touches('PRINT');
    await person.sees('print-result');
    writeFileSync(join(held, 'visiting.heapsnapshot'), await heapOf(page));
    await person.leaves();
    await person.saysGoodbye();
    for (const card of ['gen3-second-account', 'gen3-long-name', 'other-bank', 'gen1-citizen', 'two-halves'] as const) {
      await person.looksUpBalance(card);
      if (card === 'gen3-second-account' || card === 'gen3-long-name') await person.entersPin();
      await person.sees('balance', 'card-problem');
      await person.leaves();
      await person.saysGoodbye();
    }
    // Documents: read and refused, chip and printed lines.
    await person.triesDocument();
    for (const document of [
      'resident-moved',
      'resident-expired',
      'permit-hong-kong',
      'foreign-2023',
      'passport',
    ] as const) {
      await person.sees('choose-document');
      await person.puts(document);
      if (document === 'passport') writeFileSync(join(held, 'documents.heapsnapshot'), await heapOf(page));
      await kiosk.bench.lift();
      await person.taps('button[data-event=RETRY], button[data-event=BACK]');
    }
    await person.touches('END');
    await person.sees('take-document');
    await person.touches('CONTINUE');
    await person.saysGoodbye();
    // Acts: what is shown and entered for them, and who the hosts say it is.
    await reportsLoss(person);
    await person.touches('PRINT');
    await person.sees('print-result');
    await person.leaves();
    await person.saysGoodbye();
    await activates(person);
    writeFileSync(join(held, 'activated.heapsnapshot'), await heapOf(page));
    await person.leaves();
    await person.saysGoodbye();
    // A host that answers nonsense, and a daemon that is cut off in the middle of a visit.
    await kiosk.bench.hostFault('bank-core', { kind: 'garbage' });
    await person.looksUpBalance('gen3-gbk-name');
    await person.entersPin();
    await person.sees('balance');
    await kiosk.killDaemon();
    await kiosk.bench.remove();
    await kiosk.startDaemon();
    await page.goto(kiosk.url);
    await person.sees('attract');

    writeFileSync(join(held, 'resting.heapsnapshot'), await heapOf(page));
    writeFileSync(join(held, 'stores.json'), await storesOf(page));
    writeFileSync(join(held, 'wire.txt'), frames.join('\n'));
    writeFileSync(join(evidence, 'output.txt'), kiosk.output);
    writeFileSync(join(evidence, 'journal.txt'), kiosk.cli('journal'));
    writeFileSync(join(evidence, 'receipts.json'), JSON.stringify(await kiosk.bench.receipts()));

    const hosts = join(kiosk.folder, 'bench/hosts');
    const pinKeys = pinKeysOf(join(hosts, 'bank-core.sqlite'));
    const sent = codesOf(join(hosts, 'bank-core.sqlite'));
    expect([pinKeys.length > 0, sent.length]).toEqual([true, 1]);
    const codes = [...sent, wrongCode];
    const search = new SecretSearch(walletSecrets({ pins: [kiosk.pin, wrongPin, newPin], pinKeys, codes }));
    // The daemon's journal keeps the hosts' references, the page has none.
    const references = new SecretSearch(hostReferences(hosts));
    // While it runs: the write-ahead log and temporary files are there too.
    const running = ['data', 'keys'].map((folder) => search.searchFolder(join(kiosk.folder, folder)));
    await context.close();
    const left = search.searchFolder(profile);
    // Six digits that stood in the heap before they were sent to anybody stand there by chance; anywhere else they may not.
    const early = readFileSync(join(held, 'visiting.heapsnapshot'));
    const stood = new SecretSearch(sent.map((text) => ({ kind: 'code', owner: 'code', text })));
    const byChance = stood.searchHeapSnapshot(early, 'early').length > 0;
    const findings = [...running, left]
      .flatMap((report) => report.findings)
      .filter(({ kind, where }) => !(byChance && kind === 'code' && where.endsWith('.heapsnapshot')));
    expect(describeFindings(findings)).toEqual([]);
    const known = ['page', 'browser'].map((folder) => references.searchFolder(join(profile, folder)));
    expect(describeFindings(known.flatMap(({ findings }) => findings))).toEqual([]);
    expect(references.searchFolder(join(kiosk.folder, 'data')).findings.length).toBeGreaterThan(0);
    // A search of nothing finds nothing: frames, heap and journal were really there.
    expect(frames.length).toBeGreaterThan(100);
    expect(running[0]?.bytes).toBeGreaterThan(50_000);
    expect(left.bytes).toBeGreaterThan(5_000_000);
  } finally {
    await kiosk.stop();
    rmSync(profile, { recursive: true, force: true });
  }
});
