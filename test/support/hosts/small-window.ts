/** Builds the small window and the real preload into a folder laid out like the project's own `out`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface SmallWindow {
  /** Holds `out/renderer` and `out/preload`. */
  readonly folder: string;
  readonly windowDir: string;
  /** The page's script, as it is served. */
  readonly script: string;
  dispose(): void;
}

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

async function bundle(entry: string, format: 'es' | 'cjs', external: string[]): Promise<string> {
  const result = await build({
    root: projectRoot,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      minify: false,
      target: 'chrome140',
      modulePreload: false,
      rolldownOptions: { input: join(projectRoot, entry), external, output: { format } },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const one of outputs) if ('output' in one) return one.output[0].code;
  throw new Error(`${entry} was not bundled`);
}

export async function buildSmallWindow(): Promise<SmallWindow> {
  const [script, preload] = await Promise.all([
    bundle('test/support/hosts/page.ts', 'es', []),
    bundle('src/preload/preload.ts', 'cjs', ['electron']),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-small-window-'));
  const windowDir = join(folder, 'out', 'renderer');
  mkdirSync(join(windowDir, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'out', 'preload'));
  writeFileSync(join(folder, 'secret.txt'), 'the secret');
  writeFileSync(join(folder, 'out', 'preload', 'preload.cjs'), preload);
  writeFileSync(join(windowDir, 'assets', 'page-1a2b.js'), script);
  writeFileSync(
    join(windowDir, 'index.html'),
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="csp-nonce" content="__CSP_NONCE__">
<link rel="icon" href="data:,"><title>Small window</title>
<script type="module" crossorigin src="./assets/page-1a2b.js"></script></head>
<body><p id="link"></p><p id="status"></p><button id="skip">Skip</button><p id="answer"></p></body></html>`,
  );
  return { folder, windowDir, script, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
