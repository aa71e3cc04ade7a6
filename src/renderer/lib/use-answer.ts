/** What a call answered, or why it did not; asked again whenever `key` changes, with the last answer kept meanwhile. */
import { useEffect, useState } from 'react';
import type { RemoteError } from '#contract/errors.ts';
import { type DeskClient, problemOf } from './client.ts';
import { useDesk } from './desk-context.tsx';

export interface Answer<T> {
  /** Null until the first answer. */
  readonly value: T | null;
  readonly problem: RemoteError | null;
}

/** `subject` names what is asked about: when it changes, the answer before belongs to something else and is dropped. */
export function useAnswer<T>(ask: (client: DeskClient) => Promise<T>, key: string, subject = ''): Answer<T> {
  const { client } = useDesk();
  const [answer, setAnswer] = useState<Answer<T> & { readonly subject: string }>({
    value: null,
    problem: null,
    subject,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` and `subject` name what is asked.
  useEffect(() => {
    let isGone = false;
    ask(client).then(
      (value) => {
        if (!isGone) setAnswer({ value, problem: null, subject });
      },
      (thrown) => {
        if (!isGone) setAnswer((before) => ({ ...before, problem: problemOf(thrown), subject }));
      },
    );
    return () => {
      isGone = true;
    };
  }, [client, key, subject]);
  return answer.subject === subject ? answer : { value: null, problem: null };
}
