/** Carries REST calls through bans, back-off and cancellation, and turns what they throw into faults (MK-11, RE-15). */
import { err, ok, type Result } from '#core/base/result.ts';
import { type BackOffSettings, backOffMs, REST_BACK_OFF } from './back-off.ts';
import { cancelledFault, rateLimitFault, toExchangeFault } from './exchange-faults.ts';
import type { ExchangeFault } from './feed.ts';
import type { GuardedFetch } from './guarded-fetch.ts';
import { orAborted, type TransportTime } from './transport-time.ts';

export interface CallPatience {
  /** Further tries after a network fault. */
  readonly networkRetries: number;
  /** Further tries after 429/418, each one after the ban. */
  readonly rateRetries: number;
  /** A ban longer than this is reported at once instead of being waited for. */
  readonly longestBanMs: number;
}

/** Somebody waits for the answer. */
export const PROMPT: CallPatience = { networkRetries: 0, rateRetries: 1, longestBanMs: 15_000 };
/** A download in the background. */
export const PATIENT: CallPatience = { networkRetries: 2, rateRetries: 5, longestBanMs: Number.POSITIVE_INFINITY };

/** A ban that came without a Retry-After of its own (error codes inside an answer of status 200). */
const UNTIMED_BAN: BackOffSettings = { firstMs: 2_000, factor: 2, maxMs: 60_000 };

export interface RestCallsDependencies {
  readonly exchangeName: string;
  readonly guard: GuardedFetch;
  readonly time: TransportTime;
  readonly random: () => number;
  /** Aborts when the connection closes. */
  readonly closing: AbortSignal;
}

export class RestCalls {
  readonly #of: RestCallsDependencies;

  constructor(dependencies: RestCallsDependencies) {
    this.#of = dependencies;
  }

  /** Runs `work` until it answers, its patience ends, or `signal` or the connection's end stops it. */
  async call<T>(
    work: () => Promise<T>,
    patience: CallPatience,
    signal?: AbortSignal,
  ): Promise<Result<T, ExchangeFault>> {
    const { exchangeName, guard, time, random, closing } = this.#of;
    const stop = signal === undefined ? closing : AbortSignal.any([closing, signal]);
    let networkFailures = 0;
    let rateFailures = 0;
    while (!stop.aborted) {
      const bannedForMs = guard.bannedForMs();
      if (bannedForMs > patience.longestBanMs) return err(rateLimitFault(exchangeName, bannedForMs));
      if (bannedForMs > 0) {
        await time.delay(bannedForMs, stop);
        continue;
      }
      try {
        const answer = await orAborted(
          work().then((value) => ({ value })),
          stop,
        );
        if (answer === null) break;
        return ok(answer.value);
      } catch (error) {
        const fault = toExchangeFault(error, { exchangeName, bannedForMs: guard.bannedForMs() });
        if (fault.kind === 'rate-limit') {
          if (guard.bannedForMs() === 0) guard.ban(backOffMs(UNTIMED_BAN, rateFailures, random));
          rateFailures += 1;
          if (rateFailures > patience.rateRetries) return err(rateLimitFault(exchangeName, guard.bannedForMs()));
        } else if (fault.kind === 'network' && networkFailures < patience.networkRetries) {
          await time.delay(backOffMs(REST_BACK_OFF, networkFailures, random), stop);
          networkFailures += 1;
        } else {
          return err(fault);
        }
      }
    }
    return err(cancelledFault(exchangeName));
  }
}
