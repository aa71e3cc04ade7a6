/** What the figures of the desk mean: signals, phantoms, tickets, positions, chart and log. */

export const DESK_TERMS = {
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
      'Where the rest is closed now. BE (break-even) marks a stop that was moved to the entry after the first target.',
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
  funding: {
    label: 'Funding',
    meaning:
      'What holding a perpetual swap costs, as it was known when the trade opened and taken to stay: a long pays it when it is positive, a short receives it, at each time that the trade is held over.',
  },
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
  equity: {
    label: 'Paper equity',
    meaning:
      'Starting equity plus realised profit of the paper account; what is open counts when it is closed. No real money.',
  },
  equityWithOpen: {
    label: 'With open positions',
    meaning: 'Realised equity plus what closing everything that is open would bring at the last price, after costs.',
  },
  equityChange: {
    label: 'Since the start',
    meaning: 'Realised equity against what the paper account started with.',
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
  columnState: { label: 'State', meaning: 'Open while it is held; closed with how it ended.' },
  netProfit: { label: 'Net profit', meaning: 'In the quote currency, after fees and slippage.' },
  amount: { label: 'Amount', meaning: 'How much of the instrument is held.' },
  filledAt: { label: 'Filled at', meaning: 'The price that was paid, slippage included.' },
  filledTime: { label: 'Filled', meaning: 'When the order was filled, exchange time, UTC.' },
  filledBy: { label: 'By', meaning: 'You approved it, or the engine entered it in the auto stage.' },
  stopAndTarget: {
    label: 'Stop / target',
    meaning: 'Where the rest is closed with a loss, and where with the full profit.',
  },
  priceOrExit: {
    label: 'Price / exit',
    meaning: 'The newest price while it is open, else the price it was closed at.',
  },
  ageOrDay: { label: 'Age / day', meaning: 'Exchange time since it was opened, else the day it was closed.' },
  logTime: { label: 'Time', meaning: 'By this computer’s clock, UTC.' },
  logLevel: { label: 'Level', meaning: 'Info is routine, a warning needs watching, an error is a fault.' },
  logSource: { label: 'Source', meaning: 'The part of the workstation, or the strategy, that says it.' },
  logMessage: { label: 'Message', meaning: 'What happened.' },
  noticeKind: {
    label: 'What happens',
    meaning: 'A kind of event that you can be told of; all are in the log in any case.',
  },
} as const;
