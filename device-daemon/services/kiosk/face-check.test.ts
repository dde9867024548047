import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { HttpFaceCheck } from './face-check.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function provider(answer: RequestListener): Promise<HttpFaceCheck> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return new HttpFaceCheck(`http://127.0.0.1:${(server.address() as AddressInfo).port}/face`);
}

const unavailable = { verdict: 'unavailable' };
const about = { visit: 'visit' };
const soon = { timeoutMs: 5_000 };

test('the visit is all that the provider is told', async () => {
  const asked: unknown[] = [];
  const face = await provider((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => {
      body += piece.toString();
    });
    request.on('end', () => {
      asked.push([request.method, request.url, request.headers['content-type'], body]);
      response.end('{"verdict": "match", "ref": "F-1"}');
    });
  });
  expect(await face.check(about, soon)).toEqual({ verdict: 'match', ref: 'F-1' });
  expect(asked).toEqual([['POST', '/face', 'application/json', '{"visit":"visit"}']]);
});

test.each([
  ['{"verdict": "match"}', { verdict: 'match' }],
  ['{"verdict": "differs", "ref": "F_2"}', { verdict: 'differs', ref: 'F_2' }],
  ['{"verdict": "unavailable"}', unavailable],
  ['{"verdict": "matches"}', unavailable],
  ['{"verdict": true}', unavailable],
  ['{"verdict": "match", "ref": 7}', unavailable],
  ['{"verdict": "match", "ref": "a b"}', unavailable],
  [`{"verdict": "match", "ref": "${'x'.repeat(65)}"}`, unavailable],
  ['{"verdict": "match", "picture": "…"}', unavailable],
  [`{"verdict": "match"${' '.repeat(2_000)}}`, unavailable],
  ['"match"', unavailable],
  ['null', unavailable],
  ['match', unavailable],
  ['', unavailable],
])('answer %j', async (answer, verdict) => {
  const face = await provider((_request, response) => response.end(answer));
  expect(await face.check(about, soon)).toEqual(verdict);
});

test.each([201, 204, 400, 404, 500, 503])('status %i is no verdict', async (status) => {
  const face = await provider((_request, response) => {
    response.writeHead(status);
    response.end(status === 204 ? undefined : '{"verdict": "match"}');
  });
  expect(await face.check(about, soon)).toEqual(unavailable);
});

test('a redirection is not followed', async () => {
  const other = await provider((_request, response) => response.end('{"verdict": "match"}'));
  expect(await other.check(about, soon)).toEqual({ verdict: 'match' });
  const face = await provider((_request, response) => {
    response.writeHead(307, { Location: '/elsewhere' });
    response.end();
  });
  expect(await face.check(about, soon)).toEqual(unavailable);
});

test('nobody there, a line that breaks, a deadline, a visit that ends', async () => {
  expect(await new HttpFaceCheck('http://127.0.0.1:9/').check(about, soon)).toEqual(unavailable);
  const broken = await provider((_request, response) => {
    response.writeHead(200, { 'Content-Length': 30 });
    response.write('{"verdict":', () => response.destroy());
  });
  expect(await broken.check(about, soon)).toEqual(unavailable);
  const silent = await provider(() => undefined);
  expect(await silent.check(about, { timeoutMs: 50 })).toEqual(unavailable);
  const ended = new AbortController();
  const checking = silent.check(about, { ...soon, signal: ended.signal });
  ended.abort();
  expect(await checking).toEqual(unavailable);
});
