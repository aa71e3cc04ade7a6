/** What the figures of analysis, risk and account mean: a part of the glossary. */

export const ANALYSIS_TERMS = {
  limits: {
    label: 'Limits',
    meaning: 'Checked before every entry; one that is reached lets nothing more in. Settings hold each maximum.',
  },
  breakers: {
    label: 'Breakers',
    meaning: 'Stop all entries when something goes wrong, until they are reset. Phantoms go on.',
  },
  drawdown: { label: 'Drawdown', meaning: 'Deepest fall of equity, open positions included, from a peak before it.' },
  intended: {
    label: 'Intended and filled',
    meaning: 'The signal’s own price, the price that was paid, and the difference in basis points: positive is worse.',
  },
  decider: {
    label: 'Who decided',
    meaning: 'Who kept the signal out or let it in: you, the score, a rule, time, the stage, or nobody.',
  },
  savedR: {
    label: 'Saved or cost',
    meaning:
      'What the decision was worth against the opposite one, in R: a refused loss saves, a refused win costs. For what was taken it is what it earned.',
  },
  netRSum: { label: 'Net R', meaning: 'Sum of results after costs over the resolved signals of this line.' },
  ledgerTaken: {
    label: 'Taken earned',
    meaning: 'Sum of net R of the signals that were taken, with its 95 % interval.',
  },
  ledgerSaved: {
    label: 'Saying no',
    meaning: 'Net R that refused signals would have earned, turned around: by you, the score, time, rules and gates.',
  },
  ledgerTotal: {
    label: 'All signals',
    meaning: 'Sum of net R had every signal been taken at its own price, with its 95 % interval.',
  },
  ledgerSum: {
    label: 'It adds up',
    meaning: 'The lines, summed, give the total that was summed over the signals themselves, to a billionth of an R.',
  },
  avoidedR: { label: 'Avoided', meaning: 'What rejected signals that ended as losses would have lost, in R.' },
  missedR: { label: 'Missed', meaning: 'What rejected signals that ended as wins would have earned, in R.' },
  decisionMatrix: {
    label: 'Right and wrong',
    meaning: 'Taken and won or rejected and lost are right; the others are wrong. Timeouts count by their net R.',
  },
  causes: {
    label: 'Causes',
    meaning: 'Reasons that were recorded, with their figures taken out, so that the same cause is counted once.',
  },
  breakEven: {
    label: 'Break-even',
    meaning: 'The win rate at which a trade of this kind earns nothing after costs, from its own wins and losses.',
  },
  thresholdFit: {
    label: 'Fit',
    meaning: 'The threshold is fitted on the older 70 % of records and judged on the newest 30 %, which it never saw.',
  },
  thresholdCurve: {
    label: 'Probability of a win by score',
    meaning: 'Fitted so that it never falls. The threshold stands where it crosses break-even (dashed), within bounds.',
  },
  shrinkage: {
    label: 'Own weight',
    meaning: 'n / (n + 50): how much the context’s own curve counts against the curve of all contexts.',
  },
  adaptiveMinimum: {
    label: 'Adaptive minimum',
    meaning: 'A minimum that rises when executed trades win too rarely and falls slowly when they win.',
  },
  gateBaseline: { label: 'Baseline', meaning: 'Win rate of all resolved scalps, whatever gates they passed.' },
  gateDelta: {
    label: 'Difference',
    meaning: 'Win rate with the gate passed minus win rate without, in percentage points, with its 95 % interval.',
  },
  falseDiscovery: {
    label: 'False discoveries',
    meaning:
      'Searching many gates finds some by luck. P values are adjusted (Benjamini and Hochberg) over all that was searched; ✓ marks what stays.',
  },
  gateRetest: {
    label: 'Held up',
    meaning: 'Found on the older signals, tried once more on the later ones, which had no part in finding it.',
  },
  gateTrend: { label: 'By month', meaning: 'The difference in each month with at least 20 scalps on both sides.' },
  synergy: {
    label: 'Synergy',
    meaning: 'Win rate of the gates together minus the mean of each alone, in percentage points.',
  },
  gateAdvice: {
    label: 'What follows',
    meaning: 'Only what held up on later signals is advised. The YAML can be imported in the settings.',
  },
  placeboCounted: {
    label: 'Placebo',
    meaning:
      'Random entries that measure what chance alone gives. They are no signals: History, the ledger and all figures leave them out, and only Honesty counts them, as what the others are compared with.',
  },
  againstPlacebo: {
    label: 'Against chance',
    meaning: 'Net R per signal minus that of the placebo, which enters at random with the same exits.',
  },
  doubledCosts: {
    label: 'Had costs been double',
    meaning: 'Net R per signal with fees, slippage and funding twice as high: a thin edge dies here.',
  },
  deflatedSharpe: {
    label: 'Deflated Sharpe',
    meaning:
      'Probability that the Sharpe ratio is above what the luckiest of all tried variants would show (Bailey and López de Prado, 2014).',
  },
  optimistic: {
    label: 'If all ambiguous had won',
    meaning:
      'Net R per signal had every bar that touched both levels gone the good way: the upper end of what is not known.',
  },
  resolverVersion: {
    label: 'Resolver',
    meaning: 'The version of the rules that graded the phantoms. Versions are never mixed in one figure.',
  },
} as const;
