/** `desk serve --headless`: the workstation without a window, until a signal ends it. */
import { err, ok } from '#core/base/result.ts';
import type { App, AppOptions } from '#main/app.ts';
import type { Command, CommandResult } from '../command.ts';
import type { CliGround } from '../ground.ts';
import { choiceOption, listOption, numberOption } from '../option-values.ts';
import { STAGES } from '#core/domain/score.ts';
import { USAGE } from '../command.ts';

/** Real time between two status lines. */
const STATUS_EVERY_MS = 5_000;

export const serve: Command = {
  name: 'serve',
  summary: 'Run the workstation without a window',
  options: {
    headless: { value: null, meaning: 'required: no window is served' },
    exchange: {
      value: 'ID',
      meaning: 'stored as a setting, like the ones below; demo is the built-in simulated market',
    },
    symbols: { value: 'A,B', meaning: 'the instruments to watch' },
    stage: { value: 'STAGE', meaning: 'shadow or advisory' },
    speed: { value: 'N', meaning: 'speed of the demo market; 1 is real time, 0 pauses it' },
  },
  notes: [
    'Prints a line when something changes and a status line every 5 seconds; with --json one JSON object per line:',
    '{type: "status", ...} and {type: "log", ...}. Ends in order on Ctrl+C or SIGTERM; a second one ends it on the spot.',
    'For the window in a browser use npm run serve.',
  ],
  examples: ['desk serve --headless --speed 100'],
  async run({ ground, profileDir, json, options, switches }) {
    if (!switches.has('headless')) {
      const message = 'desk serve runs without a window and wants to hear so: add --headless.';
      return err({ kind: USAGE, message, remedy: 'For the window in a browser use npm run serve.' });
    }
    const speed = numberOption(options, 'speed', 0, 100_000);
    if (!speed.ok) return speed;
    const symbols = listOption(options, 'symbols');
    if (!symbols.ok) return symbols;
    const stage = choiceOption(options, 'stage', STAGES);
    if (!stage.ok) return stage;
    const settings: NonNullable<AppOptions['settings']> = {
      ...(options.exchange === undefined ? {} : { exchange: options.exchange }),
      ...(symbols.value === null ? {} : { symbols: [...symbols.value] }),
      ...(stage.value === null ? {} : { stage: stage.value }),
      ...(speed.value === null ? {} : { demoSpeed: speed.value }),
    };
    // Only this command needs the exchange libraries: the others start without waiting for them.
    const { createApp } = await import('#main/app.ts');
    const created = await createApp({ profileDir, settings });
    return created.ok ? watch(created.value, ground, json) : created;
  },
};

async function watch(app: App, ground: CliGround, json: boolean): Promise<CommandResult> {
  const ended = ground.ended();
  const print = (line: string, document: object) => {
    void ground.print(`${json ? JSON.stringify(document) : line}\n`);
  };
  const report = () => {
    const status = statusOf(app);
    const { connection, exchangeTime, openPhantoms, openTickets, openPositions, equity, progress } = status;
    const done =
      progress === null ? '' : `, ${progress.stage}: ${progress.done} of ${progress.total ?? '?'} ${progress.unit}`;
    const counts = `${openPhantoms} phantoms, ${openTickets} tickets, ${openPositions} positions open`;
    print(`${exchangeTime}  ${connection}${done}  ${counts}, equity ${equity.toFixed(2)}`, {
      type: 'status',
      ...status,
    });
  };
  app.log.appended.on((entry) => {
    print(
      `${new Date(entry.exchangeTime ?? entry.time).toISOString()}  ${entry.level}  ${entry.source}: ${entry.message}`,
      {
        type: 'log',
        ...entry,
      },
    );
  });
  let before = app.session.state.connection;
  app.session.changed.on(({ connection }) => {
    if (connection === before) return;
    before = connection;
    report();
  });
  const timer = setInterval(report, STATUS_EVERY_MS);
  try {
    await app.start();
    report();
    await ended;
  } finally {
    clearInterval(timer);
    await app.close();
  }
  return ok({ json: null, lines: [] });
}

function statusOf({ session }: App) {
  const { connection, message, progress } = session.state;
  const engine = session.keeper?.engine;
  return {
    connection,
    message,
    progress,
    exchangeTime: new Date(session.now()).toISOString(),
    openPhantoms: engine?.openPhantoms.size ?? 0,
    openTickets: count(engine?.openTickets()),
    openPositions: count(engine?.openPositions()),
    equity: engine?.account.equity ?? 0,
  };
}

function count(items: Iterable<unknown> | undefined): number {
  let total = 0;
  for (const _ of items ?? []) total++;
  return total;
}
