/** The page's entry: connects to the host and opens the window. */
import { connectToDesk } from '../lib/port/connect.ts';
import { openWindow } from './window.tsx';

const root = document.getElementById('root');
if (root !== null)
  openWindow(
    root,
    connectToDesk((message) => console.error(message)),
  );
