/** A small contract and a service behind it, for tests of what carries a contract: the carriers must not care which one. */
import { z } from 'zod';
import { call, stream } from '#contract/define.ts';
import { ServiceError, type ServiceOf, type StreamSink } from '#contract/service.ts';

export const smallContract = {
  'numbers.add': call<number>()(z.object({ left: z.number(), right: z.number() }).strict()),
  'numbers.later': call<string>()(z.object({ key: z.string() }).strict()),
  'fails.expected': call<null>()(z.object({}).strict()),
  'fails.bug': call<null>()(z.object({}).strict()),
  'fails.unsendable': call<unknown>()(z.object({}).strict()),
  'text.echo': call<string>()(z.object({ text: z.string() }).strict()),
  'counter.watch': stream<{ readonly value: number }, { readonly value: number }>()(
    z.object({ from: z.number().int() }).strict(),
  ),
  'counter.slow': stream<{ readonly value: number }, { readonly value: number }>()(z.object({}).strict()),
} as const;

export type SmallContract = typeof smallContract;

type CounterSink = StreamSink<{ readonly value: number }>;

export interface SmallService {
  readonly service: ServiceOf<SmallContract>;
  /** The sinks of the open streams, in the order in which they were opened. */
  readonly sinks: CounterSink[];
  readonly stops: { count: number };
  /** Lets `numbers.later` answer, or `counter.slow` open. */
  readonly release: Map<string, (value: string) => void>;
}

export function createSmallService(): SmallService {
  const sinks: CounterSink[] = [];
  const stops = { count: 0 };
  const release = new Map<string, (value: string) => void>();

  function opened(value: number, sink: CounterSink) {
    sinks.push(sink);
    const stop = () => {
      stops.count += 1;
      sinks.splice(sinks.indexOf(sink), 1);
    };
    return { snapshot: { value }, stop };
  }

  const service: ServiceOf<SmallContract> = {
    calls: {
      'numbers.add': ({ left, right }) => left + right,
      'numbers.later': ({ key }) => new Promise<string>((resolve) => release.set(key, resolve)),
      'fails.expected': () => {
        throw new ServiceError({ code: 'not-found', message: 'No such thing.', remedy: 'Look elsewhere.' });
      },
      'fails.bug': () => {
        throw new Error('the secret detail');
      },
      'fails.unsendable': () => 1n,
      'text.echo': ({ text }) => text,
    },
    streams: {
      'counter.watch': ({ from }, sink) => opened(from, sink),
      'counter.slow': async (_input, sink) => {
        const answer = opened(0, sink);
        await new Promise<string>((resolve) => release.set('slow', resolve));
        return answer;
      },
    },
  };
  return { service, sinks, stops, release };
}
