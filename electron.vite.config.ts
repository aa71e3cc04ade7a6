/** How the three bundles are built: the desktop application's main process, its preload, and the window of both hosts. */
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'electron-vite';

/**
 * Worker threads are inputs of the main build by name, because the bundler leaves `new URL('./x.worker.ts', ...)` as it
 * stands: built hosts find `out/main/<name>.js`, those that run from the sources start the `.ts` file itself.
 */
const mainInputs = {
  index: 'src/main/hosts/electron/main.ts',
  web: 'src/main/hosts/web/built.ts',
  'training.worker': 'src/main/workers/training.worker.ts',
  'retrain.worker': 'src/main/workers/retrain.worker.ts',
  'analysis.worker': 'src/main/workers/analysis.worker.ts',
  'history.worker': 'src/main/workers/history.worker.ts',
};

const everything: UserConfig = {
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: false,
      // Packages under `dependencies` stay outside the bundle (native binaries, ccxt's size).
      externalizeDeps: true,
      rolldownOptions: {
        input: mainInputs,
        // All in one folder: what a file finds from its own place (package.json) it finds from any of them.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap: false,
      rolldownOptions: {
        input: { preload: 'src/preload/preload.ts' },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    // Relative addresses serve `app://desk/` and the loopback host alike.
    base: './',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      minify: true,
      sourcemap: false,
      target: 'chrome140',
      // The page's content policy allows neither `data:` scripts nor inline ones.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'src/renderer/index.html' },
    },
  },
};

/** Which of the three to build, for `scripts/build.mjs`; all of them when nobody says. */
const wanted = process.env.SHADOWDESK_BUILD?.split(',') ?? Object.keys(everything);

// The bundler's configuration files export a default by its own rule.
export default defineConfig(
  Object.fromEntries(Object.entries(everything).filter(([part]) => wanted.includes(part))) as UserConfig,
);
