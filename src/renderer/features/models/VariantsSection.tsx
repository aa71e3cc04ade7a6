/** Which instrument or volatility cluster earns a model of its own (ML-50): each beside the model of all, in shadow. */
import { useStore } from 'zustand';
import type { ModelOverview, VariantView } from '#contract/areas/models.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatNumber, formatSigned } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { VARIANT_STATE_WORDS } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { WordBadge } from '../../ui/controls.tsx';
import { FIGURE_TONES, judge } from './figure-rows.ts';
import { IntervalStrip } from './IntervalStrip.tsx';
import { ModelSection } from './ModelSection.tsx';
import { useModelsStore } from './models-context.tsx';

export function VariantsSection({ overview }: { readonly overview: ModelOverview }) {
  const { variants } = overview;
  if (variants.length === 0) return null;
  const deciding = variants.filter(({ state }) => state === 'decides').length;
  return (
    <ModelSection
      title="Models of their own"
      term="variants"
      jump="Own models"
      className="model__full"
      aside={deciding === 0 ? 'none has earned it' : `${formatNumber(deciding)} of ${formatNumber(variants.length)}`}
    >
      <table className="figures-table">
        <caption className="visually-hidden">Instruments and clusters beside the model of all</caption>
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col">State</th>
            <th scope="col">Examples</th>
            <th scope="col" {...defines('variantSignals')}>
              Scored by both
            </th>
            <th scope="col" colSpan={3} {...defines('variantLogLoss')}>
              Log loss less that of all, 95 % interval
            </th>
          </tr>
        </thead>
        <tbody>
          {variants.map((variant) => (
            <VariantRow key={variant.model} variant={variant} />
          ))}
        </tbody>
      </table>
    </ModelSection>
  );
}

function VariantRow({ variant }: { readonly variant: VariantView }) {
  const { label, state, examples, neededExamples, signals, neededSignals, figures, message, version } = variant;
  const isLearning = state === 'learning';
  return (
    <tr>
      <th scope="row" {...tip(message, version ?? label)}>
        {label}
      </th>
      <td>
        <WordBadge word={VARIANT_STATE_WORDS[state]} />
        {state === 'decides' && <GiveUp variant={variant} />}
      </td>
      <td className="number soft">
        {formatNumber(examples)}
        {isLearning && examples < neededExamples ? ` of ${formatNumber(neededExamples)}` : ''}
      </td>
      <td className="number soft">
        {isLearning ? '' : formatNumber(signals)}
        {!isLearning && signals < neededSignals ? ` of ${formatNumber(neededSignals)}` : ''}
      </td>
      {figures === null ? (
        <td className="faint" colSpan={3} {...tip(message)}>
          {isLearning ? '' : 'too few'}
        </td>
      ) : (
        <FigureCells difference={{ ...figures.difference, base: 0 }} />
      )}
    </tr>
  );
}

/** ML-50 by hand, asked once more: the model of all decides from then on. */
function GiveUp({ variant: { model, label } }: { readonly variant: VariantView }) {
  const store = useModelsStore();
  const desk = useDesk();
  const isConfirming = useStore(store, (state) => state.confirmingId === model);
  const isSending = useStore(store, (state) => state.sending.has(model));
  const isConnected = useStore(desk.link, (state) => state.now.state === 'connected');
  return (
    <Button
      size="small"
      look={isConfirming ? 'danger' : 'ghost'}
      disabled={!isConnected || isSending}
      onClick={() => (isConfirming ? void store.giveUp(model) : store.askToActivate(model))}
      onBlur={() => isConfirming && store.askToActivate(null)}
      aria-label={isConfirming ? `Give the model of ${label} up now` : `Give the model of ${label} up`}
      {...tip('The model of all decides for these signals again; the next version of this one must prove itself anew.')}
    >
      {isConfirming ? 'Give up now' : 'Give up'}
    </Button>
  );
}

function FigureCells({ difference }: { readonly difference: Parameters<typeof judge>[0] }) {
  const judgement = judge(difference, 'lower');
  const write = (value: number) => formatSigned(value, 3);
  return (
    <>
      <td className={`number strong ${FIGURE_TONES[judgement]}`}>
        {write(difference.value)}
        {judgement !== 'undecided' && <span className="visually-hidden"> {judgement} than the model of all</span>}
      </td>
      <td className="number soft figures-table__interval">
        {write(difference.low)} to {write(difference.high)}
      </td>
      <td className="figures-table__strip" aria-hidden="true">
        <IntervalStrip figure={difference} judgement={judgement} />
      </td>
    </>
  );
}
