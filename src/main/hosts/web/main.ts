/** The web host from the sources: the window in a browser of this machine (WS-1, second way). */
import { fileURLToPath } from 'node:url';
import { createApp } from '#main/app.ts';
import { runWebProcess } from './web-process.ts';

await runWebProcess({
  windowDir: fileURLToPath(new URL('../../../../out/renderer', import.meta.url)),
  createApp,
});
