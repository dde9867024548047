/** For tests: whatever is opened is closed after the test, whether it passed or not. */
import { afterEach } from 'vitest';

export function closing<Options extends readonly unknown[], Made extends { close(): Promise<void> }>(
  open: (...options: Options) => Promise<Made>,
): (...options: Options) => Promise<Made> {
  const opened: Made[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });
  return async (...options) => {
    const made = await open(...options);
    opened.push(made);
    return made;
  };
}
