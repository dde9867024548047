import { createRequire } from 'node:module';

/** As much of pcsclite as is used here. */
interface LibraryReader {
  readonly name: string;
  on(event: 'status' | 'error', listener: () => void): void;
  connect(
    options: { share_mode: number; protocol: number },
    callback: (error: Error | null | undefined, protocol: number) => void,
  ): void;
  disconnect(disposition: number, callback: (error: Error | null | undefined) => void): void;
  transmit(
    apdu: Buffer,
    receiveLength: number,
    protocol: number,
    callback: (error: Error | null | undefined, response: Uint8Array) => void,
  ): void;
}

const exclusive = 1;
const anyProtocol = 3;
const leave = 0;
const receiveLength = 65_538;

/** The same reader without the daemon: nothing but npm pcsclite. Microseconds per exchange. */
export async function directReader({ socket, reader: wanted }: { readonly socket: string; readonly reader: string }) {
  process.env['PCSCLITE_CSOCK_NAME'] = socket;
  const library = createRequire(import.meta.url)('pcsclite') as () => {
    on(event: 'reader', listener: (reader: LibraryReader) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  };
  const context = library();
  const reader = await new Promise<LibraryReader>((resolve, reject) => {
    context.on('error', reject);
    context.on('reader', (found) => {
      // pcscd ends before we do.
      found.on('error', () => {});
      if (found.name.startsWith(wanted)) found.on('status', () => resolve(found));
    });
  });
  let protocol = 0;
  const settled = (act: (callback: (error: Error | null | undefined) => void) => void) =>
    new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
  return {
    connect: () =>
      settled((done) =>
        reader.connect({ share_mode: exclusive, protocol: anyProtocol }, (error, agreed) => {
          protocol = agreed;
          done(error);
        }),
      ),
    disconnect: () => settled((done) => reader.disconnect(leave, done)),
    transmit: (apdu: Buffer): Promise<number> => {
      const from = process.hrtime.bigint();
      return new Promise((resolve, reject) =>
        reader.transmit(Buffer.from(apdu), receiveLength, protocol, (error) =>
          error ? reject(error) : resolve(Number(process.hrtime.bigint() - from) / 1_000),
        ),
      );
    },
  };
}
