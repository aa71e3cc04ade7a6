/** TensorFlow.js on its WebAssembly backend, loaded and made ready once per thread, from the installed package alone. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as TensorFlow from '@tensorflow/tfjs';
import type * as WasmBackend from '@tensorflow/tfjs-backend-wasm';

// Its CommonJS form loads in a third of the time of the ES modules; and only the threads that train a network pay for it.
const load = createRequire(import.meta.url);

let ready: Promise<typeof TensorFlow> | null = null;

/** Resolves to the library with the wasm backend in place; rejects when its binary cannot be loaded. */
export function prepareTensorFlow(): Promise<typeof TensorFlow> {
  ready ??= start();
  return ready;
}

async function start(): Promise<typeof TensorFlow> {
  const tf = load('@tensorflow/tfjs') as typeof TensorFlow;
  const { setThreadsCount, setWasmPaths } = load('@tensorflow/tfjs-backend-wasm') as typeof WasmBackend;
  // The binaries lie beside the package's main file; without this path the bundle would look beside itself.
  setWasmPaths(fileURLToPath(new URL('./', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))));
  // One thread: sums in one order, so that equal seeds give equal bytes (RE-43).
  setThreadsCount(1);
  tf.enableProdMode();
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js did not start');
  await tf.ready();
  return tf;
}
