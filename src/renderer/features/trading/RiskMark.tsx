/** The Trading tab's mark: something stops entries. */
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';

export function RiskMark() {
  const stopped = useStreamed(useDesk().risk, (status) => status.report?.stopped ?? null);
  return stopped === null ? null : <span className="dot dot--danger" title={stopped} />;
}
