/** What a check found. `what` is true as it stands; `todo` says what to do about it. */
export type Finding =
  | { readonly verdict: 'ok'; readonly what: string }
  | { readonly verdict: 'warn' | 'bad'; readonly what: string; readonly todo: string };

export const ok = (what: string): Finding => ({ verdict: 'ok', what });
/** The kiosk runs, but not for long, not well, or not safely. */
export const warn = (what: string, todo: string): Finding => ({ verdict: 'warn', what, todo });
/** In the way of what is configured. */
export const bad = (what: string, todo: string): Finding => ({ verdict: 'bad', what, todo });

const signs = { ok: '✓', warn: '!', bad: '✗' } as const;

export function linesOf(finding: Finding): string {
  const todo = finding.verdict === 'ok' ? '' : `\n    → ${finding.todo}`;
  return `${signs[finding.verdict]} ${finding.what}${todo}`;
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']) => findings.filter((finding) => finding.verdict === verdict).length;
  const inTheWay = count('bad');
  const looks = count('warn');
  return `${inTheWay === 0 ? 'Nothing' : inTheWay} in the way, ${looks === 0 ? 'nothing' : looks} to look at.`;
}
