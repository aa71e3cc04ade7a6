/** The Trading tab's mark: something stops entries; while history runs nobody could enter anyway. */
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { tip } from '../../lib/glossary.ts';

export function RiskMark() {
  const { risk, session } = useDesk();
  const stopped = useStreamed(risk, (status) => status.report?.stopped ?? null);
  const isReplay = useStreamed(session, (status) => status.connection.state === 'bootstrapping') === true;
  if (stopped === null || isReplay) return null;
  return (
    <span className="dot dot--danger" {...tip(stopped, 'No entry passes')}>
      <span className="visually-hidden">No entry passes: {stopped}</span>
    </span>
  );
}
