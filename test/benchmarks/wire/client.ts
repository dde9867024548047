// The client's side: rounds of Common.Status and of the echo in turn, then ChipIO and the same APDU straight through
// pcsclite in turn. Sends the samples to the script, which does the sums.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { directReader } from './direct-reader.ts';

interface Task {
  readonly wire: number;
  readonly echo: number;
  readonly pcsc?: { readonly socket: string; readonly reader: string };
  readonly warmUp: number;
  readonly rounds: number;
  readonly perRound: number;
  readonly chipWarmUp: number;
  readonly chipRounds: number;
  readonly chipPerRound: number;
}

interface Round {
  readonly chipIo: readonly number[];
  readonly direct: readonly number[];
  readonly status: readonly number[];
}

const task = JSON.parse(process.argv[2] ?? '') as Task;

process.on('disconnect', () => process.exit(0));

/** Hands samples over and waits until the script says to go on. */
async function report(message: object): Promise<void> {
  const answered = once(process, 'message');
  process.send?.(message);
  await answered;
}

/** A socket on which one exchange runs at a time: a text out, texts back until the last, the microseconds between. */
async function open(url: string, isLast: (data: Buffer) => boolean) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let done: (last: Buffer) => void = () => {};
  socket.on('message', (data) => {
    if (isLast(data as Buffer)) done(data as Buffer);
  });
  await once(socket, 'open');
  return {
    exchange: (text: string): Promise<{ readonly us: number; readonly last: Buffer }> =>
      new Promise((resolve) => {
        const from = process.hrtime.bigint();
        done = (last) => resolve({ us: Number(process.hrtime.bigint() - from) / 1_000, last });
        socket.send(text);
      }),
  };
}

const service = await open(`ws://127.0.0.1:${task.wire}/xfs4iot/v1.0/CardReader`, (data) =>
  data.includes('"type":"completion"'),
);
const bare = await open(`ws://127.0.0.1:${task.echo}`, () => true);
let id = 1_000_000;
let completionSize = 0;

async function command(name: string, version: string, payload?: object): Promise<number> {
  id += 1;
  const text = JSON.stringify({ header: { name, type: 'command', requestId: id, version }, payload });
  const { us, last } = await service.exchange(text);
  completionSize = last.length;
  const { header } = JSON.parse(String(last)) as { header: Readonly<Record<string, unknown>> };
  if (header['requestId'] !== id || header['completionCode'] !== 'success') {
    throw new Error(`${name} was answered ${String(last).slice(0, 300)}`);
  }
  return us;
}

async function repeat(times: number, act: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < times; index++) samples.push(await act());
  return samples;
}

const status = () => command('Common.Status', '2.0');
await status();
const frame = 'x'.repeat(completionSize);
const echo = async () => (await bare.exchange(frame)).us;

await repeat(task.warmUp, status);
await repeat(task.warmUp, echo);
await report({ warm: true });
const rounds: { readonly status: readonly number[]; readonly echo: readonly number[] }[] = [];
for (let round = 0; round < task.rounds; round++) {
  // The order changes, so that what one leaves behind does not always fall on the other.
  const first = await repeat(task.perRound, round % 2 === 0 ? status : echo);
  const second = await repeat(task.perRound, round % 2 === 0 ? echo : status);
  rounds.push(round % 2 === 0 ? { status: first, echo: second } : { status: second, echo: first });
}
await report({ frameBytes: frame.length, rounds });

if (task.pcsc !== undefined) {
  const direct = await directReader(task.pcsc);
  const apdu = Buffer.from('80b2100000', 'hex');
  const exchange = { chipProtocol: 'chipT0', chipData: apdu.toString('base64') };
  // Processes that slept are slow to wake, so all three are measured in one rhythm: an exchange with the chip, during
  // which the others sleep, then a status. The driver has the reader for itself while the chip has power: they take turns.
  const chip: Round[] = [];
  const throughDaemon = async (times: number): Promise<number[]> => {
    await command('CardReader.ChipPower', '2.0', { chipPower: 'cold' });
    const samples = await repeat(times, async () => {
      const us = await command('CardReader.ChipIO', '3.0', exchange);
      await status();
      return us;
    });
    await command('CardReader.ChipPower', '2.0', { chipPower: 'off' });
    return samples;
  };
  const throughLibrary = async (times: number): Promise<Pick<Round, 'direct' | 'status'>> => {
    await direct.connect();
    const samples: { readonly direct: number[]; readonly status: number[] } = { direct: [], status: [] };
    for (let index = 0; index < times; index++) {
      samples.direct.push(await direct.transmit(apdu));
      samples.status.push(await status());
    }
    await direct.disconnect();
    return samples;
  };
  await throughDaemon(task.chipWarmUp);
  await throughLibrary(task.chipWarmUp);
  for (let round = 0; round < task.chipRounds; round++) {
    chip.push({ chipIo: await throughDaemon(task.chipPerRound), ...(await throughLibrary(task.chipPerRound)) });
  }
  await report({ chip });
}
// pcsclite's own close can hang.
process.exit(0);
