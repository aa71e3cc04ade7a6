/** Stages and what unlocks them (DE-10 to DE-12): each condition with its evidence, met or not. */
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import type { StageChecklist } from '#contract/areas/risk.ts';
import type { ChecklistItem } from '#core/domain/risk.ts';
import type { Stage } from '#core/domain/score.ts';
import { problemOf } from '../../lib/client.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { useAnswer } from '../../lib/use-answer.ts';
import { STAGE_WORDS } from '../../lib/words.ts';
import { Badge } from '../../ui/controls.tsx';
import { Failed, Skeleton } from '../../ui/PanelState.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';

const SWITCH_LABELS = {
  learning: 'Learning',
  scoreSignals: 'Score signals',
  volatilitySizing: 'Volatility sizing',
  fixedMinimumScore: 'Fixed minimum score',
} as const satisfies Record<StageChecklist['switches'][number]['setting'], string>;

export function StagePage() {
  const desk = useDesk();
  const stage = useStreamed(desk.session, (status) => status.stage);
  const happened = useStreamed(desk.risk, (status) => status.happened[0]?.time ?? 0);
  const { value, problem } = useAnswer((client) => client.call('stage.checklist', {}), `${stage} ${happened}`);
  const [isSending, setSending] = useState(false);

  async function choose(wanted: Stage): Promise<void> {
    setSending(true);
    try {
      const { done, message } = await desk.client.call('stage.set', {
        account: 'paper',
        stage: wanted,
        approval: null,
      });
      desk.notices.show(done ? 'info' : 'warning', message);
    } catch (thrown) {
      const failed = problemOf(thrown);
      desk.notices.show('danger', failed.message, failed.remedy);
    }
    setSending(false);
  }

  if (value === null)
    return problem === null ? <Skeleton label="Loading the checklist" /> : <Failed problem={problem} />;
  return (
    <div className="stage-page">
      <section className="risk__part">
        <h4>Stage, on the paper account</h4>
        <div className="stage-page__stages" role="radiogroup" aria-label="Stage">
          {value.stages.map(({ stage: one, effect }) => (
            // biome-ignore lint/a11y/useSemanticElements: a card with two lines of words, chosen like a radio.
            <button
              key={one}
              type="button"
              role="radio"
              className="stage-card"
              aria-checked={one === (stage ?? value.stage)}
              disabled={isSending}
              onClick={() => void choose(one)}
            >
              <span className="strong">{STAGE_WORDS[one].label}</span>
              <span className="caption">{effect}</span>
            </button>
          ))}
        </div>
        <h4>Switches</h4>
        {value.switches.map(({ setting, isOn, effect }) => (
          <button
            key={setting}
            type="button"
            className="switch-line"
            onClick={() => desk.view.openSettings(SWITCH_LABELS[setting])}
          >
            <span>{SWITCH_LABELS[setting]}</span>
            <Badge tone={isOn ? 'accent' : 'muted'}>{isOn ? 'on' : 'off'}</Badge>
            <span className="caption">{effect}</span>
          </button>
        ))}
      </section>
      <section className="risk__part">
        <h4>
          Auto on a live account{' '}
          <Badge tone={value.isLiveAutoLocked ? 'warning' : 'good'}>
            {value.isLiveAutoLocked ? 'locked' : 'unlocked'}
          </Badge>
        </h4>
        <p className="caption">All of these, and it locks again when one fails. Simulated signals count for nothing.</p>
        <Checklist items={value.desk} />
        {value.strategies.map(({ strategyId, items }) => (
          <div key={strategyId} className="stage-page__strategy">
            <GlyphLabel id={strategyId} />
            <Checklist items={items} />
          </div>
        ))}
      </section>
    </div>
  );
}

function Checklist({ items }: { readonly items: readonly ChecklistItem[] }) {
  return (
    <ul className="checklist">
      {items.map((item) => (
        <li key={item.id} className={item.isMet ? 'checklist__item checklist__item--met' : 'checklist__item'}>
          {item.isMet ? <Check size={13} aria-label="met" /> : <X size={13} aria-label="not met" />}
          <span>{item.label}</span>
          <span className="caption">{item.evidence}</span>
        </li>
      ))}
    </ul>
  );
}
