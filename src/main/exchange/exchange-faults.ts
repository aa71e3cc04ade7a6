/** The one place where what ccxt throws becomes an ExchangeFault: a kind to react to, and plain words for the trader. */
import { InvariantError } from '#core/base/invariant.ts';
import type { ExchangeFault, ExchangeFaultKind } from './feed.ts';

/** What the fault is about, for the sentence: "Binance cannot be reached", "Binance does not know X/Y". */
export interface FaultSubject {
  /** The exchange's name as the trader knows it. */
  readonly exchangeName: string;
  /** How long the ban still lasts, when one runs. */
  readonly bannedForMs?: number;
}

/** ccxt's classes (js/src/base/errorHierarchy.js), the narrower before the wider. */
const KIND_OF_CLASS: readonly (readonly [string, ExchangeFaultKind])[] = [
  ['ConnectionClosedError', 'cancelled'],
  ['ExchangeClosedByUser', 'cancelled'],
  ['RequestDuringBanError', 'rate-limit'],
  ['DDoSProtection', 'rate-limit'],
  ['RateLimitExceeded', 'rate-limit'],
  ['OnMaintenance', 'exchange'],
  ['InvalidNonce', 'exchange'],
  ['NetworkError', 'network'],
  // The exchange's own trouble (5xx, internal errors, empty answers): as transient as a lost connection.
  ['OperationFailed', 'network'],
  ['BadSymbol', 'not-found'],
  ['NotSupported', 'unsupported'],
];

/**
 * True when `error` is of the ccxt class `className` or below it. By name along the prototype chain, so that no error
 * class has to be loaded and errors of every loaded exchange are recognised.
 */
export function isOfClass(error: unknown, className: string): boolean {
  let link: unknown = error;
  while (link !== null && typeof link === 'object') {
    if ((link as { constructor?: { name?: string } }).constructor?.name === className) return true;
    link = Object.getPrototypeOf(link);
  }
  return false;
}

/** What an exception of ccxt means. Our own broken promises are not ccxt's faults and are thrown on. */
export function toExchangeFault(error: unknown, subject: FaultSubject): ExchangeFault {
  if (error instanceof InvariantError) throw error;
  const kind = KIND_OF_CLASS.find(([className]) => isOfClass(error, className))?.[1] ?? 'exchange';
  const name = subject.exchangeName;
  const detail = readableDetail(error);
  switch (kind) {
    case 'network':
      if (isOfClass(error, 'ExchangeNotAvailable') || !isOfClass(error, 'NetworkError')) {
        return {
          kind,
          message: `${name} could not answer: ${detail}.`,
          remedy: 'The application goes on with stored data; the trouble is at the exchange, try again in a minute.',
        };
      }
      return offlineFault(name, isOfClass(error, 'RequestTimeout') ? 'it did not answer in time' : detail);
    case 'rate-limit':
      return rateLimitFault(name, subject.bannedForMs ?? 0);
    case 'not-found':
      return notFoundFault(name, detail);
    case 'unsupported':
      return { kind, message: `${name} does not offer this: ${detail}.`, remedy: 'Choose another exchange for it.' };
    case 'cancelled':
      return cancelledFault(name);
    case 'exchange':
      return exchangeFault(name, error, detail);
  }
}

function offlineFault(name: string, detail: string): ExchangeFault {
  return {
    kind: 'network',
    message: `${name} cannot be reached: ${plainNetworkDetail(detail)}.`,
    remedy: 'The application goes on with stored data and tries again by itself; check the network.',
  };
}

/** What the system's error codes mean to somebody who wants to trade. */
function plainNetworkDetail(detail: string): string {
  const [, code = '', host = ''] =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b ?(\S*)/.exec(detail) ?? [];
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return host === '' ? 'its address was not found' : `the address ${host} was not found`;
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ECONNRESET':
      return 'the connection was cut off';
    case 'ETIMEDOUT':
      return 'it did not answer in time';
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return 'there is no way to it through the network';
    default:
      return detail;
  }
}

export function rateLimitFault(name: string, retryAfterMs: number): ExchangeFault {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return {
    kind: 'rate-limit',
    message: `${name} asks for fewer requests; none is sent for another ${seconds} s.`,
    remedy: 'Nothing to do: it goes on by itself after the pause. If this repeats, watch fewer instruments.',
    retryAfterMs,
  };
}

export function notFoundFault(name: string, detail: string): ExchangeFault {
  return {
    kind: 'not-found',
    message: `${name} does not know what was asked for: ${detail}.`,
    remedy: 'It may have been delisted or renamed; choose it again from the list of instruments.',
  };
}

export function cancelledFault(name: string): ExchangeFault {
  return { kind: 'cancelled', message: `The request to ${name} was cancelled.`, remedy: 'Start it again when wanted.' };
}

function exchangeFault(name: string, error: unknown, detail: string): ExchangeFault {
  if (isOfClass(error, 'OnMaintenance')) {
    return {
      kind: 'exchange',
      message: `${name} is under maintenance: ${detail}.`,
      remedy: 'The application goes on with stored data and reconnects when the exchange is back.',
    };
  }
  if (isOfClass(error, 'RestrictedLocation') || isOfClass(error, 'PermissionDenied')) {
    return {
      kind: 'exchange',
      message: `${name} refuses to serve this location or network: ${detail}.`,
      remedy: 'Choose another exchange, or the regional one of the same name.',
    };
  }
  if (!isOfClass(error, 'BaseError')) {
    return {
      kind: 'exchange',
      message: `${name} gave an answer that cannot be read: ${detail}.`,
      remedy: 'Try again; if it stays so, the exchange has changed its interface and the application needs an update.',
    };
  }
  return {
    kind: 'exchange',
    message: `${name} answered with an error: ${detail}.`,
    remedy: 'Try again in a minute; if it stays so, look at the status page of the exchange.',
  };
}

/**
 * The exception's text without addresses, control characters and length: exchanges answer with whole pages of HTML,
 * and what they say is shown in the window (RE-54).
 */
export function readableDetail(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const cleaned = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\b(?:GET|POST|PUT|DELETE) (?:https?|wss?):\/\/\S+/g, ' ')
    .replace(/\b(?:https?|wss?):\/\/\S+/g, 'its address')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/^[a-z0-9]+ (?=\S)/, '')
    .trim()
    .replace(/[.:]+$/, '');
  if (cleaned === '') return 'no reason given';
  return cleaned.length > 200 ? `${cleaned.slice(0, 199)}…` : cleaned;
}
