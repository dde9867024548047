import { expect, vi } from 'vitest';
import { EscposEmulator } from '#simulators/emulators/escpos/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { EscposPrinter } from '../../drivers/escpos/index.ts';
import { openChannel } from '../../transports/index.ts';
import { type ReceiptFields, type ReceiptLanguage, render } from './index.ts';

/** Prints through driver and pseudo-terminal, and reads the paper. */
export async function bench(repertoire: 'gbk' | 'gb2312') {
  const line = await openLine({ kind: 'pty' });
  const emulator = new EscposEmulator({ line, timeScale: 0, repertoire });
  const printer = new EscposPrinter({ name: 'receipt', open: openChannel(line.address), settings: { repertoire } });
  printer.start();
  await vi.waitFor(() => expect(printer.report().state).toBe('ready'), { timeout: 5_000 });
  return {
    async print(form: string, language: ReceiptLanguage, fields: ReceiptFields) {
      const rendered = render(form, language, fields, printer.capabilities());
      if (!rendered.ok) throw new Error(JSON.stringify(rendered.error));
      expect(await printer.print(rendered.value.bytes, { timeoutMs: 20_000 })).toEqual({ outcome: 'done' });
      const [receipt] = emulator.tear();
      return { lines: receipt?.lines.map((text) => text.replace(/\s+/g, ' ').trim()) ?? [], svg: receipt?.svg ?? '' };
    },
    async close() {
      await printer.stop();
      emulator.stop();
      await line.close();
    },
  };
}
