/** What a panel shows instead of, or above, its content: loading, empty, stale, failed. */
import { CircleAlert, History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RemoteError } from '#contract/errors.ts';
import type { Streamed } from '../lib/stores/stream-store.ts';
import { Button } from './Button.tsx';

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="state">
      {icon !== undefined && <span className="state__icon">{icon}</span>}
      <p className="state__title">{title}</p>
      {children !== undefined && <div className="state__text">{children}</div>}
    </div>
  );
}

export function Failed({ problem, onRetry }: { problem: RemoteError | null; onRetry?: () => void }) {
  return (
    <div className="state" role="alert">
      <CircleAlert className="state__icon" size={20} aria-hidden="true" />
      <p className="state__title">{problem?.message ?? 'This could not be loaded.'}</p>
      <p className="state__text">{problem?.remedy ?? ''}</p>
      {onRetry !== undefined && (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function StaleStrip({ children, onRetry }: { readonly children: ReactNode; readonly onRetry?: () => void }) {
  return (
    <div className="stale-strip" aria-live="polite">
      <History size={12} aria-hidden="true" />
      <span className="grow">{children}</span>
      {onRetry !== undefined && (
        <Button size="small" look="ghost" onClick={onRetry}>
          Refresh
        </Button>
      )}
    </div>
  );
}

const WIDTHS = ['72%', '54%', '81%', '63%', '47%', '76%'] as const;

export function Skeleton({ label }: { readonly label: string }) {
  return (
    <div className="skeleton" aria-live="polite" aria-busy="true">
      <span className="visually-hidden">{label}</span>
      {WIDTHS.map((width) => (
        <div key={width} className="skeleton__line" style={{ width }} aria-hidden="true" />
      ))}
    </div>
  );
}

export interface StreamedPanelProps<T> {
  readonly stream: Streamed<T>;
  readonly what: string;
  readonly onRetry: () => void;
  readonly children: (data: T) => ReactNode;
}

/** The content of a panel fed by a stream, in whichever of its states it is. */
export function StreamedPanel<T>({ stream, what, onRetry, children }: StreamedPanelProps<T>) {
  if (stream.data === null) {
    if (stream.phase === 'failed') return <Failed problem={stream.problem} onRetry={onRetry} />;
    return <Skeleton label={`Loading ${what}`} />;
  }
  return (
    <>
      {stream.phase === 'stale' && (
        <StaleStrip {...(stream.problem === null ? {} : { onRetry })}>
          {stream.problem?.message ?? 'Connection lost: this is the last known state.'}
        </StaleStrip>
      )}
      {children(stream.data)}
    </>
  );
}
