import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { join as bytes, encode } from '#device-daemon/drivers/escpos/index.ts';
import { commands, encodeCommand, encodeFrame } from '#device-daemon/drivers/sam-v/index.ts';
import { walletDocuments } from '../../wallet/documents.ts';
import { walletGuide } from '../../wallet/guide.ts';
import { benchStaff } from '../../wallet/staff.ts';
import { bankOf, firstHolder, once } from '../bank-client.fixture.ts';
import { deviceNames } from '../device.ts';
import { type Bench, startBench } from '../index.ts';
import { routes } from './routes.ts';

let folder: string;
let bench: Bench;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-api-'));
  bench = await startBench({ folder, delayScale: 0, cardReader: 'vpcd' });
});
afterAll(async () => {
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => bench.reset());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many forms.
  readonly json: any;
}

/** Not `fetch`: a browser's library would not let a test lie about Host and Origin. */
function ask(
  method: string,
  path: string,
  options: { readonly body?: string | Buffer; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { port } = new URL(bench.url);
  const { body } = options;
  const headers = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(body === undefined || options.headers?.['Transfer-Encoding']
      ? {}
      : { 'Content-Length': Buffer.byteLength(body) }),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          json: text === '' ? undefined : (JSON.parse(text) as unknown),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const get = (path: string) => ask('GET', path);
const post = (path: string, body: unknown) => ask('POST', path, { body: JSON.stringify(body) });

describe('who may ask', () => {
  test.each(['evil.example', `evil.example:80`, '127.0.0.1', '127.0.0.1:1', '[::1]:8610'])(
    'a Host that is not ours is refused: %j',
    async (host) => {
      expect((await ask('GET', '/api/state', { headers: { Host: host } })).status).toBe(403);
      expect((await ask('GET', '/', { headers: { Host: host } })).status).toBe(403);
    },
  );

  test('nor is a request answered that names nobody', async () => {
    const socket = connect(Number(new URL(bench.url).port), '127.0.0.1');
    socket.end('GET /api/state HTTP/1.0\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('localhost is ours too, and so is a page of our own', async () => {
    const { host, port } = new URL(bench.url);
    expect((await ask('GET', '/api/state', { headers: { Host: `localhost:${port}` } })).status).toBe(200);
    const own = { Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' };
    expect((await ask('POST', '/api/delays', { body: '{"scale":0}', headers: own })).status).toBe(200);
  });

  test.each([
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: 'https://127.0.0.1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ] as Record<string, string>[])('a page of somebody else is refused: %j', async (headers) => {
    expect((await ask('GET', '/api/state', { headers })).status).toBe(403);
    const answer = await ask('POST', '/api/card-reader', { body: '{"insert":"gen3-active"}', headers });
    expect(answer.status).toBe(403);
    expect(bench.cardReader.inserted()).toBeUndefined();
  });

  test('nobody may read an answer from another origin, or frame the page', async () => {
    const { headers } = await get('/api/state');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});

describe('what is asked', () => {
  test.each(routes.map((route) => [route.path, route] as const))(
    '%s takes only its own methods',
    async (path, route) => {
      const takes = [route.GET && 'GET', route.POST && 'POST'].filter((method) => method !== undefined);
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'].filter(
        (m) => !takes.includes(m as 'GET'),
      )) {
        const answer = await ask(method, path, method === 'POST' ? { body: '{}' } : {});
        expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, takes.join(', ')]);
      }
    },
  );

  test.each(routes.filter((route) => route.POST !== undefined).map((route) => route.path))(
    'POST %s takes a JSON object and nothing else',
    async (path) => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'application/jsonp',
        'application/json; x=1',
      ])
        expect((await ask('POST', path, { body: '{}', headers: { 'Content-Type': type } })).status).toBe(415);
      expect((await ask('POST', path)).status).toBe(415);
      for (const body of ['', '{', '[]', 'null', '1', '"{}"', '\u0000']) {
        const answer = await ask('POST', path, { body });
        expect([body, answer.status]).toEqual([body, 400]);
      }
      const unknown = await post(path, { surprise: 1 });
      expect(unknown.status).toBe(400);
      expect(unknown.json.error).toMatch(/surprise|kind: got undefined/);
      const long = await ask('POST', path, { body: `{"x":"${'x'.repeat(70_000)}"}` });
      expect(long.status).toBe(413);
      const unsaid = await ask('POST', path, { body: '{}', headers: { 'Transfer-Encoding': 'chunked' } });
      expect(unsaid.status).toBe(411);
    },
  );

  test.each([
    '/api',
    '/api/',
    '/api/nothing',
    '/api/state/',
    '/api/card-reader/../state',
    '/nothing',
    '//',
    '/%',
    '/../package.json',
  ])('there is no %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.json.error).toContain('there is no');
  });

  test('a query is not quietly ignored', async () => {
    expect((await get('/api/state?x=1')).status).toBe(400);
  });
});

describe('cards', () => {
  test('the wallet tells in two languages what each card is good for', async () => {
    const { cards } = (await get('/api/wallet')).json;
    expect(cards.map((card: { id: string }) => card.id)).toEqual(Object.keys(walletGuide));
    for (const card of cards) {
      expect(card.use['zh-Hans']).not.toBe('');
      expect(card.use.en).not.toBe('');
    }
    const [first] = cards;
    expect(first).toMatchObject({ id: 'gen3-active', pin: bench.firstPin, face: { kind: 'social', generation: 3 } });
    expect(cards.find((card: { id: string }) => card.id === 'gen1-citizen').pin).toBeNull();
  });

  test('the staff’s cards are apart from the customers’', async () => {
    const { staffCards } = (await get('/api/wallet')).json;
    expect(staffCards).toMatchObject(
      benchStaff.map(({ number, pin }) => ({ pin, face: { kind: 'staff', lastDigits: number } })),
    );
  });

  test.each([...Object.keys(walletGuide), 'staff', 'staff-holder'])('%s can be inserted and taken out', async (id) => {
    expect((await post('/api/card-reader', { insert: id })).json).toMatchObject({ card: id, plugged: true });
    expect((await get('/api/state')).json['card-reader'].card).toBe(id);
    expect((await post('/api/card-reader', { remove: true })).json.card).toBeNull();
  });

  test.each([{}, { insert: 'gen3-active', remove: true }, { insert: 'nobody' }, { insert: 3 }, { remove: false }])(
    '%j is refused in words',
    async (body) => {
      const answer = await post('/api/card-reader', body);
      expect(answer.status).toBe(400);
      expect(answer.json.error).not.toBe('');
      expect(bench.cardReader.inserted()).toBeUndefined();
    },
  );
});

describe('a camera', () => {
  test('is not there unless the bench was started with one', async () => {
    expect((await post('/api/face', { result: 'match' })).status).toBe(404);
    expect((await post('/api/face/check', { visit: 'visit' })).status).toBe(404);
    expect((await get('/api/state')).json.face).toBeUndefined();
  });

  test('says what it was told to say', async () => {
    const own = mkdtempSync(join(tmpdir(), 'bench-face-'));
    const none = {
      pinPad: false,
      printer: false,
      idReader: false,
      passportReader: false,
      scanner: false,
      cabinet: false,
      hosts: false,
    };
    const other = await startBench({ folder: own, cardReader: 'none', face: true, ...none });
    const say = async (path: string, body: object) => {
      const answer = await fetch(new URL(path, other.url), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, json: (await answer.json()) as object };
    };
    try {
      expect(other.configuration).toMatchObject({ rules: { faceProvider: `${other.url}api/face/check` } });
      const check = () => say('/api/face/check', { visit: 'visit' });
      expect((await check()).json).toEqual({ verdict: 'match', ref: expect.stringMatching(/^F-/) });
      expect((await say('/api/face', { result: 'differs' })).json).toEqual({ result: 'differs', asked: 1 });
      expect((await check()).json).toMatchObject({ verdict: 'differs' });
      await say('/api/face', { result: 'unavailable' });
      expect((await check()).json).toEqual({ verdict: 'unavailable' });
      expect((await say('/api/face', { result: 'maybe' })).status).toBe(400);
      expect((await say('/api/face/check', { visit: 'visit', picture: '…' })).status).toBe(400);
      await other.reset();
      expect((await check()).json).toMatchObject({ verdict: 'match' });
    } finally {
      await other.stop();
      rmSync(own, { recursive: true, force: true });
    }
  });
});

describe('the mains', () => {
  test('cut: every device is dark, and comes back as it was', async () => {
    await post('/api/printer/faults', { unplugged: true });
    await post('/api/card-reader', { insert: 'gen3-active' });
    expect((await post('/api/power', { cut: true })).json).toEqual({ on: false });
    const dark = (await get('/api/state')).json;
    for (const name of deviceNames) expect(dark[name].plugged, name).toBe(false);
    expect(dark['card-reader'].card).toBe('gen3-active');
    expect((await post('/api/power', { cut: true })).json).toEqual({ on: false });
    expect((await post('/api/power', { cut: false })).json).toEqual({ on: true });
    const lit = (await get('/api/state')).json;
    for (const name of deviceNames) expect(lit[name].plugged, name).toBe(name !== 'printer');
    expect(lit.printer.faults).toEqual(['unplugged']);
  });

  test('a reset brings them back', async () => {
    await post('/api/power', { cut: true });
    await post('/api/reset', {});
    const { power, printer } = (await get('/api/state')).json;
    expect([power, printer.plugged, printer.faults]).toEqual([{ on: true }, true, []]);
  });

  test.each([{}, { cut: 1 }, { cut: true, back: true }])('%j is refused', async (body) => {
    expect((await post('/api/power', body)).status).toBe(400);
  });
});

describe('documents and codes', () => {
  test('the wallet tells of every document which reader takes it', async () => {
    const { documents } = (await get('/api/wallet')).json;
    expect(documents.map((one: { id: string }) => one.id)).toEqual(walletDocuments.map(({ id }) => id));
    expect(documents[0]).toMatchObject({
      id: 'resident',
      place: 'identityReader',
      face: { form: 'resident', portrait: 'man', condition: 'sound' },
    });
    // Nothing of what the chips hold.
    for (const { secrets } of walletDocuments)
      for (const secret of secrets) expect(JSON.stringify(documents)).not.toContain(secret);
  });

  test('a document is placed and lifted, another is swiped', async () => {
    expect((await post('/api/id-reader', { place: 'resident' })).json).toMatchObject({ document: 'resident' });
    expect((await get('/api/state')).json['id-reader'].document).toBe('resident');
    expect((await post('/api/id-reader', { lift: true })).json.document).toBeNull();
    const { swipes } = (await get('/api/state')).json['passport-reader'];
    expect((await post('/api/passport-reader', { swipe: 'passport' })).json).toMatchObject({
      swipes: swipes + 1,
      document: 'passport',
    });
    // Each reader has its own, and one lifted leaves the other.
    await post('/api/id-reader', { place: 'resident' });
    expect((await post('/api/passport-reader', { lift: true })).json).toMatchObject({
      swipes: swipes + 1,
      document: null,
    });
    expect((await get('/api/state')).json['id-reader'].document).toBe('resident');
  });

  test('whether the identity reader is asked for a document is seen', async () => {
    const looking = async (): Promise<unknown> => (await get('/api/state')).json['id-reader'].looking;
    const tell = (name: keyof typeof commands): void =>
      writeFileSync(new URL(bench.idReader.line.address).pathname, encodeFrame(encodeCommand(commands[name])));
    expect(await looking()).toBe(false);
    tell('selfTest');
    await vi.waitFor(() => expect(bench.idReader.reader.heard).toContain('selfTest'));
    expect(await looking()).toBe(false);
    tell('find');
    await vi.waitFor(async () => expect(await looking()).toBe(true));
    // Nobody asks any more.
    await vi.waitFor(async () => expect(await looking()).toBe(false), { timeout: 5_000 });
  });

  test('a scanner that nobody has lit sees nothing', async () => {
    expect((await post('/api/scanner', { scan: '7K2M-04QX' })).json).toMatchObject({ lit: false, seen: false });
  });

  test.each([
    ['/api/id-reader', {}],
    ['/api/id-reader', { place: 'passport' }],
    ['/api/id-reader', { place: 'resident', lift: true }],
    ['/api/id-reader', { lift: false }],
    ['/api/passport-reader', { swipe: 'resident' }],
    ['/api/passport-reader', { swipe: 'passport', lift: true }],
    ['/api/passport-reader', { lift: false }],
    ['/api/scanner', { scan: '' }],
    ['/api/scanner', { scan: 'x'.repeat(1_001) }],
  ])('%s %j is refused in words', async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.json.error).not.toBe('');
  });
});

describe('PIN pad', () => {
  test('its keys can be pressed; what was pressed is never told', async () => {
    expect((await post('/api/pin-pad', { keys: '123456E' })).json).toMatchObject({ mode: 'closed', digits: 0 });
    expect(JSON.stringify((await get('/api/state')).json)).not.toContain('123456');
  });

  test.each([{}, { keys: '' }, { keys: '12x' }, { keys: '1'.repeat(65) }, { keys: 123456 }, { keys: '1', hold: true }])(
    '%j is refused, and the error repeats no keys',
    async (body) => {
      const answer = await post('/api/pin-pad', body);
      expect(answer.status).toBe(400);
      expect(answer.json.error).not.toMatch(/12x|11111/);
    },
  );
});

describe('printer', () => {
  /** Bytes as any program would write them to the port; no driver of ours in between. */
  const print = (...parts: Uint8Array[]) => writeFileSync(new URL(bench.printer.address).pathname, bytes(...parts));
  const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
  const receipts = async () => (await get('/api/printer/receipts')).json.receipts;
  const pictureOf = (receipt: { picture: string }) =>
    Buffer.from(receipt.picture.replace('data:image/svg+xml;base64,', ''), 'base64').toString('utf8');

  test('receipts are what the bytes say: text, picture, cut', async () => {
    const { revision } = (await get('/api/state')).json.printer;
    // 社会保障 in GBK, then 8 dots of raster, then a cut.
    print(
      hex('C9E7 BBE1 B1A3 D5CF 20 312E 3030 0A'),
      encode('raster', { mode: 0, widthBytes: 1, rows: 1, data: hex('AA') }),
      encode('feedLines', { lines: 2 }),
      encode('cutFull', { dots: 0 }),
    );
    await vi.waitFor(async () => expect(await receipts()).toMatchObject([{ cut: 'full', taken: false }]));
    const [receipt] = await receipts();
    expect(receipt.text).toBe('社会保障 1.00\n[image 8x1]\n');
    expect(receipt.lines).toEqual(['社会保障 1.00', '[image 8x1]', '']);
    const picture = pictureOf(receipt);
    expect(picture).toMatch(/^<svg /);
    for (const glyph of '社会保障1') expect(picture).toContain(`>${glyph}</text>`);
    // Dots 0, 2, 4, 6 of AA.
    expect(picture.match(/M\d+ \d+h1v1h-1z/g)).toHaveLength(4);
    const state = (await get('/api/state')).json.printer;
    expect(state).toMatchObject({ receipts: 1, paper: 'ok', cover: 'closed', cutter: 'ok' });
    expect(state.revision).toBeGreaterThan(revision);
  });

  test('paper can be torn off half-way, and is remembered as taken', async () => {
    print(Buffer.from('half\n'));
    await vi.waitFor(async () => expect(await receipts()).toMatchObject([{ text: 'half', cut: 'none' }]));
    const torn = await post('/api/printer/receipts', { tear: true });
    expect(torn.json.receipts).toMatchObject([{ text: 'half', cut: 'torn', taken: true }]);
    print(Buffer.from('next\n'), encode('cutPartial', { dots: 0 }));
    await vi.waitFor(async () =>
      expect(await receipts()).toMatchObject([
        { text: 'half', taken: true },
        { text: 'next', cut: 'partial', taken: false },
      ]),
    );
    expect((await get('/api/state')).json.printer.receipts).toBe(1);
  });

  test('a roll that ran out is replaced', async () => {
    await post('/api/printer/faults', { paperLeftMm: 1 });
    print(Buffer.from('a\nb\nc\n'));
    await vi.waitFor(async () => expect((await get('/api/state')).json.printer.paper).toBe('out'));
    expect((await post('/api/printer', { loadPaper: true })).json.paper).toBe('ok');
    await vi.waitFor(async () => expect((await receipts())[0].lines).toEqual(['a', 'b', 'c']));
  });

  test.each([
    ['/api/printer', { loadPaper: false }],
    ['/api/printer', {}],
    ['/api/printer/receipts', { tear: 1 }],
    ['/api/printer/receipts', {}],
  ])('%s %j is refused', async (path, body) => {
    expect((await post(path, body)).status).toBe(400);
  });
});

describe('faults of devices', () => {
  test.each(deviceNames)('%s: every fault is listed, set, told by the state and cleared', async (name) => {
    const path = `/api/${name}/faults`;
    const { faults } = (await get(path)).json;
    expect(faults.length).toBeGreaterThan(4);
    const setValue = (kind: string) => (kind === 'switch' ? true : 5);
    for (const fault of faults) {
      expect(fault.description).not.toBe('');
      expect(fault.value).toBe(fault.kind === 'switch' ? false : 0);
      const set = await post(path, { [fault.name]: setValue(fault.kind) });
      expect(set.json.faults.find((one: { name: string }) => one.name === fault.name)).toEqual({
        ...fault,
        value: setValue(fault.kind),
      });
      expect((await get('/api/state')).json[name].faults).toContain(fault.name);
      await post(path, { [fault.name]: fault.value });
    }
    await post(
      path,
      Object.fromEntries(faults.map((fault: { name: string; kind: string }) => [fault.name, setValue(fault.kind)])),
    );
    const cleared = (await post(path, { clear: true })).json.faults;
    expect(cleared).toEqual(faults);
    expect((await get('/api/state')).json[name]).toMatchObject({ faults: [], plugged: true });
  });

  test.each(deviceNames.filter((name) => name !== 'card-reader'))(
    '%s goes with its cable and comes back at the same place',
    async (name) => {
      const { address } = (await get('/api/state')).json[name];
      await post(`/api/${name}/faults`, { unplugged: true });
      expect((await get('/api/state')).json[name].plugged).toBe(false);
      expect(() => writeFileSync(new URL(address).pathname, '', { flag: 'r+' })).toThrow('ENOENT');
      await post(`/api/${name}/faults`, { unplugged: false });
      expect((await get('/api/state')).json[name]).toMatchObject({ plugged: true, address });
      writeFileSync(new URL(address).pathname, '', { flag: 'r+' });
    },
  );

  test('half a wish is none', async () => {
    const answer = await post('/api/printer/faults', { paperOut: true, coverOpen: 'yes' });
    expect(answer.status).toBe(400);
    expect(answer.json.error).toBe('coverOpen: got "yes", wants true or false');
    expect((await get('/api/state')).json.printer.faults).toEqual([]);
  });

  test.each([
    ['printer', { lineDelayMs: -1 }, 'lineDelayMs: got -1, wants a number from 0 to 1000000000'],
    ['printer', { lineDelayMs: true }, /^lineDelayMs/],
    ['pin-pad', { paperOut: true }, /^unknown member "paperOut"; this takes silent,/],
    ['card-reader', { clear: 1 }, 'clear: got 1, wants true'],
    ['card-reader', { clear: true, mute: true }, /^unknown member "mute"/],
  ])('%s %j is refused in words', async (name, body, words) => {
    const answer = await post(`/api/${name}/faults`, body);
    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatch(words);
  });
});

describe.each(['card-management', 'bank-core'])('host %s', (name) => {
  const path = `/api/hosts/${name}/faults`;

  test('every kind of fault is listed, set and cleared', async () => {
    const { faults, kinds } = (await get(path)).json;
    expect(faults).toEqual([]);
    for (const { kind, description, parameter } of kinds) {
      expect(description).not.toBe('');
      const value = parameter === undefined ? {} : { [parameter.name]: parameter.values?.[0] ?? parameter.from };
      expect((await post(path, { kind, ...value })).json.faults).toEqual([{ kind, ...value }]);
      expect((await get('/api/state')).json.hosts[name].faults).toEqual([{ kind, ...value }]);
      expect((await post(path, { clear: kind })).json.faults).toEqual([]);
    }
    await post(path, { kind: 'slow', ms: 1, times: 2, operation: 'echo' });
    await post(path, { kind: 'garbage' });
    expect((await get(path)).json.faults).toHaveLength(2);
    expect((await post(path, { clear: true })).json.faults).toEqual([]);
  });

  test.each([
    {},
    { kind: 'lazy' },
    { kind: 'slow' },
    { kind: 'slow', ms: 'long' },
    { kind: 'garbage', ms: 1 },
    { clear: 'lazy' },
    { clear: true, kind: 'slow' },
  ])('%j is refused in words', async (body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.json.error).not.toBe('');
  });

  test('the ledger begins empty', async () => {
    expect((await get(`/api/hosts/${name}/ledger`)).json).toEqual({ entries: [] });
  });
});

describe('people', () => {
  test('what the holder received, with the code; the number stays masked', async () => {
    expect((await get('/api/phone/messages')).json).toEqual({ messages: [] });
    const bank = bankOf(bench);
    await bank.sendCode({ holderRef: await firstHolder(bank), purpose: 'lossReport' }, once());
    await bank.stop();
    expect((await get('/api/phone/messages')).json.messages).toEqual([
      {
        at: expect.stringMatching(/Z$/),
        to: expect.stringMatching(/^120\*{6}\d\d$/),
        purpose: 'lossReport',
        code: expect.stringMatching(/^\d{6}$/),
      },
    ]);
    expect((await get('/api/state')).json.phone).toEqual({ messages: 1 });
    await bench.reset();
    expect((await get('/api/phone/messages')).json).toEqual({ messages: [] });
  });

  test('the branch approves or refuses what has waited longest, and has nothing to say when nothing waits', async () => {
    for (const decision of ['approve', 'refuse']) {
      const answer = await post(`/api/staff/${decision}`, {});
      expect(answer).toMatchObject({ status: 409, json: { error: 'nothing waits for the branch' } });
    }
    const bank = bankOf(bench);
    const holderRef = await firstHolder(bank);
    const asked = [];
    for (const service of ['unfreeze', 'resetPin'] as const)
      asked.push(await bank.requestApproval({ service, visitRef: 'v', holderRef }, once()));
    expect((await get('/api/state')).json.staff.waiting.map((one: { act: string }) => one.act)).toEqual([
      'unfreeze',
      'resetPin',
    ]);
    expect((await post('/api/staff/approve', {})).json.waiting).toMatchObject([{ act: 'resetPin' }]);
    expect((await post('/api/staff/refuse', {})).json).toEqual({ waiting: [] });
    const states = [];
    for (const one of asked) states.push(await bank.approvalState(one.ok ? one.value.requestRef : ''));
    await bank.stop();
    expect(states).toMatchObject([{ value: { state: 'approved' } }, { value: { state: 'refused' } }]);
  });
});

describe('time', () => {
  test('delays have a scale', async () => {
    expect((await post('/api/delays', { scale: 0.5 })).json).toEqual({ scale: 0.5 });
    expect((await get('/api/state')).json.delays).toEqual({ scale: 0.5 });
    for (const body of [{}, { scale: 1.1 }, { scale: -0.1 }, { scale: '1' }, { scale: 1, unit: 's' }])
      expect((await post('/api/delays', body)).status).toBe(400);
  });

  test('the hosts have a clock', async () => {
    expect((await post('/api/clock', { offset: 86_400 })).json).toEqual({ offset: 86_400 });
    expect(bench.hosts.now().getTime()).toBeGreaterThan(Date.now() + 86_000_000);
    expect(Date.parse((await get('/api/state')).json.clock.now)).toBeGreaterThan(Date.now() + 86_000_000);
    for (const body of [{}, { offset: 1e12 }, { offset: null }])
      expect((await post('/api/clock', body)).status).toBe(400);
  });
});

test('a reset brings everything back', async () => {
  const before = (await get('/api/state')).json;
  await post('/api/card-reader', { insert: 'gen2' });
  await post('/api/pin-pad/faults', { unplugged: true });
  await post('/api/printer/faults', { paperLeftMm: 0.5, cutterJam: true });
  await post('/api/hosts/bank-core/faults', { kind: 'down', how: 'refuse' });
  await post('/api/delays', { scale: 1 });
  await post('/api/clock', { offset: -3600 });
  const after = (await post('/api/reset', {})).json;
  const steady = ({ clock, printer, ...rest }: Answer['json']) => ({
    ...rest,
    clock: clock.offset,
    printer: { ...printer, revision: 0 },
  });
  expect(steady(after)).toEqual(steady(before));
  expect((await get('/api/printer/receipts')).json.receipts).toEqual([]);
});

test('the state tells whether the kiosk is there', async () => {
  expect((await get('/api/state')).json.kiosk).toEqual({ url: bench.kioskUrl, reachable: false });
});
