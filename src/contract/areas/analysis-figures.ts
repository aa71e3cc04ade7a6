/** Which signals an analysis is of (PH-30). */
import { z } from 'zod';
import { instrumentIdInput } from './market.ts';

/**
 * Which signals a figure is of. Simulated and real never meet in one figure, so one of them has to be named; so it is with
 * versions of the resolver: only phantoms graded by one version are counted, the newest unless another is named.
 */
export const analysisScopeInput = z
  .object({
    simulated: z.boolean(),
    strategyIds: z.array(z.string().max(60)).min(1).max(50).optional(),
    instrumentIds: z.array(instrumentIdInput).min(1).max(200).optional(),
    /** By opening time, from inclusive, to exclusive; UTC ms. */
    from: z.number().int().optional(),
    to: z.number().int().optional(),
    resolverVersion: z.number().int().min(1).optional(),
    /** ST-12: the placebo is left out unless this is true or `strategyIds` names it. */
    includePlacebo: z.boolean().optional(),
  })
  .strict();
export type AnalysisScope = z.infer<typeof analysisScopeInput>;

export type { Bounds } from '#core/base/proportions.ts';
export type { Bootstrap, ResultFigures, ScopeFacts } from '#core/domain/result-figures.ts';
