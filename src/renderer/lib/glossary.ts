/** What every figure of the window means, in one sentence each: the text of tooltips and of the glossary sheet. */

import { ANALYSIS_TERMS } from './glossary-analysis.ts';

export interface Term {
  readonly label: string;
  readonly meaning: string;
}

export const GLOSSARY = {
  R: {
    label: 'R',
    meaning: 'The distance from entry to the first stop. A result of +2 R earned twice what was at risk.',
  },
  netR: { label: 'Net R', meaning: 'Result in R after fees and slippage. A win is a net R above zero.' },
  grossR: { label: 'Gross R', meaning: 'Result in R before fees and slippage.' },
  unrealisedR: {
    label: 'R now',
    meaning:
      'Net of costs: what closing the rest at the last price would give, with what the first target already took.',
  },
  phantom: {
    label: 'Phantom',
    meaning: 'The shadow trade that follows every signal, taken or not, until target, stop or timeout.',
  },
  score: {
    label: 'Score',
    meaning:
      '0–100. A calibrated win probability only when its kind says “model”; a heuristic score counts points by rules.',
  },
  qscore: {
    label: 'Quality',
    meaning: '0–100: the signal’s grade by its own strategy’s rules. It informs, it does not decide.',
  },
  threshold: {
    label: 'Threshold',
    meaning: 'The score a signal must reach to become a ticket, with its source and evidence.',
  },
  ambiguous: {
    label: 'Ambiguous',
    meaning: 'One bar touched both stop and target. The worse order counts; the better one is kept beside it.',
  },
  offline: { label: 'Resolved offline', meaning: 'Resolved on bars that were fetched after the fact.' },
  disposition: {
    label: 'Decision',
    meaning: 'What became of the signal: taken, skipped, expired, low score, blocked, replayed …',
  },
  distance: {
    label: 'Stop ▸ target',
    meaning: 'Where the price stands between the stop in force (left) and the target (right). The tick is the entry.',
  },
  instrument: {
    label: 'Instrument',
    meaning: 'What is traded, and the side: ▲ long gains when it rises, ▼ short when it falls.',
  },
  strategy: { label: 'Strategy', meaning: 'The set of rules that found the signal.' },
  openedAt: { label: 'Opened', meaning: 'When the signal’s bar closed, exchange time, UTC.' },
  lastPrice: { label: 'Price', meaning: 'The newest price of the instrument.' },
  entry: { label: 'Entry', meaning: 'The signal’s own price: the close of its bar.' },
  target: { label: 'Target', meaning: 'Where the rest is closed with the full profit.' },
  stop: { label: 'Stop', meaning: 'Where the trade is given up: 1 R from the entry.' },
  stopInForce: {
    label: 'Stop',
    meaning:
      'Where the rest is closed now. “moved” marks a stop that was drawn up to the entry after the first target.',
  },
  stopMoved: {
    label: 'Stop moved to entry',
    meaning: 'The first target took its part, so the stop of the rest stands at the entry: it can no longer lose 1 R.',
  },
  outcome: {
    label: 'Outcome',
    meaning: 'How the phantom ended: win or loss by net R, timeout, or open while it is still followed.',
  },
  exit: { label: 'Exit', meaning: 'What closed it, and at which price.' },
  held: { label: 'Held', meaning: 'Exchange time from opening to exit.' },
  excursions: {
    label: 'Best / worst',
    meaning: 'Furthest the price went for and against the trade before the exit, in R.',
  },
  age: { label: 'Age', meaning: 'Exchange time since the phantom opened, against its timeout.' },
  mfe: { label: 'Best', meaning: 'Furthest favourable excursion, in R, before the exit.' },
  mae: { label: 'Worst', meaning: 'Furthest adverse excursion, in R, before the exit.' },
  risk: { label: 'At risk', meaning: 'What is lost if the stop is hit, costs included.' },
  notional: { label: 'Notional', meaning: 'Amount times entry price: the value of the position.' },
  plannedRr: { label: 'Reward : risk', meaning: 'Distance to the target over distance to the stop, before costs.' },
  netRr: { label: 'Net reward : risk', meaning: 'The same after the cost of the round trip.' },
  costs: { label: 'Costs', meaning: 'Taker fee and assumed slippage of both sides, for this size.' },
  movedR: {
    label: 'Moved',
    meaning:
      'How far the price has left the entry, in R; positive favours the trade. Beyond 0.25 R either way (the two prices under the line) the ticket expires by itself, however much time is left: it would be another trade.',
  },
  hesitation: {
    label: 'Hesitation',
    meaning: 'What the delay until your click cost against the signal’s price, in R. Positive is worse.',
  },
  tp1: { label: 'TP1', meaning: 'First target: part of the position is taken and the stop moves to entry.' },
  regime: {
    label: 'Regime',
    meaning: 'Volatility against the instrument’s own recent days: low, normal, high, extreme.',
  },
  session: { label: 'Session', meaning: 'By UTC hour: Asia 00–07, Europe 07–13, US 13–21, off hours 21–24.' },
  change24h: { label: '24 h', meaning: 'Last price against the close 24 hours ago.' },
  winRate: {
    label: 'Win rate',
    meaning: 'Share of resolved phantoms with net R above zero, timeouts included, with its 95 % interval.',
  },
  netRPerTrade: { label: 'Net R per trade', meaning: 'Mean net R of resolved phantoms, with its 95 % interval.' },
  tooFew: { label: 'Too few', meaning: 'Under 20 resolved phantoms say nothing reliable; figures appear from 20 on.' },
  champion: {
    label: 'Champion',
    meaning: 'The version that scores signals now. A challenger replaces it only after it proved itself on later data.',
  },
  examples: {
    label: 'Examples',
    meaning: 'Resolved phantoms that the model was trained on.',
  },
  effectiveExamples: {
    label: 'Effective examples',
    meaning:
      'Examples counted by how unique they are: phantoms that lived at the same time tell partly the same story.',
  },
  trainedUntil: {
    label: 'Trained until',
    meaning: 'Nothing that became known after this moment went into the training. 90 days later the model expires.',
  },
  heads: {
    label: 'Heads',
    meaning: 'The learners inside: forest, boosting and, from 300 examples, a network. Their outputs are averaged.',
  },
  calibrator: {
    label: 'Calibrator',
    meaning:
      'Bends the averaged output so that it is a probability: of signals that get 60, about 60 % should win. Fitted on rows that the model had not seen.',
  },
  outOfSample: {
    label: 'Out of sample',
    meaning: 'Measured on rows that came after those the model was trained on, none of them overlapping; net of costs.',
  },
  noModel: {
    label: 'No model',
    meaning:
      'The same figure without a model: the win rate of these rows given to every signal, and every signal taken.',
  },
  interval: {
    label: '95 % interval',
    meaning:
      'Block bootstrap of the out-of-sample rows. A figure is coloured only when the whole interval lies on one side of “no model”.',
  },
  areaUnderCurve: {
    label: 'AUC',
    meaning: 'Chance that a random winner is scored above a random loser. 0.5 is guessing, 1 is perfect order.',
  },
  logLoss: {
    label: 'Log loss',
    meaning: 'Mean surprise at the outcomes, given the probabilities. Lower is better; sure and wrong costs most.',
  },
  brier: {
    label: 'Brier',
    meaning: 'Mean squared distance between probability and outcome. Lower is better.',
  },
  calibrationError: {
    label: 'Calibration error',
    meaning:
      'Mean distance between predicted and observed win rate over the bins of the reliability curve. Lower is better. The base rate is calibrated by itself and near 0, so this figure is not judged against it.',
  },
  modelWinRate: {
    label: 'Win rate at threshold',
    meaning: 'Share of winners among the signals that reach the threshold. “No model” takes all signals.',
  },
  modelNetR: {
    label: 'Net R at threshold',
    meaning: 'Mean net R of the signals that reach the threshold. “No model” takes all signals.',
  },
  coverage: {
    label: 'Coverage',
    meaning: 'Share of signals that reach the threshold. Neither high nor low is good by itself.',
  },
  reliability: {
    label: 'Reliability',
    meaning:
      'What was predicted (across) against what happened (up). On the diagonal, 60 means 60 % won. Hollow points have under 20 rows: too few.',
  },
  gain: {
    label: 'Gain',
    meaning: 'Share of the loss that splits on this feature took away while training, over forest and boosting.',
  },
  permutation: {
    label: 'Permutation',
    meaning: 'How much the log loss grows out of sample when this feature is shuffled. About 0 or below: no use.',
  },
  drift: {
    label: 'Drift',
    meaning:
      'Features whose values have moved away from the training rows by more than chance, by population stability. Drift is shown and can start a training.',
  },
  contributions: {
    label: 'Contributions',
    meaning: 'Points by which each feature moved this score. The base score plus all points is the score.',
  },
  precedents: {
    label: 'Precedents',
    meaning:
      'The resolved phantoms most like this signal, and how they ended. Few and chosen by likeness: no statistic.',
  },
  precedentDistance: {
    label: 'Distance',
    meaning: 'How unlike this signal it was, in standard deviations per feature. 0 is the same.',
  },
  unusual: {
    label: 'Unlike anything seen',
    meaning: 'Many features lie outside what the model was trained on: its score is a guess beyond its experience.',
  },
  scoreInterval: {
    label: '90 % interval of the score',
    meaning:
      'How far the score itself could be off, by resampling the rows behind its calibration. It is not the range of this trade’s outcome: one trade wins or loses, whatever the score.',
  },
  scoreParts: {
    label: 'Points by rules',
    meaning: 'Fixed points for fixed conditions, cut to 0–100. They rank signals; they are no probability.',
  },
  record: {
    label: 'Record',
    meaning:
      'What this model’s versions said when signals came, before the outcome was known, against what came of them. Only scores that decided count.',
  },
  recordByWeek: {
    label: 'Record by week',
    meaning: 'Mean prediction and share won of the signals resolved in each week, Monday to Monday UTC.',
  },
  liveSignals: {
    label: 'Signals scored',
    meaning: 'Signals of the period that this model scored, and how many of them have no result yet.',
  },
  livePredicted: {
    label: 'Predicted to win',
    meaning: 'Mean predicted probability of the resolved signals.',
  },
  liveObserved: {
    label: 'Won',
    meaning:
      'Share of the resolved signals with net R above zero, with its 95 % interval. Marked when the prediction is outside the interval.',
  },
  liveAccuracy: {
    label: 'Right side of the threshold',
    meaning:
      'Share of the resolved signals that won at or above the threshold, or lost under it, with its 95 % interval. High by itself where most signals lose.',
  },
  liveBrier: {
    label: 'Brier, live',
    meaning:
      'Mean squared distance between prediction and outcome, with its 95 % interval. Coloured only when the whole interval is better or worse than the win rate of the same rows alone.',
  },
  forecastRecord: {
    label: 'Record',
    meaning: 'What this model’s versions forecast before the outcome was known, against what came.',
  },
  liveForecasts: { label: 'Forecasts', meaning: 'Made in the period, and how many of them have no outcome yet.' },
  liveRight: {
    label: 'Named right',
    meaning:
      'Share of the known openings where the direction that the model named came, with its 95 % interval. Coloured only when the whole interval is better or worse than naming the most frequent direction each time.',
  },
  liveExpectedR: {
    label: 'Forecast R',
    meaning: 'Mean net R that was forecast, of the signals that have a result by now.',
  },
  liveCameR: {
    label: 'R that came',
    meaning:
      'Mean net R of the same signals, timeouts included, with its 95 % interval. Marked when the forecast is outside the interval.',
  },
  liveSquaredError: {
    label: 'Squared error',
    meaning: 'Mean squared distance between forecast and net R, in R squared. Smaller is better.',
  },
  squaredErrorDifference: {
    label: 'Squared error, difference',
    meaning:
      'The model’s squared error less that of always saying the mean of all results known before each signal, with its 95 % interval. Below zero the model is better.',
  },
  qlike: {
    label: 'QLIKE',
    meaning:
      'Error of a variance forecast: what came over what was forecast, less its logarithm, less one. 0 is perfect; a forecast that is too low costs more than one that is too high.',
  },
  qlikeDifference: {
    label: 'QLIKE, difference',
    meaning:
      'The model’s QLIKE less that of a forecast that needs no model, on the same hours, with its 95 % interval. Below zero the model is better.',
  },
  shadow: {
    label: 'In shadow',
    meaning:
      'After a promotion the version before keeps scoring, without deciding. Both are compared on the newest 100 resolved signals; when the new one proves worse it is rolled back.',
  },
  shadowWinRate: {
    label: 'Win rate',
    meaning: 'Of the signals that each version would have taken at its own threshold. 5 points lower raises an alert.',
  },
  shadowLogLoss: {
    label: 'Log loss, difference',
    meaning: 'New minus old on the same signals, with its 95 % interval. Below zero the new one is better.',
  },
  shadowNetR: {
    label: 'Net R per signal, difference',
    meaning: 'New minus old on the same signals, with its 95 % interval. Above zero the new one is better.',
  },
  balancedAccuracy: {
    label: 'Balanced accuracy',
    meaning: 'Mean of the recall of each class. Always naming the same class gives one part in as many as there are.',
  },
  recall: {
    label: 'Recall',
    meaning:
      'Of what came out as this class, the share that the model had named so. No model: naming it at random as often.',
  },
  precision: {
    label: 'Precision',
    meaning: 'Of what the model named this class, the share that came out so. No model: the share of the class.',
  },
  classAccuracy: {
    label: 'Accuracy',
    meaning: 'Share of all rows that were named right. High by itself where one class is frequent.',
  },
  rootMeanSquaredError: {
    label: 'Root mean squared error',
    meaning:
      'Of the forecasts, in the unit of the target (volatility: its logarithm). No model: always saying the mean.',
  },
  meanAbsoluteError: {
    label: 'Mean absolute error',
    meaning: 'Of the forecasts, in the unit of the target. No model: always saying the mean.',
  },
  rSquared: {
    label: 'R squared',
    meaning:
      'Share of the squared error of always saying the mean that the model saves. Below zero the mean is better.',
  },
  errorSaved: {
    label: 'Error saved',
    meaning: 'Share of the squared error of a cheap forecast that the model saves. Below zero the cheap one is better.',
  },
  variants: {
    label: 'Models of their own',
    meaning:
      'An instrument or a volatility cluster with 100 examples of its own gets a model that scores its signals in shadow. It decides for them only once it has done better than the model of all on signals that both scored.',
  },
  variantSignals: {
    label: 'Scored by both',
    meaning: 'Resolved signals that both models scored before the outcome was known. Judged from 40 on, every 40.',
  },
  variantLogLoss: {
    label: 'Log loss, difference',
    meaning: 'Own model less the model of all on the same signals. Below zero the own model is better.',
  },
  expiry: {
    label: 'Expiry',
    meaning:
      '90 days after the newest example of its training a model stops deciding, and the heuristic takes over until a newer model proves itself.',
  },
  truthLog: {
    label: 'Truth log',
    meaning: 'What whoever sent the signal wrote down of it. Our own outcome, from the candles, is of record.',
  },
  missingValues: {
    label: 'Missing values',
    meaning:
      'Signals in which the feature had no value. Trees give it a place of its own, the network fills it in and is told so; it is never taken for 0.',
  },
  stability: {
    label: 'Population stability',
    meaning:
      'How far the feature’s values since the training are spread differently from the training rows. 0 is the same.',
  },
  stabilityThreshold: {
    label: 'By chance',
    meaning: 'What chance alone stays under with this many rows and features. Beyond it the feature counts as drifted.',
  },
  importance: {
    label: 'Importance',
    meaning: 'How much the model rests on each feature, measured three ways that can disagree.',
  },
  meanShap: {
    label: 'Mean |SHAP|',
    meaning: 'Score points by which the feature moves a score on average, up or down, out of sample.',
  },
  importanceTrend: {
    label: 'Over versions',
    meaning:
      'The same figure from the oldest version to the newest, each feature on its own scale from zero. The large dot is the version on show.',
  },
  equity: {
    label: 'Paper equity',
    meaning:
      'Starting equity plus realised profit of the paper account; what is open counts when it is closed. No real money.',
  },
  clock: {
    label: 'Exchange time',
    meaning: 'The exchange’s clock, UTC. On the demo exchange it can run faster than yours.',
  },
  simulated: {
    label: 'Simulated',
    meaning: 'A generated market on this computer. Results here say nothing about real markets.',
  },
  skew: { label: 'Skew', meaning: 'Difference between this computer’s clock and the exchange’s.' },
  ...ANALYSIS_TERMS,
  vwap: { label: 'VWAP', meaning: 'Volume-weighted average price since 00:00 UTC.' },
  bands: {
    label: 'Bollinger bands',
    meaning: 'Mean of the last 20 closes, and two standard deviations up and down.',
  },
  rsi: { label: 'RSI', meaning: 'Relative strength, 0–100, over 14 bars: gains against losses. Dashed at 30 and 70.' },
  tsi: {
    label: 'TSI',
    meaning: 'True strength, −100 to 100, over 25 and 13 bars: momentum against its size. Dashed at −25 and 25.',
  },
  ema: { label: 'EMA', meaning: 'Exponential moving average of closes.' },
} as const satisfies Readonly<Record<string, Term>>;

export type TermName = keyof typeof GLOSSARY;

/** Attributes that give an element its definition as a tooltip; the tooltip layer shows them on hover and focus. */
export function defines(name: TermName): { 'data-tip': string; 'data-tip-title': string } {
  const term = GLOSSARY[name];
  return { 'data-tip': term.meaning, 'data-tip-title': term.label };
}

/** Attributes that give an element a tooltip of its own. */
export function tip(text: string, title?: string): { 'data-tip': string; 'data-tip-title'?: string } {
  return title === undefined ? { 'data-tip': text } : { 'data-tip': text, 'data-tip-title': title };
}
