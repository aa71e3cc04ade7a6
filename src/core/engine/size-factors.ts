/** What scales a size: volatility where it is switched on, and in the stages that let it, the model (DE-10, DE-20). */
import {
  forecastFactor,
  rangeVolatility,
  VOLATILITY_HOURS,
  type VolatilityFactor,
  volatilityFactor,
} from '#core/decisions/volatility-factor.ts';
import type { RiskSettings } from '#core/domain/risk.ts';
import type { Decision, Stage } from '#core/domain/score.ts';
import type { SizeFactor } from '#core/domain/trading.ts';
import type { InstrumentState } from './instrument-state.ts';
import type { HourForecast } from './market-watch.ts';

export function sizeFactors(
  state: InstrumentState,
  { advice }: Decision,
  stage: Stage,
  { volatilitySizing }: RiskSettings,
  forecast: HourForecast | null,
): readonly SizeFactor[] {
  const factors: SizeFactor[] = [];
  if (volatilitySizing) {
    const { factor, basis } = byModel(state, forecast) ?? volatilityFactor(hourlyVolatilities(state));
    factors.push({ name: basis, value: factor });
  }
  const opening = advice?.opening ?? null;
  // ML-32: in shadow and advisory the model speaks, and the size does not listen.
  if (opening !== null && (stage === 'hybrid' || stage === 'auto')) {
    factors.push({ name: `model (${opening.confidence.toLowerCase()} confidence)`, value: opening.riskFactor });
  }
  return factors;
}

/** A model's forecast needs the median of what it forecasts: the realised volatility of hours, not their range. */
function byModel({ signals }: InstrumentState, forecast: HourForecast | null): VolatilityFactor | null {
  if (forecast === null) return null;
  const { value, hours } = signals.hours.median(forecast.time);
  return forecastFactor({ by: forecast.by, forecast: forecast.volatility, median: value, hours });
}

/** Newest first; whole hours only. */
function hourlyVolatilities({ signals }: InstrumentState): Float64Array {
  const hours = signals.bars('1h');
  const found: number[] = [];
  for (let ago = 0; ago < Math.min(hours.size, VOLATILITY_HOURS); ago++) {
    if (hours.complete(ago)) found.push(rangeVolatility(hours.high(ago), hours.low(ago)));
  }
  return Float64Array.from(found);
}
