import { monitorEventLoopDelay } from 'node:perf_hooks';
import { generated, areaUnderCurve, predictAll } from './generated-data.ts';
import { createTrainingClient } from '#main/workers/training-client.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { createNetworkPredictor } from '#core/learning/network/dense-network.ts';
const c = createTrainingClient({ workerEntry: sourceWorkerEntry });
const d50 = generated({ rows: 50000, features: 40, seed: 'm' });
const d5 = generated({ rows: 5000, features: 40, seed: 't' }),
  te = generated({ rows: 20000, features: 40, seed: 'te' });
await new Promise((r) => setTimeout(r, 300));
async function measured(name: string, f: () => Promise<unknown>) {
  const h = monitorEventLoopDelay({ resolution: 1 });
  h.enable();
  const t = performance.now();
  await f();
  const ms = performance.now() - t;
  h.disable();
  console.log(
    name,
    ms.toFixed(0) + 'ms',
    'loop p50',
    (h.percentile(50) / 1e6).toFixed(2),
    'p99',
    (h.percentile(99) / 1e6).toFixed(2),
    'max',
    (h.max / 1e6).toFixed(2),
  );
}
await measured('idle 1s', () => new Promise((r) => setTimeout(r, 1000)));
await measured('forest 50k', async () => {
  const r = await c.fit({ model: 'forest', task: 'classify', data: d50, params: { trees: 40 }, seed: 1 });
  if (!r.ok) console.log(r.error);
  else console.log(r.value.bytes.length, r.value.fitMs);
});
await measured('net 50k 8 epochs', async () => {
  const r = await c.fit({ model: 'network', task: 'classify', data: d50, params: { epochs: 8 }, seed: 1 });
  if (!r.ok) console.log(r.error);
  else console.log(r.value.fitMs);
});
for (const seed of [1, 2])
  await measured('net 5k', async () => {
    const r = await c.fit({ model: 'network', task: 'classify', data: d5, params: {}, seed });
    if (!r.ok) return console.log(r.error);
    const h = r.value.artefact.header;
    console.log(
      'fit',
      r.value.fitMs,
      h.epochs,
      h.bestEpoch,
      'auc',
      areaUnderCurve(predictAll(createNetworkPredictor(r.value.artefact), te), te.target),
    );
  });
for (const model of ['network', 'boosting', 'forest'] as const)
  for (let k = 0; k < 2; k++) {
    const a = new AbortController();
    let at = 0;
    const r = c.fit(
      {
        model,
        task: 'classify',
        data: d50,
        params: model === 'network' ? {} : model === 'forest' ? { trees: 500 } : { rounds: 500 },
        seed: 1,
      },
      {
        signal: a.signal,
        onProgress: () => {
          if (!at) {
            at = performance.now();
            a.abort();
          }
        },
      },
    );
    const x = await r;
    console.log('cancel', model, (performance.now() - at).toFixed(0) + 'ms', x.ok ? 'ok' : x.error.kind);
  }
await c.close();
const r2 = createTrainingClient({ workerEntry: sourceWorkerEntry });
const f = await r2.fit({ model: 'network', task: 'classify', data: d5, params: { epochs: 5 }, seed: 1 });
await r2.close();
if (f.ok) {
  const p = createNetworkPredictor(f.value.artefact);
  const out = new Float64Array(1),
    parts = new Float64Array(40);
  const row = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i));
  for (let i = 0; i < 20000; i++) p.predict(row, out);
  const ts = [];
  for (let i = 0; i < 20000; i++) {
    const t = performance.now();
    p.predict(row, out);
    ts.push(performance.now() - t);
  }
  ts.sort((a, b) => a - b);
  console.log('predict us p50', ts[10000] * 1000, 'p99', ts[19800] * 1000);
  const t = performance.now();
  for (let i = 0; i < 20000; i++) p.contributions(row, 0, parts);
  console.log('contrib us', (performance.now() - t) / 20);
}
