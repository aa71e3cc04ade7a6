/** Small controls: badge, dot, segmented choice, toggle, number field, bar, search. */
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Side } from '#core/domain/signal.ts';
import { tip } from '../lib/glossary.ts';
import type { Tone, Word } from '../lib/words.ts';

export function Badge({ tone = 'neutral', children, hint }: { tone?: Tone; children: ReactNode; hint?: string }) {
  return (
    <span className={`badge badge--${tone}`} {...(hint === undefined ? {} : tip(hint))}>
      {children}
    </span>
  );
}

/** A word of a closed list, in its tone, with its meaning as the tooltip. */
export function WordBadge({ word }: { readonly word: Word }) {
  return (
    <Badge tone={word.tone} hint={word.meaning}>
      {word.label}
    </Badge>
  );
}

export function SideBadge({ side }: { readonly side: Side }) {
  return <Badge tone={side === 'long' ? 'up' : 'down'}>{side === 'long' ? '▲ Long' : '▼ Short'}</Badge>;
}

export function SimulatedBadge() {
  return (
    <span
      className="badge badge--simulated"
      {...tip('A generated market on this computer. Results here say nothing about real markets.', 'Simulated')}
    >
      SIMULATED
    </span>
  );
}

export function Dot({ tone }: { readonly tone: Tone }) {
  return <span className={`dot dot--${tone}`} aria-hidden="true" />;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly hint?: string;
  readonly disabled?: boolean;
}

export interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly choices: readonly Choice<T>[];
  readonly onChoose: (value: T) => void;
  readonly small?: boolean;
  readonly disabled?: boolean;
}

/** One of a few, as a radio group: arrow keys move, the chosen one is the tab stop. */
export function Segmented<T extends string>({ label, value, choices, onChoose, small, disabled }: SegmentedProps<T>) {
  const group = useRef<HTMLDivElement>(null);
  const enabled = choices.filter((choice) => choice.disabled !== true);
  const tabStop = enabled.some((choice) => choice.value === value) ? value : enabled[0]?.value;

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0 || enabled.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = enabled.findIndex((choice) => choice.value === value);
    const next = enabled[(at + step + enabled.length) % enabled.length];
    if (next === undefined) return;
    onChoose(next.value);
    group.current?.querySelector<HTMLElement>(`[data-value="${next.value}"]`)?.focus();
  }

  return (
    <div
      ref={group}
      className={small ? 'segmented segmented--small' : 'segmented'}
      role="radiogroup"
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      {choices.map((choice) => (
        // biome-ignore lint/a11y/useSemanticElements: radio inputs cannot carry this look and keep their names.
        <button
          key={choice.value}
          type="button"
          role="radio"
          className="segmented__option"
          data-value={choice.value}
          aria-checked={choice.value === value}
          tabIndex={choice.value === tabStop ? 0 : -1}
          disabled={disabled === true || choice.disabled === true}
          onClick={() => onChoose(choice.value)}
          {...(choice.hint === undefined ? {} : tip(choice.hint))}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}

export interface ToggleProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Toggle({ label, checked, onChange, disabled }: ToggleProps) {
  return (
    <button
      type="button"
      role="switch"
      className="toggle"
      aria-label={label}
      aria-checked={checked}
      disabled={disabled}
      onClick={() => onChange(!checked)}
    />
  );
}

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  /** Called with a number inside the range on Enter and when the field is left. */
  readonly onCommit: (value: number) => void;
  /** Called when the field was emptied, where empty means something. */
  readonly onClear?: () => void;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly width?: string;
  /** Also tells each valid value while it is typed. */
  readonly onType?: (value: number | null) => void;
}

/** Text while it is typed, a number when it is committed; what cannot be read is marked and not committed. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, onCommit, onClear, onType, placeholder, disabled, width } = props;
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === null ? '' : value.toLocaleString('en-US', { maximumFractionDigits: 10 }));
  const parsed = parseNumber(shown, props.minimum, props.maximum);
  const isInvalid = text !== null && text.trim() !== '' && parsed === null;

  function commit(): void {
    if (text === null) return;
    if (text.trim() === '') onClear?.();
    else if (parsed !== null && parsed !== value) onCommit(parsed);
    setText(null);
  }

  return (
    <input
      className="field number"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={isInvalid}
      value={shown}
      placeholder={placeholder}
      disabled={disabled}
      style={{ width: width ?? '7rem', textAlign: 'right' }}
      onChange={(event) => {
        setText(event.target.value);
        onType?.(parseNumber(event.target.value, props.minimum, props.maximum));
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        // Leaving the field commits, and gives the keys back to the window.
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape' && text !== null) {
          event.stopPropagation();
          setText(null);
          onType?.(value);
        }
      }}
    />
  );
}

/** Reads `1,234.5` and `1234.5`; null when it is no number or outside the range. */
export function parseNumber(text: string, minimum = -Infinity, maximum = Infinity): number | null {
  const cleaned = text.replace(/[\s,\u202f]/g, '').replace('\u2212', '-');
  if (cleaned === '') return null;
  const value = Number(cleaned);
  return Number.isFinite(value) && value >= minimum && value <= maximum ? value : null;
}

export interface BarProps {
  readonly label: string;
  /** 0-1; null runs without an end. */
  readonly fraction: number | null;
  readonly tone?: 'accent' | 'warning' | 'danger';
}

export function Bar({ label, fraction, tone = 'accent' }: BarProps) {
  const percent = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 10;
  return (
    <div
      className={percent === null ? 'bar bar--unknown' : 'bar'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
    >
      <div
        className={tone === 'accent' ? 'bar__fill' : `bar__fill bar__fill--${tone}`}
        style={percent === null ? {} : { width: `${percent}%` }}
      />
    </div>
  );
}

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly width?: string;
}

export function SearchField({ label, value, onChange, placeholder, autoFocus, width }: SearchFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  return (
    <div className="search" style={width === undefined ? {} : { width }}>
      <Search size={13} aria-hidden="true" />
      <input
        ref={input}
        id={id}
        type="search"
        className="field"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
