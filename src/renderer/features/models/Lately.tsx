/** What happened to a model since the window was opened: the notices, kept where their model is (ML-24, ML-25, ML-41). */
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { formatDateTime } from '../../lib/format.ts';
import { MODEL_NOTICE_WORDS } from '../../lib/words.ts';
import { Badge } from '../../ui/controls.tsx';
import { BADGE_TONES } from './model-notices.ts';

const SHOWN = 6;

export function Lately({ model }: { readonly model: string }) {
  const notices = useStreamed(useDesk().modelNotices, (data) => data) ?? [];
  const own = notices
    .filter((notice) => notice.model === model)
    .slice(-SHOWN)
    .reverse();
  if (own.length === 0) return null;
  return (
    <section className="model__section">
      <h4 id="model-lately">Lately</h4>
      <ul className="jobs jobs--ended" aria-labelledby="model-lately">
        {own.map((notice) => (
          <li key={`${notice.time}-${notice.kind}-${notice.message}`} className="job">
            <Badge tone={BADGE_TONES[notice.kind]}>{capital(MODEL_NOTICE_WORDS[notice.kind])}</Badge>
            <span className="soft grow">{notice.message}</span>
            <span className="caption number">{formatDateTime(notice.time)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
