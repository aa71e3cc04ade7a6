/** The test projects: what runs where. `npm test` runs them all, in random order. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { TestOrder } from './test/support/test-order.ts';

/** The rooms as package.json's `imports` name them; Node resolves these itself, the window's module graph needs telling. */
const rooms = ['core', 'contract', 'main', 'preload', 'renderer'];
const alias = [
  ...rooms.map((room) => ({ find: new RegExp(`^#${room}/`), replacement: `${folder(`src/${room}`)}/` })),
  { find: /^#test\//, replacement: `${folder('test')}/` },
];

/**
 * As in the product, Node itself reads the modules: TypeScript without a bundler, `#room/..` by package.json, and what was
 * compiled once is kept for the next process (`scripts/launcher.mjs`).
 */
const bare = { experimental: { viteModuleRunner: false } } as const;

function folder(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  resolve: { alias },
  test: {
    sequence: { shuffle: true, sequencer: TestOrder },
    // One more than there are cores: many tests wait for a market or a browser. The runner's default leaves one core out.
    maxWorkers: availableParallelism() + 1,
    // Generous: a busy machine is no failure. No test asserts a time.
    testTimeout: 120_000,
    reporters: ['default', './scripts/test-counts.mjs'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          ...bare,
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
          // Every test takes its components away and makes a desk of its own.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          ...bare,
          include: ['test/integration/**/*.test.ts'],
          // Processes of their own: native modules, signals and ports.
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          ...bare,
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 400_000,
          hookTimeout: 400_000,
        },
      },
    ],
  },
});
