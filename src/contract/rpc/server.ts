/** Serves a contract on a port: parses every input on this, the trusted side, and keeps the streams of one client. */
import type { Declarations } from '../define.ts';
import type { RemoteError } from '../errors.ts';
import { type OpenStream, ServiceError, type ServiceOf, type StreamSink } from '../service.ts';
import type { Port } from './port.ts';
import { type ClientFrame, decodeClientFrame, encodeFrame, type ServerFrame } from './protocol.ts';

/** What one client may hold at a time. The window needs about 20 streams. */
export interface ServeLimits {
  readonly openStreams: number;
  readonly callsInFlight: number;
}

const DEFAULT_SERVE_LIMITS: ServeLimits = { openStreams: 256, callsInFlight: 256 };

export interface ServeOptions {
  /** Hears of everything a handler throws that is not a `ServiceError`; `where` names the call or stream. */
  readonly onBug: (error: unknown, where: string) => void;
  readonly limits?: ServeLimits;
}

type AnyCall = (input: unknown) => unknown;
type AnyStream = (input: unknown, sink: StreamSink<unknown>) => OpenStream<unknown> | Promise<OpenStream<unknown>>;

/**
 * `opening`: the handler works on the snapshot, deltas wait in `early`. `open`: they go straight out.
 * `over`: nothing is sent any more.
 */
interface ServedStream {
  state: 'opening' | 'open' | 'over';
  sequence: number;
  readonly early: unknown[];
  stop: (() => void) | null;
}

const INTERNAL: RemoteError = {
  code: 'internal',
  message: 'Something went wrong inside Shadowdesk.',
  remedy: 'Try again; the log has the details.',
};

/**
 * Answers the frames of `port` until it closes. A frame that cannot be read closes the port; one that can is always
 * answered. Each stream's `stop` runs exactly once, whoever ended it.
 */
export function serveContract<C extends Declarations>(
  contract: C,
  service: ServiceOf<C>,
  port: Port,
  options: ServeOptions,
): void {
  const limits = options.limits ?? DEFAULT_SERVE_LIMITS;
  const calls = service.calls as unknown as Readonly<Record<string, AnyCall | undefined>>;
  const streamHandlers = service.streams as unknown as Readonly<Record<string, AnyStream | undefined>>;
  const callsInFlight = new Set<number>();
  const streams = new Map<number, ServedStream>();

  port.onClose(() => {
    for (const [id, stream] of [...streams]) finish(id, stream, 'the closed port');
  });

  port.onFrame((raw) => {
    const read = decodeClientFrame(raw);
    if (read.ok) {
      receive(read.value);
      return;
    }
    const { id, error } = read.error;
    if (id === null) port.close(error.message);
    else send({ kind: 'fault', id, error });
  });

  function receive(frame: ClientFrame): void {
    if (frame.kind === 'stop') {
      const stream = streams.get(frame.id);
      if (stream !== undefined) finish(frame.id, stream, 'a stopped stream');
      return;
    }
    if (callsInFlight.has(frame.id) || streams.has(frame.id)) {
      // An answer under this id would be taken for the other request's.
      port.close(`id ${frame.id} is in use`);
      return;
    }
    const accepted = accept(frame.kind === 'call' ? 'call' : 'stream', frame.name, frame.input);
    if (!accepted.ok) {
      send({ kind: 'fault', id: frame.id, error: accepted.error });
    } else if (frame.kind === 'call') {
      void answer(frame.id, frame.name, accepted.input);
    } else {
      void open(frame.id, frame.name, accepted.input);
    }
  }

  /** Finds the declaration, checks the limits and applies the schema. */
  function accept(
    kind: 'call' | 'stream',
    name: string,
    input: unknown,
  ): { ok: true; input: unknown } | { ok: false; error: RemoteError } {
    const declaration = Object.hasOwn(contract, name) ? contract[name] : undefined;
    if (declaration === undefined || declaration.kind !== kind) {
      const message = `There is no ${kind} of that name.`;
      return { ok: false, error: { code: 'unknown-method', message, remedy: 'Reload the window.' } };
    }
    const full = kind === 'call' ? callsInFlight.size >= limits.callsInFlight : streams.size >= limits.openStreams;
    if (full) {
      const message = `Too many ${kind}s at once.`;
      return { ok: false, error: { code: 'unavailable', message, remedy: 'Wait for the others to end.' } };
    }
    try {
      const parsed = declaration.input.safeParse(input);
      if (parsed.success) return { ok: true, input: parsed.data };
      const [issue] = parsed.error.issues;
      const field = issue === undefined || issue.path.length === 0 ? 'input' : issue.path.map(String).join('.');
      const message = `${name}: ${field}: ${issue?.message ?? 'not as declared'}`;
      return { ok: false, error: { code: 'bad-input', message, remedy: `Correct ${field}.` } };
    } catch (error) {
      options.onBug(error, `the schema of ${name}`);
      return { ok: false, error: INTERNAL };
    }
  }

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    callsInFlight.add(id);
    let frame: ServerFrame;
    try {
      frame = { kind: 'answer', id, output: await handlerOf(calls, name)(input) };
    } catch (error) {
      frame = { kind: 'fault', id, error: remoteErrorOf(error, name) };
    }
    callsInFlight.delete(id);
    send(frame);
  }

  async function open(id: number, name: string, input: unknown): Promise<void> {
    const stream: ServedStream = { state: 'opening', sequence: 0, early: [], stop: null };
    streams.set(id, stream);
    const sink: StreamSink<unknown> = {
      push(delta) {
        if (stream.state === 'opening') stream.early.push(delta);
        else if (stream.state === 'open') pushDelta(id, stream, delta);
      },
      end(error) {
        if (stream.state === 'over') return;
        for (const delta of stream.early.splice(0)) pushDelta(id, stream, delta);
        send(error === undefined ? { kind: 'end', id } : { kind: 'end', id, error });
        finish(id, stream, name);
      },
    };
    try {
      const opened = await handlerOf(streamHandlers, name)(input, sink);
      if (isOver(stream)) {
        guarded(opened.stop, name);
        return;
      }
      stream.stop = opened.stop;
      send({ kind: 'snapshot', id, snapshot: opened.snapshot });
      stream.state = 'open';
      for (const delta of stream.early.splice(0)) pushDelta(id, stream, delta);
    } catch (error) {
      if (isOver(stream)) {
        remoteErrorOf(error, name);
        return;
      }
      send({ kind: 'fault', id, error: remoteErrorOf(error, name) });
      finish(id, stream, name);
    }
  }

  function pushDelta(id: number, stream: ServedStream, delta: unknown): void {
    stream.sequence += 1;
    send({ kind: 'delta', id, sequence: stream.sequence, delta });
  }

  function finish(id: number, stream: ServedStream, where: string): void {
    if (stream.state === 'over') return;
    stream.state = 'over';
    streams.delete(id);
    if (stream.stop !== null) guarded(stream.stop, where);
  }

  function guarded(action: () => void, where: string): void {
    try {
      action();
    } catch (error) {
      options.onBug(error, `the stop of ${where}`);
    }
  }

  function remoteErrorOf(error: unknown, where: string): RemoteError {
    if (error instanceof ServiceError) return error.remote;
    options.onBug(error, where);
    return INTERNAL;
  }

  function send(frame: ServerFrame): void {
    let text: string;
    try {
      text = encodeFrame(frame);
    } catch (error) {
      // A value that JSON cannot carry (a cycle, a bigint) is a bug of the handler.
      options.onBug(error, `the ${frame.kind} of request ${frame.id}`);
      text = encodeFrame({ kind: frame.kind === 'delta' ? 'end' : 'fault', id: frame.id, error: INTERNAL });
      const stream = streams.get(frame.id);
      if (stream !== undefined) finish(frame.id, stream, 'a stream that could not be sent');
    }
    port.send(text);
  }
}

function handlerOf<T>(handlers: Readonly<Record<string, T | undefined>>, name: string): T {
  const handler = handlers[name];
  if (handler === undefined) throw new Error(`${name} is declared and not implemented`);
  return handler;
}

/** The state may have changed while the handler was awaited; the compiler cannot know. */
function isOver(stream: ServedStream): boolean {
  return stream.state === 'over';
}
