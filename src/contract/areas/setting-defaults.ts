/** Defaults and meanings of the settings, free of the schema library: the window shows both (WS-5, WS-18). */
import type { Settings } from './settings.ts';

export const DEFAULT_SETTINGS: Settings = {
  exchange: 'demo',
  symbols: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BNB/USDT', 'XRP/USDT', 'DOGE/USDT'],
  baseTimeframe: '1m',
  historyDays: 30,
  stage: 'advisory',
  riskPerTrade: 0.005,
  fixedMinimumScore: null,
  learning: true,
  scoreSignals: true,
  volatilitySizing: true,
  maximumNotional: null,
  maximumPositions: 5,
  positionsPerInstrument: 1,
  positionsPerCluster: 2,
  dailyLossLimit: 0.02,
  exposureLimit: 1,
  ordersPerMinute: 10,
  priceSanity: 0.02,
  breakerWinRate: 0.3,
  breakerLosses: 6,
  breakerDrawdown: 0.1,
  breakerMissingBars: 0.1,
  breakerOrderErrors: 3,
  slippageBps: 2,
  startingEquity: 10_000,
  disabledStrategies: [],
  strategyParameters: {},
  promotedStrategies: [],
  measureChance: true,
  trackGated: false,
  scalpGates: [],
  learnTimeouts: false,
  automaticRollback: true,
  webhook: false,
  demoSpeed: 60,
  slowForTickets: true,
  theme: 'dark',
  upDownColors: 'green-red',
  textScale: 1,
  desktopNotices: [],
  soundNotices: [],
  telegramNotices: [],
  guideSeen: false,
};

/** One line of meaning per setting, for the form, its search and the docs. */
export const SETTING_MEANINGS: Readonly<Record<keyof Settings, { readonly label: string; readonly meaning: string }>> =
  {
    exchange: { label: 'Exchange', meaning: 'Where candles come from. The demo exchange is built in and simulated.' },
    symbols: { label: 'Instruments', meaning: 'The instruments that are watched and for which strategies run.' },
    baseTimeframe: {
      label: 'Base timeframe',
      meaning: 'Bars that are fetched and stored; the others are rolled up from them.',
    },
    historyDays: { label: 'History', meaning: 'Days of history the strategies run over before going live.' },
    stage: {
      label: 'Stage',
      meaning:
        'Shadow records only; advisory asks you about each signal that passes; hybrid asks and lets the model scale the size; auto enters on the paper account without asking.',
    },
    riskPerTrade: { label: 'Risk per trade', meaning: 'Share of equity lost when a stop is hit, costs included.' },
    fixedMinimumScore: { label: 'Fixed minimum score', meaning: 'Replaces the threshold when set.' },
    learning: {
      label: 'Learning',
      meaning: 'Off: no model is trained by itself any more. Those at work go on scoring until they expire.',
    },
    scoreSignals: {
      label: 'Models score signals',
      meaning: 'Off: the rules score every signal and decide. Models still answer, so that they go on being measured.',
    },
    volatilitySizing: {
      label: 'Size follows volatility',
      meaning:
        'Sizes are scaled by the 30-day median volatility over what is expected of the next hour, between 0.5 and 1.5. Off: every size risks the same share.',
    },
    maximumNotional: { label: 'Largest position', meaning: 'No position is worth more than this when it opens.' },
    maximumPositions: { label: 'Open positions', meaning: 'At most so many positions are open at once.' },
    positionsPerInstrument: { label: 'Per instrument', meaning: 'At most so many positions on one instrument.' },
    positionsPerCluster: {
      label: 'Per cluster',
      meaning:
        'At most so many positions on instruments that move alike. Those whose cluster is not known yet count as one.',
    },
    dailyLossLimit: {
      label: 'Daily loss',
      meaning: 'After this loss since 00:00 UTC, open positions included, nothing new is entered until the next day.',
    },
    exposureLimit: { label: 'Exposure', meaning: 'The value of all open positions together, as a share of equity.' },
    ordersPerMinute: { label: 'Orders per minute', meaning: 'At most so many entries within 60 seconds.' },
    priceSanity: { label: 'Price sanity', meaning: 'An order farther than this from the market is refused.' },
    breakerWinRate: {
      label: 'Breaker: win rate',
      meaning: 'Entries stop when fewer than this share of the last 30 closed positions won. You reset it.',
    },
    breakerLosses: {
      label: 'Breaker: losses in a row',
      meaning: 'Entries stop after so many losses one after another. You reset it.',
    },
    breakerDrawdown: {
      label: 'Breaker: drawdown',
      meaning: 'Entries stop when equity has fallen so far below its highest. You reset it.',
    },
    breakerMissingBars: {
      label: 'Breaker: data quality',
      meaning: 'Entries stop while more than this share of the last 60 base bars is missing or late.',
    },
    breakerOrderErrors: {
      label: 'Breaker: order errors',
      meaning: 'Entries stop after so many orders in a row that were not carried out. You reset it.',
    },
    slippageBps: {
      label: 'Slippage',
      meaning:
        'Assumed per side, in basis points, on top of the taker fee. Paper fills follow it, so they cannot measure it; 30 fills of a real account would replace it by what they cost.',
    },
    startingEquity: { label: 'Paper equity', meaning: 'What the paper account starts with.' },
    disabledStrategies: {
      label: 'Strategies',
      meaning: 'One that is switched off proposes nothing until it is switched on again.',
    },
    strategyParameters: {
      label: 'Parameters',
      meaning:
        'What each strategy goes by; new signals use a change from the next bar, open phantoms keep their levels.',
    },
    promotedStrategies: {
      label: 'Out of phase 0',
      meaning:
        'A strategy on trial opens tickets once its results out of sample are surely positive and you say so, for the kind of market on which it earned it.',
    },
    measureChance: {
      label: 'Measure chance with a placebo strategy',
      meaning:
        'A hidden strategy enters at random, with the stops and targets of Trend pullback. What it earns is what chance alone gives; it is left out of every list and figure unless you ask for it.',
    },
    trackGated: {
      label: 'Follow gated signals too',
      meaning:
        'Signals of Trend pullback and Range fade in extreme volatility, against the slope or with unstacked averages are not followed unless you take them. Switched on, they are, so that you can see what the gates are worth; nothing is learned from them.',
    },
    scalpGates: {
      label: 'Scalp gates',
      meaning:
        'A scalp that fails one of them is blocked: you are not asked and nothing is entered. It is followed all the same, so that the gates can be graded. What was not recorded fails no gate.',
    },
    learnTimeouts: {
      label: 'Learn from timeouts',
      meaning:
        'A signal that reached neither its target nor its stop in time is one more example: a win where its net R is above zero, else a loss. Off: models learn from wins and losses only. It counts from the next training on; models at work stay.',
    },
    automaticRollback: {
      label: 'Roll models back by themselves',
      meaning:
        'A new model that does clearly worse than its predecessor on the signals that both scored gives way to it. Off: you are told, and decide in the Models panel.',
    },
    webhook: {
      label: 'Take signals from outside',
      meaning:
        'Programs on this machine may send signals to the web host, with the token that "desk hook show" prints. The desktop application takes none: start the desk with "desk serve".',
    },
    demoSpeed: { label: 'Demo speed', meaning: 'How fast the demo market runs; 1 is real time.' },
    slowForTickets: {
      label: 'Slow down for tickets',
      meaning: 'The demo market runs at x5 while a ticket waits for you.',
    },
    theme: { label: 'Theme', meaning: 'Dark, light, or as the system says.' },
    upDownColors: {
      label: 'Up and down',
      meaning: 'Colour pair for rising and falling; blue and orange suit colour-blind eyes.',
    },
    textScale: { label: 'Text size', meaning: 'Scales all text of the window.' },
    desktopNotices: {
      label: 'Desktop notices',
      meaning: 'What the system shows outside the window; it asks you once whether it may.',
    },
    soundNotices: { label: 'Sounds', meaning: 'What is told by a short tone.' },
    telegramNotices: {
      label: 'Telegram notices',
      meaning: 'What is sent to your chat. A message is a notice, never a control.',
    },
    guideSeen: {
      label: 'First steps shown',
      meaning:
        'Off: the guide is shown while the history of a first start runs. The command palette opens it at any time.',
    },
  };
