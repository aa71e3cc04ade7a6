/** Hands the page its MessagePort, and nothing else: no function of Electron is reachable from the page. */
import { ipcRenderer } from 'electron';

// The page asks, the main process checks who asks and answers with a port.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === 'shadowdesk:dial') ipcRenderer.send('shadowdesk:dial');
});
ipcRenderer.on('shadowdesk:port', (event) => {
  window.postMessage('shadowdesk:port', location.origin, event.ports);
});
