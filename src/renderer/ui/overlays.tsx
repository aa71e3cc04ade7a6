/** What lies above the window: tooltip layer, menu, dialog, drawer, notices. Each gives the focus back when it closes. */
import { Check, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import type { NoticesStore } from '../lib/stores/notices.ts';
import { IconButton } from './Button.tsx';
import { Dot } from './controls.tsx';

interface ShownTip {
  readonly text: string;
  readonly title: string | null;
  readonly anchor: DOMRect;
}

const TIP_DELAY_MS = 350;

/** One layer for all tooltips: elements only carry `data-tip`; hovering or focusing them shows it, Escape hides it. */
export function TooltipLayer() {
  const [shown, setShown] = useState<ShownTip | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: number | null = null;
    let current: Element | null = null;
    function hide(): void {
      if (timer !== null) window.clearTimeout(timer);
      timer = null;
      current = null;
      setShown(null);
    }
    function consider(event: Event): void {
      const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
      if (target === current) return;
      hide();
      if (target === null) return;
      // Focus by mouse press is no question about meaning.
      if (event.type === 'focusin' && !target.matches(':focus-visible')) return;
      current = target;
      timer = window.setTimeout(() => {
        const text = target.getAttribute('data-tip') ?? '';
        if (text === '' || !target.isConnected) return;
        setShown({ text, title: target.getAttribute('data-tip-title'), anchor: target.getBoundingClientRect() });
      }, TIP_DELAY_MS);
    }
    function onKey(event: Event): void {
      if (event instanceof globalThis.KeyboardEvent && event.key !== 'Tab') hide();
    }
    const watched = [
      ['pointerover', consider],
      ['focusin', consider],
      ['pointerdown', hide],
      ['focusout', hide],
      ['scroll', hide],
      ['keydown', onKey],
    ] as const;
    for (const [name, listen] of watched) document.addEventListener(name, listen, true);
    return () => {
      hide();
      for (const [name, listen] of watched) document.removeEventListener(name, listen, true);
    };
  }, []);

  useLayoutEffect(() => {
    if (shown === null || box.current === null) return;
    placeBeside(box.current, shown.anchor, 'centre');
  }, [shown]);

  if (shown === null) return null;
  return createPortal(
    <div ref={box} className="tooltip" role="tooltip">
      {shown.title !== null && <span className="tooltip__title">{shown.title}</span>}
      {shown.text}
    </div>,
    document.body,
  );
}

/** Puts a fixed element under its anchor, or above where there is no room, inside the window. */
function placeBeside(element: HTMLElement, anchor: DOMRect, align: 'centre' | 'start' | 'end'): void {
  const margin = 6;
  const { width, height } = element.getBoundingClientRect();
  const wanted =
    align === 'start'
      ? anchor.left
      : align === 'end'
        ? anchor.right - width
        : anchor.left + anchor.width / 2 - width / 2;
  const left = Math.max(margin, Math.min(window.innerWidth - width - margin, wanted));
  const below = anchor.bottom + margin;
  const top = below + height + margin > window.innerHeight ? Math.max(margin, anchor.top - height - margin) : below;
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}

export interface MenuItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly checked?: boolean;
  /** A colour of the chart legend, as a CSS value. */
  readonly swatch?: string;
  readonly note?: string;
  readonly onChoose: () => void;
}

export interface MenuSection {
  readonly heading: string;
  readonly items: readonly MenuItem[];
}

export interface MenuProps {
  readonly label: string;
  readonly button: (open: boolean, toggle: () => void) => ReactNode;
  readonly sections: readonly MenuSection[];
  readonly align?: 'start' | 'end';
}

/** A button with a list under it; items that are switches stay open when chosen. */
export function Menu({ label, button, sections, align = 'start' }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!open || anchor.current === null || list.current === null) return;
    placeBeside(list.current, anchor.current.getBoundingClientRect(), align);
    list.current.querySelector<HTMLElement>('[role^="menuitem"]')?.focus();
  }, [open, align]);

  useEffect(() => {
    if (!open) return;
    function onDown(event: PointerEvent): void {
      if (!(event.target instanceof Node)) return;
      if (list.current?.contains(event.target) || anchor.current?.contains(event.target)) return;
      setOpen(false);
    }
    document.addEventListener('pointerdown', onDown);
    return () => document.removeEventListener('pointerdown', onDown);
  }, [open]);

  function close(): void {
    setOpen(false);
    anchor.current?.querySelector<HTMLElement>('button')?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + step + items.length) % items.length]?.focus();
  }

  return (
    <span ref={anchor}>
      {button(open, () => setOpen(!open))}
      {open &&
        createPortal(
          <div ref={list} className="menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
            {sections.map((section) => (
              <fieldset key={section.heading} aria-label={section.heading} className="menu__group">
                <p className="menu__heading eyebrow">{section.heading}</p>
                {section.items.map((item) => (
                  <button
                    key={item.key}
                    type="button"
                    role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
                    {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
                    className="menu__item"
                    onClick={() => {
                      item.onChoose();
                      if (item.checked === undefined) close();
                    }}
                  >
                    {item.checked !== undefined && (
                      <span className="menu__tick">{item.checked && <Check size={14} aria-hidden="true" />}</span>
                    )}
                    {item.swatch !== undefined && <span className="menu__swatch" style={{ background: item.swatch }} />}
                    <span>{item.label}</span>
                    {item.note !== undefined && <span className="menu__note">{item.note}</span>}
                  </button>
                ))}
              </fieldset>
            ))}
          </div>,
          document.body,
        )}
    </span>
  );
}

const FOCUSABLE = 'button:not(:disabled), input:not(:disabled), select:not(:disabled), a[href], [tabindex="0"]';

/** Keeps Tab inside, closes on Escape, and returns the focus to where it was. */
export function useModal(onClose: () => void) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const wanted = box.current?.querySelector<HTMLElement>('[data-autofocus]') ?? box.current;
    if (!box.current?.contains(document.activeElement)) wanted?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    // A control that had the focus may vanish; the page then has it, and the keys must still reach the dialog.
    function onStrayKey(event: globalThis.KeyboardEvent): void {
      const open = [...document.querySelectorAll('[aria-modal="true"]')];
      if (box.current === null || open.at(-1) !== box.current || document.activeElement !== document.body) return;
      if (event.key === 'Escape') close.current();
      if (event.key === 'Tab') {
        event.preventDefault();
        box.current.focus();
      }
    }
    document.addEventListener('keydown', onStrayKey);
    return () => document.removeEventListener('keydown', onStrayKey);
  }, []);
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== 'Tab' || box.current === null) return;
    const stops = [...box.current.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((stop) => stop.tabIndex >= 0);
    const first = stops[0];
    const last = stops.at(-1);
    const active = document.activeElement;
    if (event.shiftKey && (active === first || active === box.current)) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && active === last) {
      event.preventDefault();
      first?.focus();
    }
  }
  return { box, onKeyDown };
}

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly width?: string;
  readonly tall?: boolean;
  readonly head?: ReactNode;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, width, tall, head, children }: DialogProps) {
  const titleId = useId();
  const { box, onKeyDown } = useModal(onClose);
  return createPortal(
    <div className="dialog-scrim" onPointerDown={(event) => event.target === event.currentTarget && onClose()}>
      <div
        ref={box}
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        tabIndex={-1}
        className={tall ? 'dialog dialog--tall' : 'dialog'}
        style={width === undefined ? {} : { maxWidth: width }}
        onKeyDown={onKeyDown}
      >
        <header className="dialog__head">
          <h2 id={titleId} className="dialog__title">
            {title}
          </h2>
          <div className="grow">{head}</div>
          <IconButton label="Close" tip="Close (Esc)" icon={<X size={16} />} onClick={onClose} />
        </header>
        <div className="dialog__body">{children}</div>
      </div>
    </div>,
    document.body,
  );
}

export function Drawer({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const { box, onKeyDown } = useModal(onClose);
  return createPortal(
    <>
      <div className="drawer-scrim" onPointerDown={onClose} />
      <div
        ref={box}
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        className="drawer"
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    </>,
    document.body,
  );
}

const NOTICE_MS = 6_000;

/** One line over the keys at the window's foot, where no data is and nothing is decided; it opens upwards when it is read. */
export function NoticeLayer({ store }: { readonly store: NoticesStore }) {
  const { notices } = useStore(store);
  return (
    <div className="notices" aria-live="polite">
      {notices.map((notice, index) => (
        <NoticeCard key={notice.id} store={store} id={notice.id} waiting={index} />
      ))}
    </div>
  );
}

interface NoticeCardProps {
  readonly store: NoticesStore;
  readonly id: number;
  /** Older notices that stand behind it: they are seen while the pointer or the focus is here. */
  readonly waiting: number;
}

function NoticeCard({ store, id, waiting }: NoticeCardProps) {
  const notice = useStore(store, (state) => state.notices.find((one) => one.id === id));
  const [isRead, setRead] = useState(false);
  const stays = notice?.tone === 'danger' || isRead;
  useEffect(() => {
    if (stays) return;
    const timer = window.setTimeout(() => store.dismiss(id), NOTICE_MS);
    return () => window.clearTimeout(timer);
  }, [store, id, stays]);
  if (notice === undefined) return null;
  return (
    <div className="notice" onPointerEnter={() => setRead(true)} onPointerLeave={() => setRead(false)}>
      <Dot tone={notice.tone === 'info' ? 'accent' : notice.tone} />
      <p className="grow notice__words">
        <span className="notice__title">{notice.title}</span>
        {notice.text !== '' && <span className="notice__text"> {notice.text}</span>}
      </p>
      {waiting > 0 && <span className="notice__waiting number">+{waiting}</span>}
      <IconButton label="Dismiss" size="small" icon={<X size={14} />} onClick={() => store.dismiss(id)} />
    </div>
  );
}
