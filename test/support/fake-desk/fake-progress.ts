/** The history run of the first start, as the fake desk reports it. */
import type { JobProgress } from '#contract/areas/session.ts';

export const BOOTSTRAP_PROGRESS: JobProgress = {
  note: '1,204 signals, 1,187 resolved',
  stage: 'Running 30 days of BTC/USDT, ETH/USDT, SOL/USDT through the strategies',
  fraction: 0.42,
  done: 108_864,
  total: 259_200,
  unit: 'bars',
  ratePerSecond: 214_000,
  remainingMs: 14_000,
};
