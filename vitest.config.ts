/** The test projects: what runs where. `npm test` runs them all, in random order. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The rooms as package.json's `imports` name them; Node resolves these itself, the runner's module graph needs telling. */
const rooms = ['core', 'contract', 'main', 'preload', 'renderer'];
const alias = [
  ...rooms.map((room) => ({ find: new RegExp(`^#${room}/`), replacement: `${folder(`src/${room}`)}/` })),
  { find: /^#test\//, replacement: `${folder('test')}/` },
];

function folder(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  resolve: { alias },
  test: {
    sequence: { shuffle: true },
    // Every core works: many tests wait for a market, a browser or a disk. The runner's default leaves one core out.
    maxWorkers: Math.max(2, availableParallelism()),
    // Generous: a busy machine is no failure. No test asserts a time.
    testTimeout: 30_000,
    reporters: ['default', './scripts/test-counts.mjs'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{unit,property,conformance,golden,architecture}/**/*.test.ts'],
          exclude: ['test/unit/renderer/**'],
          pool: 'threads',
          // Pure code has no state between files: each thread reads it once instead of once a file.
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'renderer',
          include: ['test/unit/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          pool: 'threads',
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          // Processes of their own: native modules, signals and ports.
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          // Two browsers at a time: more would starve each other on two cores.
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
