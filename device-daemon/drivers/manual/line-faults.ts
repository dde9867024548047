/**
 * What every driver must get over, and which tests show that it does. A driver says it in `covered.ts` beside its tests;
 * `npm test` fails when a test that is named did not run and pass.
 */
export const lineFaults = {
  absentAtStart: 'absent at start, then plugged in',
  unplugged: 'unplugged in every state',
  silent: 'silent',
  byteByByte: 'byte by byte',
  junk: 'junk before and inside frames',
  wrongChecksum: 'wrong checksum',
  truncated: 'truncated',
  repeated: 'duplicate and late answers',
  busyPort: 'busy port',
  otherDevice: 'another device on the port',
} as const;

export type LineFault = keyof typeof lineFaults;

export type Cell =
  /**
   * Tests by file and full name as the run reports them, `faults.test.ts > noise > wrongBcc, 3m`; the file is relative to the
   * driver's folder. A group stands for every test in it, `*` for any text.
   */
  | { readonly tests: readonly string[] }
  /** Why it makes no sense with this protocol. */
  | { readonly doesNotApply: string }
  | 'notCovered';

export type FaultsCovered = Readonly<Record<LineFault, Cell>>;

/** The part of vitest's JSON report that is looked at. */
export interface RunReport {
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

interface RanTest {
  readonly id: string;
  readonly passed: boolean;
}

function ranIn(report: RunReport, folder: string): readonly RanTest[] {
  const inFolder = `/${folder}/`;
  return report.testResults.flatMap(({ name, assertionResults }) => {
    const path = name.replaceAll('\\', '/');
    const at = path.lastIndexOf(inFolder);
    if (at < 0) return [];
    const file = path.slice(at + inFolder.length);
    return assertionResults.map(({ ancestorTitles, title, status }) => ({
      id: [file, ...ancestorTitles, title].join(' > '),
      passed: status === 'passed',
    }));
  });
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

/** The test itself, or every test of a group. */
function matcher(named: string): RegExp {
  const pattern = named.split('*').map(escaped).join('.*');
  return new RegExp(`^${pattern}(?: > .*)?$`, 's');
}

/**
 * Looks whether every test that a driver names ran and passed.
 * @param folder of the driver, as it ends: `drivers/sam-v`
 * @returns one sentence for each that did not
 */
export function mistakesOf(folder: string, covered: FaultsCovered, report: RunReport): readonly string[] {
  const ran = ranIn(report, folder);
  return (Object.keys(lineFaults) as LineFault[]).flatMap((fault) => {
    const cell = covered[fault];
    if (cell === 'notCovered' || 'doesNotApply' in cell) return [];
    const where = `${folder}, ${lineFaults[fault]}:`;
    if (cell.tests.length === 0) return [`${where} names no test`];
    return cell.tests.flatMap((named) => {
      const matches = matcher(named);
      const meant = ran.filter(({ id }) => matches.test(id));
      if (meant.length === 0) return [`${where} "${named}" did not run`];
      return meant.filter(({ passed }) => !passed).map(({ id }) => `${where} "${id}" did not pass`);
    });
  });
}
