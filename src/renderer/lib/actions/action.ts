/** User intents: one object behind the button, the menu, the keyboard and the palette. */

export interface Action {
  /** `area.verb`, unique. */
  readonly name: string;
  readonly label: string;
  readonly group: string;
  /** `a`, `shift+s`, `mod+,` (mod: Ctrl, on a Mac Cmd), `ArrowDown`; null without a key. */
  readonly shortcut: string | null;
  /** Held down, the key repeats it; off for everything that commits. */
  readonly repeats?: boolean;
  readonly enabledWhen: () => boolean;
  readonly perform: () => void;
}

/** What is needed of a keyboard event. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

/** Does `press` mean `shortcut`? Letters match in either case; shift counts only when named or for named keys. */
export function matchesShortcut(shortcut: string, press: KeyPress, isMac: boolean): boolean {
  const parts = shortcut.split('+');
  // `+` itself as the key leaves an empty last part.
  const key = parts.at(-1) === '' ? '+' : (parts.at(-1) ?? '');
  const wantsMod = parts.includes('mod');
  const wantsShift = parts.includes('shift');
  const hasMod = isMac ? press.metaKey : press.ctrlKey;
  const hasOther = isMac ? press.ctrlKey : press.metaKey;
  if (press.altKey || hasOther || hasMod !== wantsMod) return false;
  // Characters such as `?` need shift on some keyboards and not on others: the character itself is what counts.
  const isSymbol = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!isSymbol && press.shiftKey !== wantsShift) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

/** The action a key press asks for: the first that matches and is enabled. */
export function actionFor(actions: readonly Action[], press: KeyPress, isMac: boolean): Action | null {
  for (const action of actions) {
    if (action.shortcut === null || !matchesShortcut(action.shortcut, press, isMac)) continue;
    if (press.repeat && action.repeats !== true) continue;
    if (action.enabledWhen()) return action;
  }
  return null;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
  shift: 'Shift',
};

/** The shortcut's keys as they are written on key caps. */
export function shortcutKeys(shortcut: string, isMac: boolean): readonly string[] {
  return shortcut.split('+').map((part) => {
    if (part === 'mod') return isMac ? '⌘' : 'Ctrl';
    return KEY_NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

export function isMacPlatform(): boolean {
  return /mac/i.test(navigator.platform);
}

/** Does typing go into the element, so that plain keys belong to it? */
export function takesText(element: Element | null): boolean {
  if (element === null) return false;
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  const tag = element.tagName;
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  if (tag !== 'INPUT') return false;
  const type = (element.getAttribute('type') ?? 'text').toLowerCase();
  return !['button', 'checkbox', 'radio', 'submit', 'reset', 'file'].includes(type);
}

/** Listens for shortcuts on `target` until the returned function is called. */
export function listenForShortcuts(target: Document, actions: () => readonly Action[], isMac: boolean): () => void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    // A dialog on top keeps its keys; shortcuts behind it would act on what cannot be seen.
    if (target.querySelector('[aria-modal="true"]') !== null) return;
    if (takesText(target.activeElement) && !(event.ctrlKey || event.metaKey)) return;
    const action = actionFor(actions(), event, isMac);
    if (action === null) return;
    event.preventDefault();
    action.perform();
  }
  target.addEventListener('keydown', onKeyDown);
  return () => target.removeEventListener('keydown', onKeyDown);
}
