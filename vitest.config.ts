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

/** In the order in which `npm test` runs them, one after the other: the quick ones first. */
const PROJECTS: TestProjectInlineConfiguration['test'][] = [
  {
    name: 'unit',
    include: ['test/**/*.test.ts'],
    exclude: [...PROCESSES, 'test/{browser,deploy,real,simulation,terminal}/**'],
    // Its files share a process and what they import: a test that changes these puts them back.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
  { name: 'processes', include: PROCESSES, testTimeout: 120_000, hookTimeout: 60_000 },
  { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 150_000 },
  {
    name: 'real',
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['test/real/setup.ts'],
    // On two cores vitest takes one, and these tests mostly wait for servers.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
  {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
  {
    name: 'terminal',
    include: ['test/terminal/**/*.test.ts'],
    // As for `real`.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
  { name: 'deploy', include: ['test/deploy/**/*.test.ts'], testTimeout: 150_000, hookTimeout: 180_000 },
];

export default defineConfig({
  test: {
    // To compile a command takes longer than most commands take.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'node') },
    // Projects with numbers of workers of their own must not run at the same time.
    projects: PROJECTS.map((test, groupOrder) => ({ test: { ...test, sequence: { groupOrder } } })),
  },
});
