/** The tab's count of open tickets. */
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';

export function TicketCount() {
  const count = useStreamed(useDesk().tickets, (data) => data.open.length);
  return count === null || count === 0 ? null : <span className="tab__count tab__count--hot">{count}</span>;
}
