import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'out/**'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/patience.ts'],
    // The command line speaks the language of the shell; tests read its English.
    env: { LC_ALL: 'C.UTF-8' },
    pool: 'forks',
    // Files that share a process share what they import: a fifth of all the processor time. None changes what another sees.
    isolate: false,
    // Tests make garbage: with room for it a tenth less of the time goes into collecting it.
    execArgv: ['--max-semi-space-size=64'],
    // Tests wait for devices more than they compute: six keep two cores busy.
    maxWorkers: 6,
    // Real pcscd, real pseudo-terminals, two cores and whoever else uses them: one more try, which the report names.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
