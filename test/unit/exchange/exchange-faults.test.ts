import { describe, expect, it } from 'vitest';
import { InvariantError } from '#core/base/invariant.ts';
import { isOfClass, readableDetail, toExchangeFault } from '#main/exchange/exchange-faults.ts';
import { ConnectionClosedError, RequestDuringBanError } from '#main/exchange/guarded-fetch.ts';

type ErrorClass = new (message: string) => Error;
const errors = (await import(new URL('./src/base/errors.js', import.meta.resolve('ccxt')).href)) as Record<
  string,
  ErrorClass
>;

function thrown(className: string, message = 'binance something went wrong'): Error {
  const Class = errors[className];
  if (Class === undefined) throw new Error(`ccxt has no ${className}`);
  return new Class(message);
}

const subject = { exchangeName: 'Binance', bannedForMs: 4_200 };

describe('faults', () => {
  it.each([
    ['NetworkError', 'network'],
    ['RequestTimeout', 'network'],
    ['ExchangeNotAvailable', 'network'],
    ['OperationFailed', 'network'],
    ['BadResponse', 'network'],
    ['DDoSProtection', 'rate-limit'],
    ['RateLimitExceeded', 'rate-limit'],
    ['OnMaintenance', 'exchange'],
    ['RestrictedLocation', 'exchange'],
    ['BadSymbol', 'not-found'],
    ['BadRequest', 'exchange'],
    ['NotSupported', 'unsupported'],
    ['ExchangeError', 'exchange'],
    ['InvalidNonce', 'exchange'],
    ['ExchangeClosedByUser', 'cancelled'],
  ] as const)('MK-10: %s of ccxt is a fault of kind %s with a message and a remedy', (className, kind) => {
    const fault = toExchangeFault(thrown(className), subject);
    expect(fault.kind).toBe(kind);
    expect(fault.message).toMatch(/Binance.*\.$/);
    expect(fault.remedy.length).toBeGreaterThan(20);
  });

  it('MK-10: offline is told in plain words', () => {
    const fault = toExchangeFault(
      thrown('NetworkError', 'binance GET https://api.binance.com/api/v3/time fetch failed: getaddrinfo ENOTFOUND x'),
      subject,
    );
    expect(fault.message).toBe('Binance cannot be reached: the address x was not found.');
    expect(fault.remedy).toBe('The application goes on with stored data and tries again by itself; check the network.');
    const refused = toExchangeFault(
      thrown('NetworkError', 'binance fetch failed: connect ECONNREFUSED 1.2.3.4:443'),
      subject,
    );
    expect(refused.message).toBe('Binance cannot be reached: the connection was refused.');
  });

  it('RE-15: a ban says for how long', () => {
    expect(toExchangeFault(new RequestDuringBanError('x'), subject)).toMatchObject({
      kind: 'rate-limit',
      retryAfterMs: 4_200,
      message: 'Binance asks for fewer requests; none is sent for another 5 s.',
    });
  });

  it('what is neither ccxt nor the network is an answer that cannot be read; our own bugs are thrown on', () => {
    expect(toExchangeFault(new TypeError('x is undefined'), subject)).toMatchObject({ kind: 'exchange' });
    expect(toExchangeFault(new ConnectionClosedError('x'), subject).kind).toBe('cancelled');
    expect(() => toExchangeFault(new InvariantError('ours'), subject)).toThrow('ours');
  });

  it('RE-54: what an exchange says is shown without markup, control characters, addresses, and length', () => {
    const hostile = `okx <script>alert(1)</script>\u0000\u202Egnp\u001b[31m https://evil.example/x ${'A'.repeat(5_000)}`;
    const detail = readableDetail(new Error(hostile));
    expect(detail).not.toMatch(/[<>\p{Cc}\p{Cf}]|evil/u);
    expect(detail.length).toBeLessThanOrEqual(200);
    expect(readableDetail('')).toBe('no reason given');
  });

  it('recognises a class anywhere in the chain, and survives values that are no errors', () => {
    expect(isOfClass(thrown('OnMaintenance'), 'NetworkError')).toBe(true);
    expect(isOfClass(thrown('ExchangeError'), 'NetworkError')).toBe(false);
    for (const value of [null, undefined, 'x', 1, Object.create(null)])
      expect(isOfClass(value, 'NetworkError')).toBe(false);
  });
});
