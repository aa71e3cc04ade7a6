/** Turns the signals that end a process into one promise, so that a host can close in order. */

/** Resolves at the first signal; a second one ends the process on the spot. */
export function endOfProcess(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}
