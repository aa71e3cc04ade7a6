/** The explanation of one signal's score, loaded when it is on show. */
import { useEffect, useState } from 'react';
import type { Explanation } from '#contract/areas/models.ts';
import type { RemoteError } from '#contract/errors.ts';
import type { SignalId } from '#core/domain/signal.ts';
import { problemOf } from './client.ts';
import { useDesk } from './desk-context.tsx';

export type LoadedExplanation =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready'; readonly explanation: Explanation | null }
  | { readonly phase: 'failed'; readonly problem: RemoteError };

const LOADING: LoadedExplanation = { phase: 'loading' };

/** `version` is the model that scored: another one has other reasons, so the explanation is read again. */
export function useExplanation(signalId: SignalId, version: string) {
  const { client } = useDesk();
  const [loaded, setLoaded] = useState<LoadedExplanation>(LOADING);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `attempt` ask for a fresh answer.
  useEffect(() => {
    let isGone = false;
    setLoaded(LOADING);
    client.call('models.explain', { signalId }).then(
      (explanation) => {
        if (!isGone) setLoaded({ phase: 'ready', explanation });
      },
      (thrown) => {
        if (!isGone) setLoaded({ phase: 'failed', problem: problemOf(thrown) });
      },
    );
    return () => {
      isGone = true;
    };
  }, [client, signalId, version, attempt]);

  return { loaded, retry: () => setAttempt((count) => count + 1) };
}
