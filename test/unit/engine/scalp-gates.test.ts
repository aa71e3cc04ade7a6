/** PH-43: the gates that the trader asks of scalps: what they stop, and what they leave alone. */
import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '#core/engine/messages.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { draftAround, MINUTE, onceAt, ScriptedDesk, START, scriptedStrategy } from '#test/support/scripted-desk.ts';

const WARM = 360;
/** The scripted minutes close where they open: no body, so `body` fails and `vwap_100` holds. */
const scalp = (strategy = onceAt(WARM)): Strategy => ({
  ...strategy,
  featureSet: 'scalp',
  besideSets: ['scalp_facts'],
  model: 'scalp',
});

function run(settings: Partial<EngineSettings>, strategy = scalp(), origin: 'live' | 'bootstrap' = 'live') {
  const desk = new ScriptedDesk([strategy], settings);
  desk.calm(WARM, origin);
  return desk;
}
const decisionOf = (desk: ScriptedDesk) => desk.of('phantom-opened')[0]?.phantom.decision;

describe('scalp gates', () => {
  it('PH-43: a scalp that fails an enabled gate is blocked with the gate, asks nobody, and is followed to its end', () => {
    expect(decisionOf(run({}))?.disposition).toBe('pending');
    const desk = run({ scalpGates: ['body', 'vol', 'vwap_100'] });
    expect(decisionOf(desk)).toMatchObject({ disposition: 'blocked', decidedBy: 'engine' });
    expect(decisionOf(desk)?.reason).toMatch(/^scalp-gate: fails (vol, )?body$/);
    expect(desk.of('ticket-opened')).toEqual([]);
    expect([...desk.engine.openPhantoms.all()]).toHaveLength(1);
    desk.minute([100, 106, 100, 105]);
    expect(desk.of('phantom-closed')[0]?.result.outcome).toBe('win');
  });

  it('PH-43: in auto it enters nothing; a gate that is passed lets it in', () => {
    expect(run({ scalpGates: ['body'], stage: 'auto' }).of('position-opened')).toEqual([]);
    expect(run({ scalpGates: ['vwap_100'], stage: 'auto' }).of('position-opened')).toHaveLength(1);
  });

  it('PH-43: it bears on scalps only, on what would be asked only, and never on a placebo', () => {
    const scalpGates = ['body'];
    expect(decisionOf(run({ scalpGates }, onceAt(WARM)))?.disposition).toBe('pending');
    expect(decisionOf(run({ scalpGates }, scalp(), 'bootstrap'))?.disposition).toBe('bootstrap');
    expect(decisionOf(run({ scalpGates, fixedMinimumScore: 100 }))?.disposition).toBe('rejected_score');
    expect(decisionOf(run({ scalpGates }, { ...scalp(), isPlacebo: true }))?.disposition).toBe('shadow');
  });

  it('PH-40, PH-43: a gate whose facts were not recorded stops nothing', () => {
    const unrecorded = { ...scalp(), besideSets: [], featureSet: 'trend' };
    expect(decisionOf(run({ scalpGates: ['body', 'htf'] }, unrecorded))?.disposition).toBe('pending');
  });

  it('PH-43: a change counts from the next signal on, and changes nothing but the decision', () => {
    const twice = scalp(
      scriptedStrategy((now, close) =>
        [WARM, WARM + 15].some((minute) => now === START + minute * MINUTE)
          ? draftAround(close, { structureKey: String(now) })
          : null,
      ),
    );
    const [open, gated] = [[], ['body']].map((scalpGates) => {
      const desk = run({ scalpGates: [] }, twice);
      desk.feed({ kind: 'settings', time: desk.now, settings: { ...desk.engine.settings, scalpGates } });
      desk.calm(15);
      return phantomsOf(desk);
    }) as [ReturnType<typeof phantomsOf>, ReturnType<typeof phantomsOf>];
    expect(gated.map(({ decision }) => decision.reason)[1]).toBe('scalp-gate: fails body');
    const withoutDecision = ({ decision: _, ...phantom }: (typeof open)[number]) => phantom;
    expect(gated.map(withoutDecision)).toEqual(open.map(withoutDecision));
    expect(gated[0]?.decision).toEqual(open[0]?.decision);
  });
});

function phantomsOf(desk: ScriptedDesk) {
  return desk.of('phantom-opened').map(({ phantom }) => phantom);
}
