/** Remembers where the window was, and puts it back only where a screen still is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rectangle } from 'electron';

export interface WindowPlace {
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
}

const file = 'window.json';
const defaultPlace: WindowPlace = { bounds: null, maximized: false };
/** So much of the window has to be on a screen, in pixels, for the user to get hold of it. */
const graspablePixels = 100;

/** `workAreas` are the screens without their bars. */
export function loadWindowPlace(profileDir: string, workAreas: readonly Rectangle[]): WindowPlace {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(join(profileDir, file), 'utf8'));
    if (!isRectangle(bounds) || !workAreas.some((area) => isGraspable(bounds, area))) return defaultPlace;
    const { x, y, width, height } = bounds;
    return { bounds: { x, y, width, height }, maximized: maximized === true };
  } catch {
    return defaultPlace;
  }
}

export function saveWindowPlace(profileDir: string, place: WindowPlace): void {
  try {
    writeFileSync(join(profileDir, file), `${JSON.stringify(place)}\n`);
  } catch {
    // A full disk is reported by those who write the record; the window's place is not worth a message.
  }
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const { x, y, width, height } = value as Partial<Record<keyof Rectangle, unknown>>;
  const usable = [x, y, width, height].every((number) => Number.isSafeInteger(number));
  return usable && Number(width) >= 400 && Number(height) >= 300;
}

function isGraspable(bounds: Rectangle, area: Rectangle): boolean {
  const shared = (from: number, length: number, areaFrom: number, areaLength: number) =>
    Math.min(from + length, areaFrom + areaLength) - Math.max(from, areaFrom);
  return (
    shared(bounds.x, bounds.width, area.x, area.width) >= graspablePixels &&
    shared(bounds.y, bounds.height, area.y, area.height) >= graspablePixels
  );
}
