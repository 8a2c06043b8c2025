import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', 'test/simulation/**', 'test/terminal/**', 'test/deploy/**'],
        },
      },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 150_000 } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          globalSetup: ['test/real/setup.ts'],
          // On two cores vitest takes one, and these tests mostly wait for servers.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      { test: { name: 'terminal', include: ['test/terminal/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: { name: 'deploy', include: ['test/deploy/**/*.test.ts'], testTimeout: 150_000, hookTimeout: 180_000 },
      },
    ],
  },
});
