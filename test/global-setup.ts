import { execFileSync } from 'node:child_process';

/** Generated code must be there before the first import, the daemon's child processes before the first test that uses one. */
export default function setup(): void {
  for (const step of [['scripts/generate.js'], ['scripts/build.js', 'daemon', 'bench']]) {
    execFileSync(process.execPath, step, { stdio: 'inherit' });
  }
}
