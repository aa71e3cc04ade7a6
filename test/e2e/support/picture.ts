/** Reads a screenshot: its pixels, and where a colour stands. Covers what browsers write (PNG, 8 bit, RGB or RGBA, not interlaced). */
import { inflateSync } from 'node:zlib';

export type Colour = readonly [red: number, green: number, blue: number];

export interface Picture {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Colour;
}

const SIGNATURE_BYTES = 8;

export function readPicture(file: Uint8Array): Picture {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const width = view.readUInt32BE(16);
  const height = view.readUInt32BE(20);
  const channels = view[25] === 6 ? 4 : 3;
  if (view[24] !== 8 || (view[25] !== 2 && view[25] !== 6) || view[28] !== 0)
    throw new Error('not a picture as browsers write it');
  const parts: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at < view.length; ) {
    const length = view.readUInt32BE(at);
    if (view.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(view.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const pixels = unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  return {
    width,
    height,
    at(x, y) {
      const from = (y * width + x) * channels;
      return [pixels[from] ?? 0, pixels[from + 1] ?? 0, pixels[from + 2] ?? 0];
    },
  };
}

/** The five line filters of the PNG specification, section 9. */
function unfilter(raw: Uint8Array, lineBytes: number, height: number, channels: number): Uint8Array {
  const pixels = new Uint8Array(lineBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (lineBytes + 1)];
    const from = y * (lineBytes + 1) + 1;
    const line = y * lineBytes;
    for (let x = 0; x < lineBytes; x++) {
      const left = x < channels ? 0 : (pixels[line + x - channels] ?? 0);
      const up = y === 0 ? 0 : (pixels[line - lineBytes + x] ?? 0);
      const corner = y === 0 || x < channels ? 0 : (pixels[line - lineBytes + x - channels] ?? 0);
      const predicted =
        filter === 1
          ? left
          : filter === 2
            ? up
            : filter === 3
              ? (left + up) >> 1
              : filter === 4
                ? paeth(left, up, corner)
                : 0;
      pixels[line + x] = (raw[from + x] ?? 0) + predicted;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** `#rrggbb` or `#rgb`, as the design's tokens are written. */
export function colourOf(text: string): Colour {
  const digits = /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text)?.[1];
  if (digits === undefined) throw new Error(`${text} is no colour as the tokens are written`);
  const size = digits.length / 3;
  const part = (index: number) => Number.parseInt(digits.slice(index * size, (index + 1) * size).repeat(3 - size), 16);
  return [part(0), part(1), part(2)];
}

/** Largest difference of a channel. */
export function distance(a: Colour, b: Colour): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

/** `over` laid on `under` with an opacity. */
export function blend(under: Colour, over: Colour, opacity: number): Colour {
  const mix = (index: 0 | 1 | 2) => Math.round(under[index] * (1 - opacity) + over[index] * opacity);
  return [mix(0), mix(1), mix(2)];
}

/** Share of the pixels that are (nearly) of this colour. */
export function shareOf(picture: Picture, colour: Colour, tolerance = 2): number {
  let count = 0;
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) if (distance(picture.at(x, y), colour) <= tolerance) count++;
  }
  return count / (picture.width * picture.height);
}

/** Share of the pixels that differ visibly. */
export function shareChanged(before: Picture, after: Picture, tolerance = 12): number {
  if (before.width !== after.width || before.height !== after.height) return 1;
  let count = 0;
  for (let y = 0; y < before.height; y++) {
    for (let x = 0; x < before.width; x++) if (distance(before.at(x, y), after.at(x, y)) > tolerance) count++;
  }
  return count / (before.width * before.height);
}

export interface ColumnSeen {
  readonly x: number;
  readonly count: number;
  readonly top: number;
  readonly bottom: number;
}

/** The column with the most pixels of a colour, and its first and last row with it. */
export function longestColumn(picture: Picture, colour: Colour, tolerance = 3): ColumnSeen | null {
  let best: ColumnSeen | null = null;
  for (let x = 0; x < picture.width; x++) {
    const rows: number[] = [];
    for (let y = 0; y < picture.height; y++) if (distance(picture.at(x, y), colour) <= tolerance) rows.push(y);
    if (rows.length <= (best?.count ?? 0)) continue;
    best = { x, count: rows.length, top: rows[0] ?? 0, bottom: rows.at(-1) ?? 0 };
  }
  return best;
}

export interface Columns {
  readonly from: number;
  readonly to: number;
}

/** The highest pixel of any of the colours between two columns. */
export function highestOf(picture: Picture, colours: readonly Colour[], columns: Columns): { x: number; y: number } {
  for (let y = 0; y < picture.height; y++) {
    const x = columnWith(picture, y, colours, columns);
    if (x !== null) return { x, y };
  }
  throw new Error('the picture has none of the colours');
}

/** The lowest one. */
export function lowestOf(picture: Picture, colours: readonly Colour[], columns: Columns): { x: number; y: number } {
  for (let y = picture.height - 1; y >= 0; y--) {
    const x = columnWith(picture, y, colours, columns);
    if (x !== null) return { x, y };
  }
  throw new Error('the picture has none of the colours');
}

function columnWith(picture: Picture, y: number, colours: readonly Colour[], { from, to }: Columns): number | null {
  for (let x = from; x < to; x++) {
    if (colours.some((colour) => distance(picture.at(x, y), colour) <= 2)) return x;
  }
  return null;
}
