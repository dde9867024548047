import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Words } from '#assets/devices/index.ts';
import { selfTestText, verdictWords, versionWords } from '#assets/maintenance/index.ts';
import type { Readiness, SelfTestItem } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from '../config/index.ts';
import { chinaClock } from '../journal/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { readinessOf } from './running-daemon.ts';
import { staffLanguage } from './staff-language.ts';

type Say = (words: Words) => string;

const marks = { well: '✓', look: '!', bad: '✗' } as const;
const printMs = 60_000;
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function linesOf(items: readonly SelfTestItem[], say: Say): string[] {
  return items.flatMap((item) => {
    const { subject, is, todo } = selfTestText(item);
    const what = `${marks[item.verdict]} ${say(subject)}: ${say(is)}`;
    return todo === undefined || item.verdict === 'well' ? [what] : [what, `    → ${say(todo)}`];
  });
}

function summary(items: readonly SelfTestItem[], say: Say): string {
  const count = (verdict: SelfTestItem['verdict']): string =>
    `${items.filter((item) => item.verdict === verdict).length} ${say(verdictWords[verdict])}`;
  return [count('bad'), count('look'), count('well')].join(', ');
}

const identityLines = ({ kiosk, versions, selfTest }: Readiness, say: Say): string[] => [
  `${kiosk.terminalId} · ${kiosk.branchName} · ${chinaClock(selfTest.at)}`,
  ...versions.map(({ what, version, hash }) => `${say(versionWords[what])} ${version} ${hash}`),
];

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** A page that a browser prints. */
export function readinessPage(readiness: Readiness, say: Say): string {
  const { items } = readiness.selfTest;
  const rows = items.map((item) => {
    const { subject, is, todo } = selfTestText(item);
    const cells = [marks[item.verdict], say(subject), say(is), item.verdict === 'well' ? '' : say(todo ?? ['', ''])];
    return `<tr class="${item.verdict}">${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  const title = say(['开机检查单', 'Readiness report']);
  return `<!doctype html><meta charset="utf-8"><title>${escaped(title)}</title><style>
@page { size: A4; margin: 18mm }
body { font: 10.5pt/1.45 'Noto Sans CJK SC', sans-serif; color: #16202c }
h1 { font-size: 20pt; margin: 0 0 2mm } p { margin: 0; color: #51606f }
table { width: 100%; margin-top: 6mm; border-collapse: collapse }
td { padding: 1.6mm 2mm; border-bottom: .2mm solid #d5dce3; vertical-align: top }
td:first-child { width: 5mm; font-weight: 700 } tr { break-inside: avoid }
.bad td { background: #fbe9e7 } .look td { background: #fdf4dc }
.signed { margin-top: 14mm; color: inherit }</style>
<h1>${escaped(title)}</h1>${identityLines(readiness, say)
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('')}
<p>${escaped(summary(items, say))}</p><table>${rows.join('')}</table>
<p class="signed">${escaped(say(['检查人签字：', 'Signed:']))} ______________________</p>`;
}

/** By the browser that shows the kiosk: it has the fonts, and needs no network for it. */
function writePdf(html: string, file: string): Result<undefined, string> {
  const browser = browsers.find((path) => existsSync(path));
  if (browser === undefined) return err('no Chromium is installed here: apt-get install chromium');
  const folder = mkdtempSync(join(tmpdir(), 'readiness-'));
  try {
    const page = join(folder, 'readiness.html');
    writeFileSync(page, html);
    const quiet = [
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
    ];
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const wanted = [`--user-data-dir=${join(folder, 'profile')}`, '--no-pdf-header-footer', `--print-to-pdf=${file}`];
    execFileSync(browser, [...quiet, ...asRoot, ...wanted, `file://${page}`], { stdio: 'ignore', timeout: printMs });
    return existsSync(file) ? ok(undefined) : err(`${file} was not written`);
  } catch (error) {
    return err(
      `${browser} could not write ${file}: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function asked(config: string | undefined): Promise<Result<Readiness, readonly string[]>> {
  const loaded = cliConfiguration(config);
  if (!loaded.ok) return loaded;
  const answer = await readinessOf(loaded.value.config satisfies Config);
  return answer.ok ? answer : err([`✗ ${answer.error}`]);
}

const isReady = ({ selfTest }: Readiness): boolean => selfTest.items.every(({ verdict }) => verdict !== 'bad');

export const selfTestCommand: CliCommand = {
  usage: 'selftest [--config FILE]',
  help: 'Has the running daemon look at everything now, and tells what is not well; exit code 1 when something is in the way.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    const answer = await asked(values.config);
    if (!answer.ok) {
      for (const line of answer.error) console.error(line);
      return 1;
    }
    const { items } = answer.value.selfTest;
    const say = staffLanguage();
    const told = linesOf(
      items.filter(({ verdict }) => verdict !== 'well'),
      say,
    );
    for (const line of told) console.log(line);
    console.log(summary(items, say));
    return isReady(answer.value) ? 0 : 1;
  },
};

export const readinessCommand: CliCommand = {
  usage: 'readiness [--pdf FILE] [--config FILE]',
  help: 'The readiness report: what runs here and everything the self-test found; --pdf: as a page to print and sign.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' }, pdf: { type: 'string' } } });
    const answer = await asked(values.config);
    if (!answer.ok) {
      for (const line of answer.error) console.error(line);
      return 1;
    }
    const say = staffLanguage();
    for (const line of identityLines(answer.value, say)) console.log(line);
    console.log('');
    for (const line of linesOf(answer.value.selfTest.items, say)) console.log(line);
    console.log(`\n${summary(answer.value.selfTest.items, say)}`);
    if (values.pdf !== undefined) {
      const written = writePdf(readinessPage(answer.value, say), resolve(values.pdf));
      if (!written.ok) {
        console.error(`✗ ${written.error}`);
        return 1;
      }
      console.log(values.pdf);
    }
    return isReady(answer.value) ? 0 : 1;
  },
};
