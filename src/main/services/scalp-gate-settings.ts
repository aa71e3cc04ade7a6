/** The trader's choice of scalp gates, held against the gates that there are (PH-43). */
import { GATE_VARIABLES } from '#core/analysis/gate-variables.ts';

const NAMES: readonly string[] = GATE_VARIABLES.map(({ name }) => name);

/** Why a choice does not fit, one sentence each; empty when it fits. */
export function gateObjections(chosen: readonly string[]): readonly string[] {
  const unknown = chosen.filter((name) => !NAMES.includes(name)).map((name) => `there is no gate "${name}"`);
  const twice = chosen
    .filter((name, index) => chosen.indexOf(name) !== index)
    .map((name) => `"${name}" is named twice`);
  return [...unknown, ...twice];
}

/** The gates of a stored choice that there still are. */
export function knownGates(chosen: readonly string[]): readonly string[] {
  return NAMES.filter((name) => chosen.includes(name));
}
