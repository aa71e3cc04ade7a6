/** Hands text or bytes to the browser as a download. */

/** Long enough for the browser to have taken the file. */
const RELEASE_MS = 30_000;

export function saveFile(fileName: string, parts: readonly (string | Uint8Array<ArrayBuffer>)[], type: string): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}
