// One of the processes of `npm run faults`: `main.js <script of the kiosk> <first seed> <runs> [mutant]`.
import type { Mutant } from './contract.ts';
import { runLives } from './runner.ts';

const [, , script = '', first = '0', runs = '0', mutant] = process.argv;
/** People and hosts are made anew after so many lives. */
const batch = 200;

for (let done = 0; done < Number(runs); done += batch) {
  const count = Math.min(batch, Number(runs) - done);
  const seeds = Array.from({ length: count }, (_, index) => Number(first) + done + index);
  const report = await runLives(script, seeds, mutant === undefined ? {} : { mutant: mutant as Mutant });
  process.send?.(report);
}
