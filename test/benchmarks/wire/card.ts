// The bench's reader and card in a process of their own, so that neither side of the wire is measured with them.
import { openCardSlot } from '#simulators/pcscd/index.ts';
import { EchoCard } from '#simulators/virtual-reader/index.ts';

const opened = await openCardSlot();
if (!opened.ok) {
  process.send?.({ missing: `${opened.error.code}, ${opened.error.detail}` });
  process.disconnect();
} else {
  const slot = opened.value;
  await slot.reader.insert(new EchoCard());
  process.on('disconnect', () => void slot.stop().then(() => process.exit(0)));
  process.send?.({ transport: slot.transport });
}
