/** The webhook's own token: kept in the profile like the window's secrets, so that showing and renewing need no running desk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOwnerFile } from '#main/files/owner-file.ts';
import { createSecret, secretPattern } from './sessions.ts';

const HOOK_TOKEN_FILE = 'signal-hook.json';

/** Made at the first call. Readable by its owner only. */
export function hookToken(profileDir: string): string {
  return storedToken(profileDir) ?? renewHookToken(profileDir);
}

/** The old one is refused from the next request on. */
export function renewHookToken(profileDir: string): string {
  const file = join(profileDir, HOOK_TOKEN_FILE);
  const token = createSecret();
  writeOwnerFile(file, `${JSON.stringify({ token })}\n`);
  return token;
}

/** Null where there is none, or none that fits. */
export function storedToken(profileDir: string): string | null {
  try {
    const { token } = JSON.parse(readFileSync(join(profileDir, HOOK_TOKEN_FILE), 'utf8'));
    return typeof token === 'string' && secretPattern.test(token) ? token : null;
  } catch {
    return null;
  }
}
