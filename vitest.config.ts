import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** What starts processes: commands, servers, functions, the linter. */
const PROCESSES = [
  'test/{count,toolchain}.test.ts',
  'test/bin/app.test.ts',
  'test/bin/commands/{account,backfill,doctor,elasticsearch,follow,kube-audit,other-clusters,receive,status}.test.ts',
  'test/local/{dynamodb,main}.test.ts',
  'test/local/{elasticsearch,lambda,process}/**/*.test.ts',
];

/** Two on two cores, where vitest takes one: what these test are processes of their own, and mostly waited for. */
const maxWorkers = 2;

/** In groups that `npm test` runs one after the other, the quick ones first. */
const GROUPS: TestProjectInlineConfiguration['test'][][] = [
  [
    {
      name: 'unit',
      include: ['test/**/*.test.ts'],
      exclude: [...PROCESSES, 'test/{browser,deploy,real,simulation,terminal}/**'],
      // Its files share a process and what they import: a test that changes these puts them back.
      isolate: false,
      maxWorkers: '100%',
      testTimeout: 60_000,
    },
  ],
  [
    { name: 'processes', include: PROCESSES, maxWorkers, testTimeout: 120_000, hookTimeout: 60_000 },
    { name: 'simulation', include: ['test/simulation/**/*.test.ts'], maxWorkers, testTimeout: 150_000 },
  ],
  [
    {
      name: 'real',
      include: ['test/real/**/*.test.ts'],
      globalSetup: ['test/real/setup.ts'],
      maxWorkers,
      testTimeout: 120_000,
      hookTimeout: 180_000,
    },
  ],
  [
    {
      name: 'browser',
      include: ['test/browser/**/*.test.ts'],
      globalSetup: ['test/browser/setup.ts'],
      testTimeout: 120_000,
      hookTimeout: 180_000,
    },
  ],
  [
    {
      name: 'terminal',
      include: ['test/terminal/**/*.test.ts'],
      maxWorkers,
      testTimeout: 120_000,
      hookTimeout: 60_000,
    },
    {
      name: 'deploy',
      include: ['test/deploy/**/*.test.ts'],
      maxWorkers,
      testTimeout: 240_000,
      hookTimeout: 180_000,
    },
  ],
];

export default defineConfig({
  test: {
    // To compile a command takes longer than most commands take.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'node') },
    // Projects with other numbers of workers must not run at the same time.
    projects: GROUPS.flatMap((group, groupOrder) =>
      group.map((test) => ({ test: { ...test, sequence: { groupOrder } } })),
    ),
  },
});
