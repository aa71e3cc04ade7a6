/** PH-43: the gates that the trader asks of scalps, held against what is recorded with a signal. */
import { GATE_VARIABLES, gateColumns } from '#core/analysis/gate-variables.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { readFirst } from './feature-reading.ts';

/** The table of models whose signals record what the gates ask for. */
const SCALP_MODEL = 'scalp';
/** How the reason of a scalp begins that a gate stopped. */
const SCALP_GATE_RULE = 'scalp-gate';

/**
 * Why a scalp may not be asked for: the rule, a colon, and the gates that it fails, in the order of PH-40; null where it
 * passes all that are enabled. A gate whose facts were not recorded stops nothing (as PH-2). The placebo passes all.
 */
export function closedScalpGates(
  { model, isPlacebo }: Pick<Strategy, 'model' | 'isPlacebo'>,
  recorded: readonly FeatureVector[],
  enabled: readonly string[] = [],
): string | null {
  if (enabled.length === 0 || model !== SCALP_MODEL || isPlacebo) return null;
  const asked = GATE_VARIABLES.filter(({ name }) => enabled.includes(name));
  const passed = gateColumns(asked, 1, (fact) => Float64Array.of(readFirst(recorded, fact)));
  const failed = asked.filter((_, index) => passed[index]?.[0] === 0);
  return failed.length === 0 ? null : `${SCALP_GATE_RULE}: fails ${failed.map(({ name }) => name).join(', ')}`;
}
