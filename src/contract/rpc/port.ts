/** The one tiny carrier of the contract: in-memory pair, Electron MessagePort, WebSocket and worker ports all implement it. */

export type Frame = string | Uint8Array;

export interface Port {
  /** Queues a frame; frames arrive whole and in order. Sending on a closed port does nothing. */
  send(frame: Frame): void;
  /** Sets the receiver; frames that came before it was set are delivered then. */
  onFrame(receive: (frame: Frame) => void): void;
  /** Called once when either side closes; `reason` is for logs. */
  onClose(closed: (reason: string) => void): void;
  close(reason?: string): void;
}
