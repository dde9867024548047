import { execFileSync } from 'node:child_process';

/** Generated code must be there before the first import, the daemon's child processes before the first test that uses one. */
export default function setup(): void {
  const steps = process.env['KIOSK_SKIP_BUILD']
    ? [['scripts/generate.js']]
    : [['scripts/generate.js'], ['scripts/build.js', 'daemon', 'bench']];
  for (const step of steps) {
    execFileSync(process.execPath, step, { stdio: 'inherit' });
  }
}
