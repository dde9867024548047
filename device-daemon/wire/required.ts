/**
 * Members that the generated schemas leave optional although a command without them says nothing: those that the
 * standard's reference implementation refuses too (interfaces.md 1.9).
 */
type Members = Readonly<Record<string, unknown>>;

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** Each member must be there and, if an object, hold something; `''` is the payload itself. */
const required: ReadonlyMap<string, readonly string[]> = new Map([
  ['CardReader.Move', ['from', 'to']],
  ['Lights.SetLight', ['']],
  ['Printer.ControlMedia', ['mediaControl']],
  ['Printer.PrintRaw', ['inputData', 'data']],
  ['Storage.SetStorage', ['storage']],
]);

/** What is missing, as JSON Pointer and text; undefined when nothing is. */
export function missingMember(name: string, payload: object | undefined): string | undefined {
  for (const member of required.get(name) ?? []) {
    if (member === '' && isEmpty(payload ?? {})) return '/payload is empty';
    if (member !== '' && isEmpty((payload as Members | undefined)?.[member])) return `/payload/${member} is required`;
  }
  return undefined;
}
