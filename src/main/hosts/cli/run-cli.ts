/** Runs one call of the command line: parses, runs the command, prints its answer, resolves to the exit code. */
import type { Fault } from '#core/base/result.ts';
import { defaultProfileDir } from '../profile-folder.ts';
import { type ParsedCall, parseCall } from './arguments.ts';
import { type ExitCode, USAGE } from './command.ts';
import { COMMANDS } from './commands/command-list.ts';
import type { CliGround } from './ground.ts';
import { commandHelp, generalHelp } from './help.ts';
import { ownVersion } from './own-version.ts';

export async function runCli(ground: CliGround): Promise<ExitCode> {
  const json = ground.args.includes('--json');
  if (ground.args.length === 1 && (ground.args[0] === '--version' || ground.args[0] === 'version')) {
    await ground.print(`${ownVersion(ground.projectDir)}\n`);
    return 0;
  }
  // `desk help replay` reads like `desk replay --help`.
  const args = ground.args[0] === 'help' ? [...ground.args.slice(1), '--help'] : ground.args;
  const parsed = parseCall(args, COMMANDS);
  if (!parsed.ok) return fail(ground, parsed.error, json);
  const { command, switches } = parsed.value;
  if (command === null || switches.has('help')) {
    const help = command === null ? generalHelp(COMMANDS, ownVersion(ground.projectDir)) : commandHelp(command);
    const asked = command !== null || switches.has('help') || args.length === 0;
    if (asked) await ground.print(`${help}\n`);
    else return fail(ground, { kind: USAGE, message: 'No command was given.', remedy: 'See desk --help.' }, json);
    return 0;
  }
  return runCommand(ground, command, parsed.value);
}

async function runCommand(
  ground: CliGround,
  command: NonNullable<ParsedCall['command']>,
  { options, switches, file, second }: ParsedCall,
): Promise<ExitCode> {
  const json = switches.has('json');
  const progress = new ProgressLine(ground);
  const result = await command.run({
    ground,
    profileDir: options.profile ?? defaultProfileDir(ground.machine),
    json,
    file,
    second,
    options,
    switches,
    progress: (line) => progress.show(line),
  });
  progress.clear();
  if (!result.ok) return fail(ground, result.error, json);
  const { json: document, lines, exitCode } = result.value;
  if (document !== null) await ground.print(json ? `${JSON.stringify(document)}\n` : `${lines.join('\n')}\n`);
  return exitCode ?? 0;
}

/** With `--json` the one object on standard output is the fault. */
async function fail(ground: CliGround, { kind, message, remedy }: Fault, json: boolean): Promise<ExitCode> {
  ground.complain(`${message} ${remedy}\n`);
  if (json) await ground.print(`${JSON.stringify({ error: { kind, message, remedy } })}\n`);
  return kind === USAGE ? 2 : 1;
}

/** One line on the terminal that is drawn over; nothing at all where standard error goes to a file. */
class ProgressLine {
  readonly #ground: CliGround;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(ground: CliGround) {
    this.#ground = ground;
  }

  show(line: string): void {
    const now = this.#ground.monotonic();
    if (!this.#ground.isTerminal || now - this.#drawnAt < 100) return;
    this.#drawnAt = now;
    this.#ground.complain(`\r\u001b[K${line}`);
  }

  clear(): void {
    if (this.#drawnAt > 0) this.#ground.complain('\r\u001b[K');
  }
}
