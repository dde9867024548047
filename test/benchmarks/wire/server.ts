// The server's side: the wire server with the card-reader service on the real driver, and beside it in the same process a
// bare `ws` that echoes, so that both are measured under the same load of the machine.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocketServer } from 'ws';
import { createPcscCardReader } from '#device-daemon/drivers/pcsc/index.ts';
import { cardReaderService } from '#device-daemon/services/card-reader/index.ts';
import { createWireServer } from '#device-daemon/wire/index.ts';

type Transport = Parameters<typeof createPcscCardReader>[0]['transport'];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const transport = JSON.parse(process.argv[2] ?? '{"kind":"vpcd","port":0}') as Transport;
const reader = createPcscCardReader({ name: 'cardReader', transport });
const wire = createWireServer({
  profile: 'bench',
  vendorName: 'bench',
  listeners: [
    { address: '127.0.0.1', port: 0, roles: { 'device-client': { auth: 'none', allowMissingOrigin: true } } },
  ],
  services: [cardReaderService(reader, { busy: () => false })],
});
const started = await wire.start();
if (!started.ok) throw new Error(JSON.stringify(started.error));
reader.start();

const echo = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
echo.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })));
await once(echo, 'listening');

process.on('message', () => {
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ heap: heapUsed + external, rss });
});
process.on('disconnect', () => void Promise.all([wire.close(), reader.stop()]).then(() => process.exit(0)));
process.send?.({ wire: started.value[0]?.port, echo: (echo.address() as AddressInfo).port });
