/** How the contract is declared: calls answer once, streams give a snapshot and then deltas with a sequence number. */
import type { ZodType } from 'zod';

/** Carries a type without a value; outputs are typed, not parsed, because the trusted side makes them. */
declare const carried: unique symbol;
interface Carries<T> {
  readonly [carried]?: T;
}

export interface CallDeclaration<Input, Output> extends Carries<Output> {
  readonly kind: 'call';
  readonly input: ZodType<Input>;
}

export interface StreamDeclaration<Input, Snapshot, Delta> extends Carries<[Snapshot, Delta]> {
  readonly kind: 'stream';
  readonly input: ZodType<Input>;
}

export function call<Output>() {
  return <Input>(input: ZodType<Input>): CallDeclaration<Input, Output> => ({ kind: 'call', input });
}

export function stream<Snapshot, Delta>() {
  return <Input>(input: ZodType<Input>): StreamDeclaration<Input, Snapshot, Delta> => ({ kind: 'stream', input });
}

export type Declarations = Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: a declaration of any types is what the constraint says.
  Record<string, CallDeclaration<any, any> | StreamDeclaration<any, any, any>>
>;

export type CallNames<C> = {
  [K in keyof C]: C[K] extends CallDeclaration<infer _I, infer _O> ? K : never;
}[keyof C];

export type StreamNames<C> = {
  [K in keyof C]: C[K] extends StreamDeclaration<infer _I, infer _S, infer _D> ? K : never;
}[keyof C];

export type InputOf<D> =
  D extends CallDeclaration<infer I, infer _O>
    ? I
    : D extends StreamDeclaration<infer I, infer _S, infer _D>
      ? I
      : never;
export type OutputOf<D> = D extends CallDeclaration<infer _I, infer O> ? O : never;
export type SnapshotOf<D> = D extends StreamDeclaration<infer _I, infer S, infer _D> ? S : never;
export type DeltaOf<D> = D extends StreamDeclaration<infer _I, infer _S, infer D2> ? D2 : never;
