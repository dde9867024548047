/** The table of faults in a driver's README.md: what a report is and what a person does comes from assets/devices. */
import { adviceOf } from '#assets/devices/advice.ts';

const head = ['report', 'what it is', 'what the driver does', 'what a person does'];

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

const isHead = (line: string): boolean => line.startsWith('|') && cellsOf(line).join() === head.join();

/** The page with the two columns as they have to be; how the driver recovers stays as it is written there. */
export function withAdvice(readme: string, driver: string): string {
  const lines = readme.split('\n');
  const first = lines.findIndex(isHead);
  if (first < 0) throw new Error(`drivers/${driver}/README.md has no table of faults`);
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  const rows = lines.slice(first + 2, first + length).map((line) => {
    const [report = '', was = '', does = '', todo = ''] = cellsOf(line);
    const found = adviceOf(driver, report.replaceAll('`', ''));
    return found === undefined ? [report, was, does, todo] : [report, found.is[1], does, found.todo?.[1] ?? '–'];
  });
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const table = [row(head), row(widths.map((width) => '-'.repeat(width))), ...rows.map(row)];
  return [...lines.slice(0, first), ...table, ...lines.slice(first + length)].join('\n');
}
