/** `desk serve`: the workstation with its window in a browser, or without a window, until a signal ends it. */
import { join } from 'node:path';
import { ok, type Result } from '#core/base/result.ts';
import { STAGES } from '#core/domain/score.ts';
import type { App, AppOptions } from '#main/app.ts';
import type { UsageFault } from '../arguments.ts';
import type { Command, CommandCall, CommandResult, ExitCode } from '../command.ts';
import type { CliGround } from '../ground.ts';
import { choiceOption, listOption, numberOption } from '../option-values.ts';

/** Real time between two status lines. */
const STATUS_EVERY_MS = 5_000;

type GivenSettings = NonNullable<AppOptions['settings']>;

export const serve: Command = {
  name: 'serve',
  summary: 'Run the workstation, with its window in a browser or without one',
  options: {
    headless: { value: null, meaning: 'no window: print what happens instead' },
    port: { value: 'N', meaning: 'where the window is served (default: 7462 or the next free one; 0: any)' },
    'no-open': { value: null, meaning: 'print the address of the window only' },
    exchange: {
      value: 'ID',
      meaning: 'stored as a setting, like the ones below; demo is the built-in simulated market',
    },
    symbols: { value: 'A,B', meaning: 'the instruments to watch' },
    stage: { value: 'STAGE', meaning: 'shadow or advisory' },
    webhook: { value: 'on|off', meaning: 'take signals from outside (the web host only; see desk hook show)' },
    speed: { value: 'N', meaning: 'speed of the demo market; 1 is real time, 0 pauses it' },
  },
  notes: [
    'Headless, it prints a line when something changes and a status line every 5 seconds; with --json one JSON object per',
    'line: {type: "status", ...} and {type: "log", ...}. Ends in order on Ctrl+C or SIGTERM; a second one ends it on the spot.',
    'The window must have been built before: npm run serve does that too.',
  ],
  examples: ['desk serve --headless --speed 100'],
  async run(call) {
    const settings = settingsOf(call.options);
    if (!settings.ok) return settings;
    if (!call.switches.has('headless')) return serveWindow(call, settings.value);
    // Only this command needs the exchange libraries: the others start without waiting for them.
    const { createApp } = await import('#main/app.ts');
    const created = await createApp({ profileDir: call.profileDir, settings: settings.value });
    return created.ok ? watch(created.value, call.ground, call.json) : created;
  },
};

function settingsOf(options: CommandCall['options']): Result<GivenSettings, UsageFault> {
  const speed = numberOption(options, 'speed', 0, 100_000);
  if (!speed.ok) return speed;
  const symbols = listOption(options, 'symbols');
  if (!symbols.ok) return symbols;
  const stage = choiceOption(options, 'stage', STAGES);
  if (!stage.ok) return stage;
  const webhook = choiceOption(options, 'webhook', ['on', 'off'] as const);
  if (!webhook.ok) return webhook;
  return ok({
    ...(webhook.value === null ? {} : { webhook: webhook.value === 'on' }),
    ...(options.exchange === undefined ? {} : { exchange: options.exchange }),
    ...(symbols.value === null ? {} : { symbols: [...symbols.value] }),
    ...(stage.value === null ? {} : { stage: stage.value }),
    ...(speed.value === null ? {} : { demoSpeed: speed.value }),
  });
}

/** Hands over to the web host (WS-1, second way). */
async function serveWindow(call: CommandCall, settings: GivenSettings): Promise<CommandResult> {
  const { ground, profileDir, options, switches, json } = call;
  const { createApp } = await import('#main/app.ts');
  const { runWebHost } = await import('../../web/run-web-host.ts');
  const code = await runWebHost({
    args: [
      ...['--profile', profileDir],
      ...(options.port === undefined ? [] : ['--port', options.port]),
      ...(switches.has('no-open') ? ['--no-open'] : []),
    ],
    machine: ground.machine,
    windowDir: join(ground.projectDir, 'out', 'renderer'),
    createApp: (given) => createApp({ ...given, settings }),
    print: (line) => void ground.print(`${json ? JSON.stringify({ type: 'notice', message: line }) : line}\n`),
    complain: (line) => ground.complain(`${line}\n`),
    nowMs: ground.monotonic,
    ended: ground.ended(),
  });
  return ok({ json: null, lines: [], exitCode: code as ExitCode });
}

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
