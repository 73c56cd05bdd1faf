import { defineConfig } from 'vitest/config';

// `unit` beside the code: no process, no socket. `workerd` and `e2e` start real processes; e2e files run one
// at a time, as each brings up a whole platform.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{control,edge,scripts}/**/*.test.ts', 'test/*.test.ts'],
          // Those are tests of the functions that `selvedge functions init` makes: test/e2e/cli-templates.test.ts.
          exclude: ['control/cli/templates/**', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'workerd',
          include: ['test/workerd/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
