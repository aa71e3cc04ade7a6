/**
 * One return process of the generated market: regimes, clustered volatility, fat tails.
 *
 * The common factor and every instrument's own part are each such a process. The numbers are fitted by hand to the
 * stylised facts of liquid crypto pairs on 1m bars (Cont 2001): kurtosis around 15, autocorrelation of absolute
 * returns about 0.3 at one minute and still positive after hours, none in the returns themselves.
 */
import type { Random } from '#core/base/random.ts';

const MARKET_REGIMES = ['trend-up', 'trend-down', 'range', 'breakout', 'turbulence'] as const;
export type MarketRegime = (typeof MARKET_REGIMES)[number];

interface RegimeFacts {
  /** Drift per minute, in typical standard deviations of a minute; its sign is drawn for `breakout`. */
  readonly drift: number;
  /** Factor on volatility. */
  readonly volatility: number;
  /** Pull towards the regime's moving anchor per minute: pullbacks in trends, edges in ranges. */
  readonly pull: number;
  /** Median length, minutes. */
  readonly medianMinutes: number;
  /** Weights of the regime that follows, in the order of `MARKET_REGIMES`. */
  readonly next: readonly number[];
}

const REGIME_FACTS: readonly RegimeFacts[] = [
  { drift: 0.065, volatility: 1, pull: 0.012, medianMinutes: 330, next: [0, 1.2, 3, 0.6, 0.8] },
  { drift: -0.07, volatility: 1.12, pull: 0.012, medianMinutes: 270, next: [1.2, 0, 2.6, 0.6, 1.2] },
  { drift: 0, volatility: 0.78, pull: 0.011, medianMinutes: 420, next: [1.6, 1.6, 0, 2, 0.6] },
  { drift: 0.2, volatility: 1.5, pull: 0.004, medianMinutes: 55, next: [1.5, 1.5, 2, 0, 0.8] },
  { drift: 0, volatility: 2.1, pull: 0, medianMinutes: 80, next: [1, 1, 2, 0.4, 0] },
];

/** Volatility of volatility: one slow component (half-life about 14 h) and one fast (about 40 min). */
const SLOW_PERSISTENCE = Math.exp(-Math.LN2 / 840);
const SLOW_NOISE = 0.3 * Math.sqrt(1 - SLOW_PERSISTENCE ** 2);
const FAST_PERSISTENCE = Math.exp(-Math.LN2 / 40);
const FAST_NOISE = 0.26 * Math.sqrt(1 - FAST_PERSISTENCE ** 2);
/** A large shock lifts the fast component (the ARCH effect). */
const SHOCK_FEEDBACK = 0.035;
const MEAN_ABSOLUTE_SHOCK = 0.74;
/** Shocks are normal times log-normal: kurtosis 3 exp(4 s^2), variance kept at 1. */
const TAIL = 0.42;
const TAIL_NORMALISER = Math.exp(-TAIL * TAIL);
/** Log-distance from the start at which a trend back is e times as likely as one further away. */
const HOME_SCALE = 0.3;
/** Spread of the log of a regime's length. */
const LENGTH_SPREAD = 0.55;

/** Numbers kept per process in a checkpoint. */
export const PROCESS_STATE_SIZE = 7;

/** Mutable on purpose: it is stepped once per minute of market and per process, in the generator's inner loop. */
export class MarketProcess {
  /** Log price (or factor) relative to the start. */
  level = 0;
  /** Standard deviation of the latest minute's return. */
  sigma = 0;
  private readonly typicalSigma: number;
  private regime = 2;
  private direction = 1;
  private minutesLeft = 0;
  private anchor = 0;
  private slow = 0;
  private fast = 0;

  constructor(typicalSigma: number) {
    this.typicalSigma = typicalSigma;
  }

  /** The regime of the latest minute. */
  regimeName(): MarketRegime {
    return MARKET_REGIMES[this.regime] ?? 'range';
  }

  /** Advances one minute; `season` multiplies volatility. Returns the minute's log return. */
  step(random: Random, season: number): number {
    if (this.minutesLeft <= 0) this.enterNextRegime(random);
    this.minutesLeft -= 1;
    const facts = factsOf(this.regime);
    this.slow = SLOW_PERSISTENCE * this.slow + SLOW_NOISE * random.normal();
    const sigma = this.typicalSigma * season * facts.volatility * Math.exp(this.slow + this.fast - 0.1);
    const shock = random.normal() * Math.exp(TAIL * random.normal()) * TAIL_NORMALISER;
    this.fast =
      FAST_PERSISTENCE * this.fast +
      FAST_NOISE * random.normal() +
      SHOCK_FEEDBACK * (Math.min(Math.abs(shock), 5) - MEAN_ABSOLUTE_SHOCK);
    const drift = facts.drift * this.direction * this.typicalSigma * season;
    const change = drift + sigma * shock - facts.pull * (this.level - this.anchor);
    this.anchor += drift;
    this.level += change;
    this.sigma = sigma;
    return change;
  }

  save(into: Float64Array, offset: number): void {
    into[offset] = this.level;
    into[offset + 1] = this.regime;
    into[offset + 2] = this.direction;
    into[offset + 3] = this.minutesLeft;
    into[offset + 4] = this.anchor;
    into[offset + 5] = this.slow;
    into[offset + 6] = this.fast;
  }

  load(from: Float64Array, offset: number): void {
    this.level = from[offset] ?? 0;
    this.regime = from[offset + 1] ?? 2;
    this.direction = from[offset + 2] ?? 1;
    this.minutesLeft = from[offset + 3] ?? 0;
    this.anchor = from[offset + 4] ?? 0;
    this.slow = from[offset + 5] ?? 0;
    this.fast = from[offset + 6] ?? 0;
  }

  private enterNextRegime(random: Random): void {
    const weights = factsOf(this.regime).next;
    // Far from home the way back grows likelier: prices stay plausible for years without a visible wall.
    const towardsUp = Math.exp(-this.level / HOME_SCALE);
    const weightOf = (regime: number): number => {
      const weight = weights[regime] ?? 0;
      if (regime === 0) return weight * Math.sqrt(towardsUp);
      if (regime === 1) return weight / Math.sqrt(towardsUp);
      return weight;
    };
    let total = 0;
    for (let regime = 0; regime < REGIME_FACTS.length; regime++) total += weightOf(regime);
    let left = random.next() * total;
    let chosen = 0;
    while (chosen < REGIME_FACTS.length - 1) {
      left -= weightOf(chosen);
      if (left < 0) break;
      chosen += 1;
    }
    this.regime = chosen;
    this.direction = chosen === 3 && random.next() >= towardsUp / (1 + towardsUp) ? -1 : 1;
    const median = factsOf(chosen).medianMinutes;
    this.minutesLeft = Math.max(15, Math.round(median * Math.exp(LENGTH_SPREAD * random.normal())));
    this.anchor = this.level;
  }
}

function factsOf(regime: number): RegimeFacts {
  const facts = REGIME_FACTS[regime];
  if (facts === undefined) throw new RangeError(`no market regime ${regime}`);
  return facts;
}
