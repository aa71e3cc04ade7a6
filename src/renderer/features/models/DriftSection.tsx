/** Which features moved away from the training rows, each against what chance alone allows (ML-41). */
import type { MissingFeatures, ModelDrift } from '#contract/areas/models.ts';
import { formatNumber, formatShare } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { WordBadge } from '../../ui/controls.tsx';
import { driftBars, driftWord } from './drift-bars.ts';
import { ModelSection } from './ModelSection.tsx';

export interface DriftSectionProps {
  readonly drift: ModelDrift | null;
  readonly missing: MissingFeatures | null;
}

export function DriftSection({ drift, missing }: DriftSectionProps) {
  const word = driftWord(drift);
  const bars = drift === null ? [] : driftBars(drift.drifted);
  return (
    <ModelSection title="Drift" term="drift" aside={<WordBadge word={word} />}>
      <p className="model__note">{drift === null || drift.message === '' ? word.meaning : drift.message}</p>
      {bars.length > 0 && (
        <table className="drift">
          <thead>
            <tr>
              <th scope="col" {...defines('feature')}>
                Feature
              </th>
              <td />
              <th scope="col" {...defines('stability')}>
                Stability
              </th>
              <th scope="col" {...defines('stabilityThreshold')}>
                By chance
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ name, stability, threshold, length, thresholdPlace }) => (
              <tr
                key={name}
                {...tip(
                  `Population stability ${formatNumber(stability, 2)}; chance alone stays under ${formatNumber(threshold, 2)}.`,
                  name,
                )}
              >
                <th scope="row" className="truncate">
                  {name}
                </th>
                <td aria-hidden="true">
                  <span className="drift__track">
                    <span className="drift__bar" style={{ width: `${length * 100}%` }} />
                    <span className="drift__threshold" style={{ left: `${thresholdPlace * 100}%` }} />
                  </span>
                </td>
                <td className="number">{formatNumber(stability, 2)}</td>
                <td className="number soft">{formatNumber(threshold, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {missing !== null && <MissingLine missing={missing} />}
    </ModelSection>
  );
}

/** FE-4: missing is missing, never 0; what is often missing is said. */
function MissingLine({ missing: { rows, features } }: { readonly missing: MissingFeatures }) {
  if (features.length === 0) return null;
  return (
    <p className="model__note" {...defines('missingValues')}>
      Missing in more than 10 % of the newest {rows} signals:{' '}
      {features.map(({ name, share }) => `${name} (${formatShare(share, 0)})`).join(', ')}.
    </p>
  );
}
