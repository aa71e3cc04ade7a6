/** How one threshold moved with each fit, and the margin over break-even that was in force with it (DE-2, ML-51). */
import type { ThresholdContexts } from '#contract/areas/thresholds.ts';
import { formatCount, formatDateTime, formatNumber } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { useAnswer } from '../../lib/use-answer.ts';

const BOX = { width: 240, height: 72, left: 26, bottom: 12 } as const;
const FITS_SHOWN = 60;

export function ThresholdHistory({ contexts }: { readonly contexts: ThresholdContexts }) {
  const { strategyId, kind, version } = contexts;
  const decides = kind === 'quality' ? null : kind;
  const { value, problem } = useAnswer(
    (client) =>
      decides === null
        ? Promise.resolve({ entries: [], next: null })
        : client.call('thresholds.history', { strategyId, kind: decides, before: null, limit: FITS_SHOWN }),
    String(version),
    `${strategyId} ${kind}`,
  );
  if (decides === null || version === null) return null;
  if (problem !== null) return <p className="caption">The history of fits could not be read: {problem.message}</p>;
  const fits = value?.entries.toReversed() ?? [];
  const newest = fits.at(-1);
  if (newest === undefined) return null;
  const values = fits.map(({ threshold }) => threshold);
  const low = Math.floor(Math.min(...values) - 1);
  const high = Math.ceil(Math.max(...values) + 1);
  const x = (index: number) => BOX.left + ((index + 0.5) / fits.length) * (BOX.width - BOX.left - 4);
  const y = (threshold: number) => 4 + ((high - threshold) / (high - low)) * (BOX.height - BOX.bottom - 4);
  return (
    <figure className="threshold-history">
      <figcaption className="caption">
        {formatCount(fits.length, 'fit')}
        {value?.next === null ? '' : ' (newest)'}, oldest to newest
      </figcaption>
      <svg
        className="curve"
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        role="img"
        aria-label={`Threshold over ${formatCount(fits.length, 'fit')}: ${values.map((one) => formatNumber(one, 1)).join(', ')}`}
      >
        <path
          className="curve__line"
          d={fits
            .map(({ threshold }, at) => `${at === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(threshold).toFixed(1)}`)
            .join('')}
        />
        {fits.map(({ no, time, threshold, why, margin }, at) => (
          <circle
            key={no}
            className="curve__dot"
            cx={x(at)}
            cy={y(threshold)}
            r={fits.length > 30 ? 1.6 : 2.6}
            {...tip(
              `${formatDateTime(time)}: ${why}.${kind === 'model' ? ` Margin ${formatNumber(margin, 1)} over break-even.` : ''}`,
              formatNumber(threshold, 1),
            )}
          />
        ))}
        {[low, high].map((one) => (
          <text key={one} className="curve__text" x={BOX.left - 4} y={y(one) + 3} textAnchor="end">
            {one}
          </text>
        ))}
      </svg>
      <p className="caption">
        Last moved because {newest.why}
        {kind === 'model' && `; margin ${formatNumber(newest.margin, 1)}`}.
      </p>
    </figure>
  );
}
