/** The page's MessagePort and the desktop host's end of it keep the promises of a `Port`. */
import type { MessagePortMain as ElectronMessagePortMain } from 'electron';
import { portOverMessagePortMain } from '#main/hosts/electron/message-port-main.ts';
import { portOverMessagePort } from '#renderer/lib/port/message-port.ts';
import { MessageChannelMain, type MessagePortMain } from '#test/support/electron-stand-in/message-channel.ts';
import { describePort } from '#test/support/port-conformance.ts';

// Node's MessageChannel has the browser's interface, and its structured clone.
describePort('Port over MessagePort, page to page', () => {
  const { port1, port2 } = new MessageChannel();
  return { left: portOverMessagePort(port1), right: portOverMessagePort(port2) };
});

const asElectrons = (port: MessagePortMain) => port as unknown as ElectronMessagePortMain;

describePort('Port over MessagePortMain', () => {
  const { port1, port2 } = new MessageChannelMain();
  return { left: portOverMessagePortMain(asElectrons(port1)), right: portOverMessagePortMain(asElectrons(port2)) };
});
