import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** A technician's desk for every test: a folder of its own, and what the command says is heard instead of printed. */
export class Hearing {
  folder = '';
  said: string[] = [];
  /** Run when the test is over, the last one first. */
  readonly cleanUps: (() => unknown)[] = [];

  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'kiosk-cli-'));
      this.said = [];
      const hear = (text: unknown) => void this.said.push(String(text));
      vi.spyOn(console, 'log').mockImplementation(hear);
      vi.spyOn(console, 'error').mockImplementation(hear);
    });
    afterEach(async () => {
      for (const cleanUp of this.cleanUps.splice(0).reverse()) await cleanUp();
      vi.restoreAllMocks();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  get spoken(): string {
    return this.said.join('\n');
  }

  configFile(settings: object): string {
    const file = join(this.folder, 'kiosk.json');
    writeFileSync(file, JSON.stringify(settings));
    return file;
  }
}
