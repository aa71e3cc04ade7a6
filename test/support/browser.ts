/** The browser of the tests: which one, and how it is started. */
import { findBrowser } from '../../scripts/browser.mjs';

/** No network of its own, no first-run questions, and no sandbox, which does not work for root in a container. */
export const BROWSER_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function browserPath(): string {
  const path = findBrowser();
  if (path === null) throw new Error('These tests need Chrome or Chromium: install one, or set CHROME_PATH.');
  return path;
}
