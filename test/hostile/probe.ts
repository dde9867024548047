// A well-behaved client in a process of its own: asks for the status, waits for the answer, asks again. Told to report, it
// sends its latencies in microseconds and begins anew: `probe.js <URL of a service>`.
import { once } from 'node:events';
import { WebSocket } from 'ws';

const socket = new WebSocket(process.argv[2] ?? '', { perMessageDeflate: false });
await once(socket, 'open');
let samples: number[] = [];
let requestId = 0;
let from = process.hrtime.bigint();

function ask(): void {
  requestId = (requestId % 1_000_000_000) + 1;
  from = process.hrtime.bigint();
  socket.send(`{"header":{"name":"Common.Status","type":"command","requestId":${requestId},"version":"2.0"}}`);
}
socket.on('message', (data: Buffer) => {
  if (!data.includes('"type":"completion"')) return;
  if (!data.includes(`"requestId":${requestId},`)) throw new Error(`a stranger's completion: ${data.toString()}`);
  samples.push(Number(process.hrtime.bigint() - from) / 1_000);
  // A client has something else to do, too.
  setTimeout(ask, 1);
});
process.on('message', () => {
  process.send?.({ samples });
  samples = [];
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
ask();
