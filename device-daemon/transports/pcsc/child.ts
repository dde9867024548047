/**
 * The process that owns npm pcsclite. One life of it is one PC/SC context: whatever goes wrong with the context ends the
 * process, and the daemon starts another. It never calls the library's `close()`, which deadlocks in a status handler,
 * blocks behind a transmit that hangs, and makes an error of its own: dying is the one clean way out.
 */
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { MessagePipe } from './message-pipe.ts';
import { type ChildCall, type ChildMessage, dispositions, pipeDescriptor, slotBits } from './protocol.ts';

/** As much of pcsclite as is used here; the package is optional, so its own types may be absent too. */
interface LibraryReader {
  readonly name: string;
  readonly connected: boolean;
  on(event: 'status', listener: (status: { state: number; atr?: Uint8Array }) => void): void;
  on(event: 'end', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  connect(
    options: { share_mode: number; protocol: number },
    callback: (error: Error | null | undefined, protocol?: number) => void,
  ): void;
  disconnect(disposition: number, callback: (error: Error | null | undefined) => void): void;
  transmit(
    apdu: Buffer,
    receiveLength: number,
    protocol: number,
    callback: (error: Error | null | undefined, response?: Uint8Array) => void,
  ): void;
}
interface LibraryContext {
  on(event: 'reader', listener: (reader: LibraryReader) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

const shareExclusive = 1;
/** The reader without regard to a card; no protocol is agreed on. */
const shareDirect = 3;
const noProtocol = 0;
const anyProtocol = 3;
/** The longest response of an extended APDU. A buffer that is too short costs the response (0x80100008). */
const receiveLength = 65_538;
/** pcscd may be started later than we are, or restarted by an administrator. */
const serviceRetryMs = 1_000;

const readers = new Map<string, { readonly reader: LibraryReader; count: number | undefined }>();

const pipe = new MessagePipe<ChildCall, ChildMessage>(new Socket({ fd: pipeDescriptor }), receive);

function send(message: ChildMessage, then?: () => void): void {
  if (process.connected) pipe.send(message, then);
  else die();
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

/** The library appends the PC/SC code to its texts: `... (0x80100069)`. */
function codeOf(error: Error): number | undefined {
  const found = /\(0x([0-9a-f]{8})\)/i.exec(error.message);
  return found === null ? undefined : Number.parseInt(found[1] ?? '', 16);
}

function watch(reader: LibraryReader): void {
  const entry: { readonly reader: LibraryReader; count: number | undefined } = { reader, count: undefined };
  readers.set(reader.name, entry);
  reader.on('error', () => {
    // `end` or the context's own error follows and says the same.
  });
  reader.on('end', () => {
    readers.delete(reader.name);
    send({ event: 'end', reader: reader.name });
  });
  reader.on('status', ({ state, atr }) => {
    const count = state >>> 16;
    const bits = state & 0xffff;
    const otherCard = entry.count !== undefined && entry.count !== count;
    entry.count = count;
    // After a removal every transmit fails until disconnect is called, even with the next card in; never inside the
    // handler, where the library holds its lock.
    if (reader.connected && (otherCard || (bits & slotBits.present) === 0)) {
      setImmediate(() => reader.disconnect(dispositions.leave, () => {}));
    }
    send({ event: 'status', reader: reader.name, state: bits, count, atr: Uint8Array.from(atr ?? []) });
  });
}

function answer(
  call: ChildCall,
  error: Error | null | undefined,
  reply: { protocol?: number; data?: Uint8Array },
): void {
  if (error) send({ id: call.id, ok: false, code: codeOf(error), detail: error.message });
  else send({ id: call.id, ok: true, ...reply });
  calls.shift();
  const next = calls[0];
  if (next !== undefined) perform(next);
}

/** One call at a time: what a call finds in `connected` holds until its end. The first is the one that runs. */
const calls: ChildCall[] = [];

function receive(call: ChildCall): void {
  calls.push(call);
  if (calls.length === 1) perform(call);
}

/** A second connect answers without a protocol; start from a known state instead. */
function fromScratch(reader: LibraryReader, call: ChildCall, connect: () => void): void {
  if (!reader.connected) connect();
  else reader.disconnect(dispositions.leave, (error) => (error ? answer(call, error, {}) : connect()));
}

function perform(call: ChildCall): void {
  const reader = readers.get(call.reader)?.reader;
  if (reader === undefined) {
    answer(call, new Error('reader is gone (0x80100009)'), {});
    return;
  }
  switch (call.call) {
    case 'connect':
      fromScratch(reader, call, () =>
        reader.connect({ share_mode: shareExclusive, protocol: anyProtocol }, (error, protocol) =>
          answer(call, error, protocol === undefined ? {} : { protocol }),
        ),
      );
      return;
    case 'refresh':
      fromScratch(reader, call, () =>
        reader.connect({ share_mode: shareDirect, protocol: noProtocol }, (error) => {
          if (error) answer(call, error, {});
          else reader.disconnect(dispositions.unpower, (failed) => answer(call, failed, {}));
        }),
      );
      return;
    case 'disconnect':
      reader.disconnect(call.disposition, (error) => answer(call, error, {}));
      return;
    case 'transmit': {
      const apdu = Buffer.from(call.apdu);
      // A VERIFY carries a PIN: the copy that came through the pipe does not outlive the call.
      call.apdu.fill(0);
      const done = (error: Error | null | undefined, data?: Uint8Array) => {
        apdu.fill(0);
        answer(call, error, data === undefined ? {} : { data: Uint8Array.from(data) });
        data?.fill(0);
      };
      if (!reader.connected) done(new Error('card was removed (0x80100069)'));
      else reader.transmit(apdu, receiveLength, call.protocol, done);
      return;
    }
  }
}

function establish(library: () => LibraryContext): void {
  let context: LibraryContext;
  try {
    context = library();
  } catch (error) {
    // pcscd is not there: the constructor throws 0x8010001d.
    send({ event: 'problem', problem: 'serviceDown', detail: error instanceof Error ? error.message : String(error) });
    setTimeout(establish, serviceRetryMs, library);
    return;
  }
  // pcscd died: 0x80100013, then silence for ever from this context.
  context.on('error', (error) => send({ event: 'problem', problem: 'serviceDown', detail: error.message }, die));
  context.on('reader', watch);
  send({ event: 'context' });
}

process.on('disconnect', die);
// The library can block this thread (a status event waits for a running transmit); another one watches the parent.
new Worker(
  `const parent = process.ppid;
   setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 500);`,
  { eval: true },
);

let library: (() => LibraryContext) | undefined;
try {
  library = createRequire(import.meta.url)('pcsclite') as () => LibraryContext;
} catch (error) {
  send({ event: 'problem', problem: 'libraryMissing', detail: error instanceof Error ? error.message : '' }, die);
}
if (library !== undefined) establish(library);
