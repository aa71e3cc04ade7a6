/** `MessageChannelMain` of the stand-in: two ends in the main process, of which one may move into the page. */
import { EventEmitter } from 'node:events';

export class MessagePortMain extends EventEmitter {
  /** The other end while it is in this process. */
  peer: MessagePortMain | null = null;
  /** Set once the other end lives in the page. */
  remote: { deliver(value: unknown): void; close(): void } | null = null;
  /** A transferred port is dead where it came from. */
  isNeutered = false;
  private isStarted = false;
  private isClosed = false;
  private readonly waiting: unknown[] = [];

  postMessage(message: unknown, transfer: readonly MessagePortMain[] = []): void {
    if (transfer.length > 0) throw new Error('the stand-in transfers ports by WebFrameMain.postMessage only');
    // Throws what Electron throws for what cannot be cloned.
    const copy = structuredClone(message);
    if (this.isClosed || this.isNeutered) return;
    if (this.remote !== null) this.remote.deliver(copy);
    const { peer } = this;
    if (peer !== null) setImmediate(() => peer.arrive(copy));
  }

  start(): void {
    this.isStarted = true;
    for (const data of this.waiting.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { peer } = this;
    setImmediate(() => {
      this.emit('close');
      peer?.disentangle();
    });
    this.remote?.close();
  }

  /** A message from the other end. */
  arrive(data: unknown): void {
    if (this.isClosed) return;
    if (this.isStarted) this.emit('message', { data, ports: [] });
    else this.waiting.push(data);
  }

  /** The other end is gone. */
  disentangle(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

/** Moves `port` out of this process; returns the end that stays behind. */
export function transferOut(port: MessagePortMain): MessagePortMain {
  const { peer } = port;
  if (port.isNeutered || peer === null) throw new Error('Port at index 0 is already neutered.');
  port.isNeutered = true;
  peer.peer = null;
  return peer;
}
