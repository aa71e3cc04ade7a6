/** The strategies that a filter may name, asked for when its place is shown; hidden ones are not among them (ST-12). */
import { useEffect, useState } from 'react';
import { useDesk } from './desk-context.tsx';

/** Ids in the order of the desk; empty until they are known. */
export function useStrategies(): readonly string[] {
  const { client } = useDesk();
  const [ids, setIds] = useState<readonly string[]>([]);
  useEffect(() => {
    let isGone = false;
    client.call('strategies.list', {}).then(
      (list) => {
        if (!isGone) setIds(list.map(({ id }) => id));
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [client]);
  return ids;
}
