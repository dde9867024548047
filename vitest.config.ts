import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'out/**'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Most tests wait for a device most of the time: one more than there are cores.
    maxWorkers: 3,
    // Real pcscd, real pseudo-terminals, two cores and whoever else uses them: one more try, which the report names.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
