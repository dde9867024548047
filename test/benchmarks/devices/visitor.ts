// The client's side: a page that is connected as the touchscreen is, and, beside the daemon, the bare line: the same four
// commands and answers on a pseudo-terminal of their own, by somebody who waits for nothing.
import { commands, encodeCommand, encodeFrame, Framer } from '#device-daemon/drivers/sam-v/index.ts';
import { openChannel } from '#device-daemon/transports/index.ts';
import { Page } from '#test/node-kiosk/page.ts';

interface Task {
  readonly url: string;
  /** Address of the reader that is not the daemon's. */
  readonly bare?: string;
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const page = await Page.load(task.url);
let visitId: string | undefined;

/** As the page beats (kiosk-ui/port/heartbeat.ts). */
const beatMs = 2_000;
setInterval(() => {
  void page.call('Visit.Heartbeat', {
    screen: visitId === undefined ? 'attract' : 'insert-document',
    visible: true,
    ...(visitId !== undefined && { visitId }),
  });
}, beatMs);

const waits = (): boolean =>
  page.events.some(
    ({ name, payload }) =>
      name === 'Identity.HintEvent' && (payload as { reader?: string }).reader === 'identityReader',
  );

async function openBare(address: string): Promise<() => Promise<{ readonly ns: string; readonly bytes: number }>> {
  const opened = await openChannel(address)(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.detail);
  const channel = opened.value;
  let answered: () => void = () => undefined;
  let bytes = 0;
  const framer = new Framer({ frame: () => answered(), damaged: () => undefined });
  channel.onData((piece) => {
    bytes += piece.length;
    framer.push(piece);
  });
  return async () => {
    bytes = 0;
    const from = process.hrtime.bigint();
    for (const command of [commands.find, commands.select, commands.read, commands.newestAddress]) {
      const answer = new Promise<void>((resolve) => {
        answered = resolve;
      });
      const frame = encodeFrame(encodeCommand(command));
      bytes += frame.length;
      await channel.write(frame);
      await answer;
    }
    return { ns: String(process.hrtime.bigint() - from), bytes };
  };
}
const bare = task.bare === undefined ? undefined : await openBare(task.bare);

/** One visit: asks for a document, says that it waits, and says when the evidence was there. */
async function read(): Promise<void> {
  ({ visitId } = await page.call('Visit.Begin', { language: 'en' }));
  if (visitId === undefined) throw new Error('no visit');
  page.events.length = 0;
  const reading = page.call('Identity.Read', { visitId });
  await page.until('the reader waits', waits);
  process.send?.({ waits: true });
  const { documentEvidence } = await reading;
  const at = String(process.hrtime.bigint());
  if (documentEvidence === undefined) throw new Error('no evidence');
  await page.call('Visit.End', { visitId, reason: 'completed' });
  visitId = undefined;
  process.send?.({ at });
}

/** A visit in which every reader waits for a document, until it is told otherwise. */
async function wait(): Promise<void> {
  ({ visitId } = await page.call('Visit.Begin', { language: 'en' }));
  if (visitId === undefined) throw new Error('no visit');
  page.events.length = 0;
  void page.complete('Identity.Read', { visitId }).catch(() => undefined);
  await page.until('the reader waits', waits);
  process.send?.({ waits: true });
}

process.on('message', ({ act }: { act: 'read' | 'bare' | 'wait' }) => {
  if (act === 'read') void read();
  else if (act === 'wait') void wait();
  else void bare?.().then((took) => process.send?.(took));
});
process.on('disconnect', () => process.exit(0));
// Both readers must be there, and the first visit of a process is not like the others.
await page.until('documents are read', () => page.snapshot.documents.some(({ available }) => available));
process.send?.({ ready: true });
