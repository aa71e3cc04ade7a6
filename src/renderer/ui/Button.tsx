/** Buttons: plain ones, and ones that perform an action of the window with its key on show. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { type Action, isMacPlatform, shortcutKeys } from '../lib/actions/action.ts';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'ghost' | 'danger';
  readonly size?: 'small' | 'medium' | 'large';
  readonly icon?: ReactNode;
}

export function Button({ look = 'plain', size = 'medium', icon, className, children, type, ...rest }: ButtonProps) {
  const classes = ['button'];
  if (look !== 'plain') classes.push(`button--${look}`);
  if (size !== 'medium') classes.push(`button--${size}`);
  if (children === undefined || children === null) classes.push('button--icon');
  if (className !== undefined) classes.push(className);
  return (
    <button type={type ?? 'button'} className={classes.join(' ')} {...rest}>
      {icon}
      {children}
    </button>
  );
}

/** A button without words; `label` is read out and shown as its tooltip. */
export function IconButton({ label, tip, ...rest }: ButtonProps & { readonly label: string; readonly tip?: string }) {
  return <Button look="ghost" aria-label={label} data-tip={tip ?? label} {...rest} />;
}

export interface ActionButtonProps extends ButtonProps {
  readonly action: Action;
  /** Turns the button off beyond what the action says, e.g. while its answer is awaited. */
  readonly busy?: boolean;
  readonly hideKeys?: boolean;
}

/** `enabledWhen` is asked at each render: the component that shows it follows the stores it depends on. */
export function ActionButton({ action, busy = false, hideKeys = false, children, ...rest }: ActionButtonProps) {
  return (
    <Button onClick={action.perform} disabled={busy || !action.enabledWhen()} {...rest}>
      {children ?? action.label}
      {action.shortcut !== null && !hideKeys && <Keys shortcut={action.shortcut} />}
    </Button>
  );
}

export function Keys({ shortcut }: { readonly shortcut: string }) {
  return (
    <span className="row" aria-hidden="true" style={{ gap: '2px' }}>
      {shortcutKeys(shortcut, isMacPlatform()).map((key) => (
        <kbd key={key} className="keycap">
          {key}
        </kbd>
      ))}
    </span>
  );
}
