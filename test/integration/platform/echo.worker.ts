/** A worker in TypeScript for the platform test: sends back what it gets, wrapped by a module of the project. */
import { parentPort } from 'node:worker_threads';
import { ok } from '#core/base/result.ts';

parentPort?.on('message', (message: unknown) => parentPort?.postMessage(ok(message)));
