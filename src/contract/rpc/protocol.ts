/** What the frames of the contract look like on any carrier, and how a frame from outside is read without trusting it. */
import { err, ok, type Result } from '#core/base/result.ts';
import type { RemoteError } from '../errors.ts';
import type { Frame } from './port.ts';

/** A frame towards the trusted side may not be longer, in UTF-8 bytes (RE-51). The way back has no such limit. */
export const MAXIMUM_FRAME_BYTES = 1_048_576;

/** From the client: `id` is chosen by it and unique while the call or stream is open. */
export type ClientFrame =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'open'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'stop'; readonly id: number };

/**
 * From the server. A call is closed by `answer` or `fault`. A stream opens with `snapshot`, goes on with `delta`
 * (sequence 1, 2, 3 ... without a hole) and is closed by `end` or, when it never opened, by `fault`.
 */
export type ServerFrame =
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly error: RemoteError }
  | { readonly kind: 'snapshot'; readonly id: number; readonly snapshot: unknown }
  | { readonly kind: 'delta'; readonly id: number; readonly sequence: number; readonly delta: unknown }
  | { readonly kind: 'end'; readonly id: number; readonly error?: RemoteError };

/** A frame that cannot be served; `id` is what it asked under, where that much can be read. */
export interface FrameRefusal {
  readonly id: number | null;
  readonly error: RemoteError;
}

export function encodeFrame(frame: ClientFrame | ServerFrame): string {
  return JSON.stringify(frame);
}

/** Is the text longer than `limit` bytes in UTF-8? Counts only where the answer is not plain from the length. */
export function isLongerThan(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // A surrogate is half of a character of four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
    if (bytes > limit) return true;
  }
  return false;
}

/** Reads a frame from the untrusted side. The input stays `unknown`: its schema is applied by the server. */
export function decodeClientFrame(frame: Frame): Result<ClientFrame, FrameRefusal> {
  if (typeof frame !== 'string') return refuse(null, 'the contract speaks text, not binary frames');
  if (isLongerThan(frame, MAXIMUM_FRAME_BYTES)) {
    const message = `a frame over ${MAXIMUM_FRAME_BYTES} bytes was refused`;
    return err({ id: null, error: { code: 'too-large', message, remedy: 'Send it in smaller parts.' } });
  }
  const value = parseObject(frame);
  if (value === null) return refuse(null, 'the frame is not a JSON object');
  const id = own(value, 'id');
  if (!isId(id)) return refuse(null, 'the frame has no usable id');
  const kind = own(value, 'kind');
  if (kind === 'stop') return ok({ kind, id });
  if (kind !== 'call' && kind !== 'open') return refuse(id, 'kind is none of call, open, stop');
  const name = own(value, 'name');
  if (typeof name !== 'string') return refuse(id, 'name is not text');
  return ok({ kind, id, name, input: own(value, 'input') });
}

/** Reads a frame from the trusted side; null when it is none of ours (a bug, or an older page). */
export function decodeServerFrame(frame: Frame): ServerFrame | null {
  if (typeof frame !== 'string') return null;
  const value = parseObject(frame);
  if (value === null) return null;
  const id = own(value, 'id');
  if (!isId(id)) return null;
  const kind = own(value, 'kind');
  switch (kind) {
    case 'answer':
      return { kind, id, output: own(value, 'output') };
    case 'snapshot':
      return { kind, id, snapshot: own(value, 'snapshot') };
    case 'delta': {
      const sequence = own(value, 'sequence');
      return typeof sequence === 'number' ? { kind, id, sequence, delta: own(value, 'delta') } : null;
    }
    case 'fault': {
      const error = own(value, 'error');
      return isRemoteError(error) ? { kind, id, error } : null;
    }
    case 'end': {
      const error = own(value, 'error');
      return isRemoteError(error) ? { kind, id, error } : { kind, id };
    }
    default:
      return null;
  }
}

function refuse(id: number | null, message: string): Result<never, FrameRefusal> {
  return err({ id, error: { code: 'bad-input', message, remedy: 'Reload the window.' } });
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Only what the sender wrote itself counts: never an inherited property. */
function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isRemoteError(value: unknown): value is RemoteError {
  if (typeof value !== 'object' || value === null) return false;
  return ['code', 'message', 'remedy'].every((key) => typeof own(value, key) === 'string');
}
