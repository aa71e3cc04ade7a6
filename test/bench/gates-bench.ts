/** PE-14: the gate analysis of rows in memory and of the record: every variable, pairs and triplets, the re-test, the monthly trend. */
import { analyseGates } from '#core/analysis/gate-analysis.ts';
import type { GateTable } from '#core/analysis/gate-rows.ts';
import { GATE_VARIABLES } from '#core/analysis/gate-variables.ts';
import { createRandom } from '#core/base/random.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { AnalysisDesk, PACKED_FEATURES } from '#main/services/analysis/analysis-desk.ts';
import { makeScalps } from '#test/support/make-scalps.ts';
import { type BenchLine, type BenchScale, spread, timedRuns } from './measure.ts';
import { inProfile } from './store-bench.ts';

const BAR_MS = 300;
const RECORD_BAR_MS = 3_000;
/** One in so many cells is missing. */
const MISSING_SHARE = 0.02;

export function gateLines(scale: BenchScale): readonly BenchLine[] {
  const rows = scale.quick ? 200_000 : 1_000_000;
  const table = gateTable(rows);
  const { median, worst } = spread(
    timedRuns(
      scale.runs,
      () => table,
      (input) => {
        if (analyseGates(input).pairs.length !== 45) throw new Error('the analysis left pairs out');
      },
    ),
  );
  return [
    {
      id: 'PE-14',
      what: 'gate analysis, rows in memory',
      unit: 'ms',
      better: 'less',
      median,
      worst,
      bar: BAR_MS,
      peer: 'none: no peer analyses gates over phantoms',
      note: `${rows} rows, 29 gates, 2 % missing, two years: variables, 45 pairs, 120 triplets, re-test, monthly trend`,
    },
    recordLine(scale),
  ];
}

/** A desk that has read nothing yet answers each time; the system's own cache of the file is warm, as it is in use. */
function recordLine(scale: BenchScale): BenchLine {
  const count = scale.quick ? 50_000 : 1_000_000;
  return inProfile((profile) => {
    makeScalps(profile, count);
    // As a desk does it in its pauses.
    for (const _ of profile.upkeep(PACKED_FEATURES));
    const durations = timedRuns(
      scale.quick ? scale.runs : 3,
      () => new AnalysisDesk(profile.analysis, () => performance.now()),
      (desk) => void desk.calls['analysis.gates']({ simulated: true }),
    );
    return {
      id: 'PE-14',
      what: 'the same, read from the database',
      unit: 'ms',
      better: 'less',
      ...spread(durations),
      bar: RECORD_BAR_MS,
      peer: 'none: no peer analyses gates over phantoms',
      note: `${count} scalps with the vectors of three sets, packed by the upkeep but for the newest`,
    };
  });
}

function gateTable(rows: number): GateTable {
  const random = createRandom('gates bench');
  const names = GATE_VARIABLES.map(({ name }) => name);
  const columns = names.map((_, gate) => {
    const share = 0.3 + (0.4 * gate) / names.length;
    return Float64Array.from({ length: rows }, () => {
      const draw = random.next();
      if (draw < MISSING_SHARE) return Number.NaN;
      return draw < MISSING_SHARE + share * (1 - MISSING_SHARE) ? 1 : 0;
    });
  });
  const win = Float64Array.from({ length: rows }, (_, row) => {
    const passed = columns.reduce((sum, column) => sum + (column[row] === 1 ? 1 : 0), 0);
    return random.next() < 0.3 + 0.008 * passed ? 1 : 0;
  });
  return {
    names,
    columns,
    win,
    netR: win.map((won) => (won === 1 ? 1.4 : -1.1) + 0.1 * random.normal()),
    times: Float64Array.from({ length: rows }, (_, row) => Date.UTC(2024, 10, 21) + row * MINUTE_MS),
  };
}
