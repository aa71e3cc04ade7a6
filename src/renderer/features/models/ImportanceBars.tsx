/** Which features a version rests on: by gain in training and by permutation out of sample (ML-43). */
import { useState } from 'react';
import type { ModelVersionView } from '#contract/areas/models.ts';
import { formatShare, formatSigned, MISSING } from '../../lib/format.ts';
import { defines } from '../../lib/glossary.ts';
import { Button } from '../../ui/Button.tsx';

const SHOWN_AT_FIRST = 10;

export function ImportanceBars({ importance }: { readonly importance: ModelVersionView['importance'] }) {
  const [showsAll, setShowsAll] = useState(false);
  if (importance.length === 0) return <p className="soft">None was measured for this version.</p>;
  const sorted = [...importance].sort((a, b) => b.gain - a.gain);
  const total = sorted.reduce((sum, { gain }) => sum + gain, 0) || 1;
  const mostGain = sorted[0]?.gain || 1;
  const mostLoss = Math.max(1e-12, ...sorted.map(({ permutation }) => permutation ?? 0));
  const shown = showsAll ? sorted : sorted.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <table className="importance">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <td />
            <th scope="col" className="importance__gain" {...defines('gain')}>
              Gain
            </th>
            <th scope="col" className="importance__permutation" {...defines('permutation')}>
              Permutation
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, gain, permutation }) => (
            <tr key={name}>
              <th scope="row" className="truncate">
                {name}
              </th>
              <td className="importance__bars" aria-hidden="true">
                <span className="importance__bar" style={{ width: `${(gain / mostGain) * 100}%` }} />
                <span
                  className="importance__bar importance__bar--permutation"
                  style={{ width: `${(Math.max(0, permutation ?? 0) / mostLoss) * 100}%` }}
                />
              </td>
              <td className="number">{formatShare(gain / total)}</td>
              <td className={permutation !== null && permutation <= 0 ? 'number faint' : 'number'}>
                {permutation === null ? MISSING : formatSigned(permutation, 4)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > SHOWN_AT_FIRST && (
        <Button size="small" look="ghost" className="importance__more" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `All ${sorted.length} features`}
        </Button>
      )}
    </>
  );
}
