/** The page of the small window: connects by the real carriers and shows what it hears. */
import { connectToDesk } from '#renderer/lib/port/connect.ts';

const client = connectToDesk((message) => console.error(message));
const show = (id: string, text: string) => {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = text;
};

client.link.onChange((state) => show('link', state.state));
client.subscribe(
  'session.status',
  {},
  {
    onSnapshot: (status) => show('status', status.version),
    onDelta: (status) => show('status', status.version),
  },
);
document.getElementById('skip')?.addEventListener('click', () => {
  client
    .call('tickets.skip', { ticketId: 'T-1', reason: null })
    .then(({ message }) => show('answer', message))
    .catch((error: Error) => show('answer', error.message));
});
// The same way a library brings its styles in.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
const style = document.createElement('style');
style.nonce = nonce;
style.textContent = '#link { color: rgb(1, 2, 3) }';
document.head.append(style);
