/** What is wrong with a connection, above everything: the window's own, and the exchange's. */
import { PlugZap, ServerCrash, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useAction } from '../lib/actions/actions-context.tsx';
import { useDesk, useStreamed } from '../lib/desk-context.tsx';
import { CONNECTION_WORDS } from '../lib/words.ts';
import { Button } from '../ui/Button.tsx';

export function Banners() {
  const desk = useDesk();
  const { now } = useStore(desk.link);
  const hasData = useStreamed(desk.session, () => true) === true;
  if (now.state === 'refused') {
    return (
      <Banner tone="danger" icon={<Unplug size={15} />} title={now.message} text={now.remedy}>
        <Button size="small" onClick={desk.reconnect}>
          Try again
        </Button>
      </Banner>
    );
  }
  if (now.state === 'lost' || now.state === 'closed') {
    return (
      <Banner
        tone="warning"
        icon={<PlugZap size={15} />}
        title="The connection to Shadowdesk is lost."
        text={
          hasData
            ? 'What you see is the last known state; nothing can be approved. It reconnects by itself.'
            : 'It is tried again by itself.'
        }
      >
        <Button size="small" onClick={desk.reconnect}>
          Reconnect now
        </Button>
      </Banner>
    );
  }
  return <ExchangeBanner />;
}

function ExchangeBanner() {
  const desk = useDesk();
  const connection = useStreamed(desk.session, (data) => data.connection);
  const reconnect = useAction('session.reconnect');
  if (connection === null) return null;
  const { state, message, remedy, exchangeName } = connection;
  if (state !== 'reconnecting' && state !== 'offline' && state !== 'failed') return null;
  const word = CONNECTION_WORDS[state];
  return (
    <Banner
      tone={state === 'reconnecting' ? 'warning' : 'danger'}
      icon={<ServerCrash size={15} />}
      title={`${exchangeName}: ${word.label.toLowerCase()}.`}
      text={[message || word.meaning, remedy].filter((part) => part !== '').join(' ')}
    >
      {reconnect !== null && (
        <Button size="small" onClick={reconnect.perform}>
          Try now
        </Button>
      )}
      <Button size="small" look="ghost" onClick={() => desk.view.openDialog('settings')}>
        Settings
      </Button>
    </Banner>
  );
}

interface BannerProps {
  readonly tone: 'warning' | 'danger';
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

function Banner({ tone, icon, title, text, children }: BannerProps) {
  return (
    <div className={`banner banner--${tone}`} role="alert">
      {icon}
      <p className="grow">
        <span className="strong">{title}</span> {text}
      </p>
      {children}
    </div>
  );
}
