// Sums what the tests saw of the daemon's messages (test/conformance/recorder.ts wrote one file per process) and prints
// them by count. Fails when a message that the daemon's services offer was never seen.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../out/conformance');
const listed = 'implemented.json';
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const counts = new Map();
for (const file of files) {
  if (file === listed) continue;
  for (const [key, count] of Object.entries(read(file))) counts.set(key, (counts.get(key) ?? 0) + count);
}
// Acknowledges and refusals of what is not offered are many and say little: one line for each service.
const rows = new Map();
for (const [key, count] of counts) {
  if (key.includes(' success ')) continue;
  const row = key.replace(/ (acknowledge|unsupported) .*$/, ' $1 of anything');
  rows.set(row, (rows.get(row) ?? 0) + count);
}
const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
const byCount = [...rows].sort(([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1));
for (const [row, count] of byCount) console.log(`${String(count).padStart(9)}  ${row}`);
console.log(`${total} messages, every one as the catalogues want it`);

if (!files.includes(listed)) {
  console.error(`out/conformance/${listed} is missing: test/conformance/implemented.test.ts did not run`);
  process.exit(1);
}
const implemented = read(listed);
const unseen = implemented.filter((key) => !counts.has(key));
for (const key of unseen) console.error(`never seen: ${key}`);
const refusedOnly = implemented
  .filter((key) => key.includes(' completion ') && !counts.has(key.replace(' completion ', ' success ')))
  .map((key) => key.replace(' completion ', ' '));
if (refusedOnly.length > 0) console.log(`never seen to succeed: ${refusedOnly.join(', ')}`);
console.log(`${implemented.length - unseen.length} of ${implemented.length} implemented messages seen`);
process.exit(unseen.length === 0 ? 0 : 1);
