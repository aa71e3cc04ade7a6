/** The web host as built: one file instead of some hundred, which a start need not find, read and translate (RE-33). */
import { fileURLToPath } from 'node:url';
import { createApp } from '#main/app.ts';
import { runWebProcess } from './web-process.ts';

await runWebProcess({
  windowDir: fileURLToPath(new URL('../renderer', import.meta.url)),
  // Each worker lies beside this file.
  createApp: (options) =>
    createApp({ ...options, workerEntry: (name) => new URL(`./${name}.worker.js`, import.meta.url) }),
});
