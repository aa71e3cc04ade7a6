/** What the figures of models and forecasts mean. */

export const MODEL_TERMS = {
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
  timeoutLabels: {
    label: 'Timeouts',
    meaning:
      'Whether this version learned from signals that reached neither target nor stop in time: left out, or as wins and losses by the sign of their net R. A setting decides for the next training. Left out, they still count in its calibration, judgement and figures where it says so.',
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
  enhancedRecord: {
    label: 'Enhanced against base',
    meaning:
      'Whether the model helps where it moves a grade: of the signals that the base alone and the enhanced score would have let through, at the threshold of their decision, how many won. Fixed before the outcome was known.',
  },
  enhancedByWeek: {
    label: 'Enhanced against base by week',
    meaning: 'The same counts for the signals of each week, Monday to Monday UTC. Faint under 20.',
  },
  enhancedScored: {
    label: 'Enhanced scores',
    meaning: 'Signals of the period whose score the model moved, and how many of them have no result yet.',
  },
  enhancedBase: {
    label: 'Base won',
    meaning:
      'Share that won of the signals whose base alone reached the threshold, with its 95 % interval; timeouts by their net R.',
  },
  enhancedWon: {
    label: 'Enhanced won',
    meaning:
      'Share that won of the signals whose enhanced score reached the threshold, with its 95 % interval; timeouts by their net R.',
  },
  enhancedDifference: {
    label: 'Enhanced less base',
    meaning:
      'Win rate of what the enhanced score let through less that of what the base let through, on the same signals, with its 95 % interval. Coloured only when the whole interval is on one side of 0.',
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
  feature: { label: 'Feature', meaning: 'One measured input of the model; History shows its value for each signal.' },
  version: { label: 'Version', meaning: 'Each training makes one, numbered from the first.' },
  versionState: { label: 'State', meaning: 'Champion decides; the others are candidates, retired or rejected.' },
  versionReason: { label: 'Why', meaning: 'What the judgement on later data said.' },
  variantOf: { label: 'Of', meaning: 'The instrument or cluster that the model is of.' },
  variantState: { label: 'State', meaning: 'Learning, in shadow, or deciding for its own signals.' },
  variantExamples: { label: 'Examples', meaning: 'Resolved phantoms of its own; the first fit needs 100.' },
  accuracyPeriod: { label: 'Period', meaning: 'The last days of exchange time, up to now.' },
} as const;
