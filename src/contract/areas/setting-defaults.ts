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
  slippageBps: 2,
  startingEquity: 10_000,
  disabledStrategies: [],
  strategyParameters: {},
  measureChance: true,
  trackGated: false,
  webhook: false,
  demoSpeed: 60,
  slowForTickets: true,
  theme: 'dark',
  upDownColors: 'green-red',
  textScale: 1,
  sound: false,
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
    stage: { label: 'Stage', meaning: 'Shadow records only; advisory asks you about each signal that passes.' },
    riskPerTrade: { label: 'Risk per trade', meaning: 'Share of equity lost when a stop is hit, costs included.' },
    fixedMinimumScore: { label: 'Fixed minimum score', meaning: 'Replaces the threshold when set.' },
    slippageBps: { label: 'Slippage', meaning: 'Assumed per side, in basis points, on top of the taker fee.' },
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
    sound: { label: 'Sound', meaning: 'A short tone when a ticket opens.' },
  };
