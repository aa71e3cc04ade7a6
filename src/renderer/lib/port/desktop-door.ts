/** The page's way in at the desktop application: it asks, and the preload hands it a MessagePort. */
import type { Port } from '#contract/rpc/port.ts';
import { portOverMessagePort } from './message-port.ts';

/** One connection; the main process checks who asks. */
export function dialDesktop(): Promise<Port> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>) => {
      const [channel] = event.ports;
      if (event.source !== window || event.data !== 'shadowdesk:port' || channel === undefined) return;
      window.removeEventListener('message', receive);
      resolve(portOverMessagePort(channel));
    };
    window.addEventListener('message', receive);
    window.postMessage('shadowdesk:dial', location.origin);
  });
}
