import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Line, openLine } from '../emulators/line/index.ts';

/** A real pseudo-terminal where socat can make one, else a socket. */
export async function openCable(kind: 'pty' | 'tcp' | 'best', baudRate: number): Promise<Line> {
  const pty = kind === 'pty' || (kind === 'best' && (await isInstalled('socat')));
  return openLine(pty ? { kind: 'pty', query: `baudRate=${baudRate}` } : { kind: 'tcp' });
}

async function isInstalled(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
