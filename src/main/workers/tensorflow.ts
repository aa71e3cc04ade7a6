/** TensorFlow.js on its WebAssembly backend, made ready once per thread, from the installed package alone. */
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

let ready: Promise<typeof tf> | null = null;

/** Resolves to the library with the wasm backend in place; rejects when its binary cannot be loaded. */
export function prepareTensorFlow(): Promise<typeof tf> {
  ready ??= start();
  return ready;
}

async function start(): Promise<typeof tf> {
  // The binaries lie beside the package's main file; without this path the bundle would look beside itself.
  setWasmPaths(fileURLToPath(new URL('./', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))));
  // One thread: sums in one order, so that equal seeds give equal bytes (RE-43).
  setThreadsCount(1);
  tf.enableProdMode();
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js did not start');
  await tf.ready();
  return tf;
}
