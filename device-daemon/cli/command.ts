/** One command of `npx kiosk`. */
export interface CliCommand {
  readonly usage: string;
  readonly help: string;
  /** @returns the exit code: 0 well, 1 something is wrong, 2 called wrongly */
  run(args: readonly string[]): number | Promise<number>;
}
