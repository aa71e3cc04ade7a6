/** A strategy on trial: its evidence, and the trader's word that lets it open tickets or puts it back (ST-11). */
import type { PhaseEvidence, Settings } from '#contract/areas/settings.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { updateSettings } from '../../lib/settings-intent.ts';
import { Button } from '../../ui/Button.tsx';

export interface Phase0Props {
  readonly evidence: PhaseEvidence;
  readonly settings: Settings;
}

export function Phase0({ evidence, settings }: Phase0Props) {
  const desk = useDesk();
  const { key, isPositive, message } = evidence;
  const others = settings.promotedStrategies.filter((one) => one !== key);
  const isPromoted = others.length < settings.promotedStrategies.length;
  const put = (next: readonly string[]) => void updateSettings(desk, { promotedStrategies: [...next] });
  return (
    <div className="strategy__idea strategy__phase0">
      <p>
        {isPromoted
          ? 'Out of phase 0: its signals open tickets like any other.'
          : 'On trial (phase 0): every signal is recorded and followed as a phantom, and you are asked about none. It earns tickets once its calibrated results on data it has not seen are positive, and you say so.'}
      </p>
      <p>
        Evidence: {message}
        {key.endsWith('@demo') ? ' (simulated market; a real one is a trial of its own).' : '.'}
      </p>
      {isPromoted ? (
        <Button size="small" onClick={() => put(others)}>
          Back to phase 0
        </Button>
      ) : (
        <Button size="small" disabled={!isPositive} onClick={() => put([...others, key])}>
          Let it open tickets
        </Button>
      )}
    </div>
  );
}
