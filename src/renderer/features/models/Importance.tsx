/** Which features a version rests on, by the way the trader chooses, each with its line over all versions (ML-43). */
import { useState } from 'react';
import type { ModelVersionView } from '#contract/areas/models.ts';
import { MISSING } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { Button } from '../../ui/Button.tsx';
import { Segmented } from '../../ui/controls.tsx';
import {
  IMPORTANCE_WAYS,
  IMPORTANCE_WORDS,
  type ImportancePoint,
  type ImportanceWay,
  importanceOverVersions,
  importanceRows,
  measuredWays,
} from './importance-rows.ts';
import { TrendLine } from './TrendLine.tsx';

const SHOWN_AT_FIRST = 10;

export interface ImportanceProps {
  readonly shown: ModelVersionView;
  readonly versions: readonly ModelVersionView[];
}

export function Importance({ shown, versions }: ImportanceProps) {
  const [chosen, setChosen] = useState<ImportanceWay>('gain');
  const [showsAll, setShowsAll] = useState(false);
  const measured = measuredWays(shown.importance);
  const way = measured.includes(chosen) ? chosen : (measured[0] ?? null);
  if (way === null) return <p className="model__note">None was measured for this version.</p>;
  const words = IMPORTANCE_WORDS[way];
  const all = importanceRows(shown.importance, way);
  const rows = showsAll ? all : all.slice(0, SHOWN_AT_FIRST);
  const most = Math.max(1e-12, ...all.map(({ value }) => value ?? 0));
  return (
    <>
      <Segmented
        label="Importance by"
        small
        value={way}
        choices={IMPORTANCE_WAYS.map((value) => ({
          value,
          label: IMPORTANCE_WORDS[value].label,
          disabled: !measured.includes(value),
          hint: measured.includes(value) ? IMPORTANCE_WORDS[value].unit : 'Not measured for this version.',
        }))}
        onChoose={setChosen}
      />
      <p className="caption">{words.unit}</p>
      <table className="importance">
        <thead>
          <tr>
            <th scope="col" {...defines('feature')}>
              Feature
            </th>
            <td />
            <th scope="col" className="importance__figure" {...defines(words.term)}>
              {words.label}
            </th>
            <th scope="col" className="importance__trend" {...defines('importanceTrend')}>
              {span(versions)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value }) => {
            const points = importanceOverVersions(versions, name, way);
            return (
              <tr key={name} {...tip(describe(points, words.write), name)}>
                <th scope="row" className="truncate">
                  {name}
                </th>
                <td aria-hidden="true">
                  <span className="importance__bar" style={{ width: `${(Math.max(0, value ?? 0) / most) * 100}%` }} />
                </td>
                <td className={value === null || value <= 0 ? 'number faint' : 'number'}>
                  {value === null ? MISSING : words.write(value)}
                </td>
                <td className="importance__trend">
                  <TrendLine points={points} shown={shown.version} />
                  <span className="visually-hidden">{describe(points, words.write)}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {all.length > SHOWN_AT_FIRST && (
        <Button size="small" look="ghost" className="importance__more" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `All ${all.length} features`}
        </Button>
      )}
    </>
  );
}

function span(versions: readonly ModelVersionView[]): string {
  const numbers = versions.map(({ version }) => version);
  const first = Math.min(...numbers);
  const last = Math.max(...numbers);
  return first === last ? `v${first}` : `v${first} to v${last}`;
}

function describe(points: readonly ImportancePoint[], write: (value: number) => string): string {
  return points.map(({ version, value }) => `v${version} ${value === null ? MISSING : write(value)}`).join(', ');
}
