/** A built window of a few lines, for tests of the hosts that serve one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WindowFixture {
  readonly folder: string;
  readonly windowDir: string;
  dispose(): void;
}

/** `script` becomes the window's only script; a secret lies beside the window's folder, where nothing may reach it. */
export function makeWindowFixture(script: string): WindowFixture {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-window-'));
  const windowDir = join(folder, 'renderer');
  mkdirSync(join(windowDir, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'the secret');
  writeFileSync(
    join(windowDir, 'index.html'),
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="csp-nonce" content="__CSP_NONCE__">
<title>Fixture</title><script type="module" crossorigin src="./assets/main-1a2b.js"></script>
<link rel="stylesheet" crossorigin href="./assets/main-1a2b.css"></head><body><p id="state">waiting</p></body></html>`,
  );
  writeFileSync(join(windowDir, 'assets', 'main-1a2b.js'), script);
  writeFileSync(join(windowDir, 'assets', 'main-1a2b.css'), 'body { margin: 0 }');
  writeFileSync(join(windowDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return { folder, windowDir, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
