/**
 * What a preload finds in its isolated world. `installWorld` is sent to the browser as source text: it may use nothing
 * from outside itself.
 */

/** A value on its way between main process and page; the bridge carries text only. */
export type Carried = { readonly text: string } | { readonly base64: string } | { readonly json: unknown };

export type FromWorld =
  | { readonly kind: 'born'; readonly url: string }
  | { readonly kind: 'ipc'; readonly channel: string; readonly message: unknown[] }
  | { readonly kind: 'frame'; readonly port: number; readonly value: Carried }
  | { readonly kind: 'closed'; readonly port: number };

export type ToWorld =
  | { readonly kind: 'ipc'; readonly channel: string; readonly message: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'frame'; readonly port: number; readonly value: Carried }
  | { readonly kind: 'close'; readonly port: number };

export type PreloadBody = (require: (name: string) => unknown, module: { exports: object }, exports: object) => void;

export const BINDING = '__standInSend';
export const RECEIVER = '__standInReceive';

export function installWorld(runPreload: PreloadBody): void {
  // A preload runs in the main frame only.
  if (window.top !== window) return;
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  const send = (message: FromWorld) => world.__standInSend?.(JSON.stringify(message));
  const channels = new Map<number, MessagePort>();
  type Listener = (event: { readonly ports: readonly MessagePort[] }, message: unknown) => void;
  const listeners = new Map<string, Listener[]>();

  function packed(value: unknown): Carried {
    if (typeof value === 'string') return { text: value };
    if (!(value instanceof Uint8Array)) return { json: value };
    let binary = '';
    for (const byte of value) binary += String.fromCharCode(byte);
    return { base64: btoa(binary) };
  }

  function unpacked(value: Carried): unknown {
    if ('text' in value) return value.text;
    if ('json' in value) return value.json;
    return Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
  }

  function adopt(port: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    channels.set(port, port1);
    port1.addEventListener('message', ({ data }) => send({ kind: 'frame', port, value: packed(data) }));
    port1.addEventListener('close', () => send({ kind: 'closed', port }));
    port1.start();
    return port2;
  }

  world.__standInReceive = (text) => {
    const message = JSON.parse(text) as ToWorld;
    if (message.kind === 'frame') channels.get(message.port)?.postMessage(unpacked(message.value));
    if (message.kind === 'close') channels.get(message.port)?.close();
    if (message.kind !== 'ipc') return;
    const ports = message.ports.map(adopt);
    for (const listener of listeners.get(message.channel) ?? []) listener({ ports }, message.message);
  };

  const ipcRenderer = {
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    // As in Electron, what cannot be cloned is refused where it is sent.
    send: (channel: string, ...message: unknown[]) => send({ kind: 'ipc', channel, message: structuredClone(message) }),
  };
  const require = (name: string) => {
    if (name === 'electron') return { ipcRenderer };
    throw new Error(`module not found: ${name}`);
  };
  const module = { exports: {} };
  send({ kind: 'born', url: location.href });
  runPreload(require, module, module.exports);
}
