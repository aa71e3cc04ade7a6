/** Serves the window on the fake desk for development; no part of any build. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const folder = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

// The bundler's configuration files export a default by its own rule.
// biome-ignore lint/style/noDefaultExport: see above.
export default defineConfig({
  root: folder('.'),
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5199, strictPort: true },
});
