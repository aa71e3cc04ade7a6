/** What this is, its version, and the credit of the charting library. */
import { useDesk, useStreamed } from '../lib/desk-context.tsx';
import { Dialog } from '../ui/overlays.tsx';

export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const version = useStreamed(useDesk().session, (data) => data.version);
  return (
    <Dialog title="About Shadowdesk" width="30rem" onClose={onClose}>
      <div className="about">
        <p>
          Shadowdesk{version === null ? '' : ` ${version}`} follows every proposed trade, taken or not, and measures
          honestly who was right.
        </p>
        <p className="soft">
          No proven edge is assumed. Results are net of fees and slippage. A simulated market is labelled as simulated,
          and the account is a paper account: no order leaves this computer.
        </p>
        <p className="soft">
          Charts: TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc.{' '}
          <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
            tradingview.com
          </a>
        </p>
        <p className="soft">Icons: Lucide (ISC licence).</p>
      </div>
    </Dialog>
  );
}
