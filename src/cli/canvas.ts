// A drawing in the cells of a terminal: a line in dots of Braille, eight to a cell, before a band of shade. Of ASCII a cell is
// one dot.

import type { Span } from "./screen.ts";

/** The bits of U+2800 by row and column of the dot. */
const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

export class Canvas {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  /** Dots of a cell, across and down. */
  private readonly across: number;
  private readonly down: number;
  private readonly columns: number;
  private readonly lineDots: Uint8Array;
  /** How much of each cell's height the band fills, in dots, where it fills most. */
  private readonly bandDots: Uint8Array;
  private readonly ascii: boolean;

  constructor(columns: number, rows: number, ascii: boolean) {
    this.ascii = ascii;
    this.columns = columns;
    [this.across, this.down] = ascii ? [1, 1] : [2, 4];
    this.width = columns * this.across;
    this.height = rows * this.down;
    this.lineDots = new Uint8Array(columns * rows);
    this.bandDots = new Uint8Array(columns * rows);
  }

  /** The row of cells that a row of dots is in. */
  rowOf(y: number): number {
    return Math.floor(y / this.down);
  }

  /** Shades the columns of dots x0 to x1 from the row y0 down to y1, all of them too. */
  band(x0: number, x1: number, y0: number, y1: number): void {
    for (let row = this.rowOf(y0); row <= this.rowOf(y1); row++) {
      const dots = Math.min(y1, (row + 1) * this.down - 1) - Math.max(y0, row * this.down) + 1;
      for (let column = Math.floor(x0 / this.across); column <= Math.floor(x1 / this.across); column++) {
        const cell = row * this.columns + column;
        this.bandDots[cell] = Math.max(this.bandDots[cell] ?? 0, dots);
      }
    }
  }

  /** A straight line with both its ends. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++)
      this.dot(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps));
  }

  private dot(x: number, y: number): void {
    const cell = this.rowOf(y) * this.columns + Math.floor(x / this.across);
    const bit = this.ascii ? 1 : (BRAILLE[y % this.down]?.[x % this.across] ?? 0);
    this.lineDots[cell] = (this.lineDots[cell] ?? 0) | bit;
  }

  /** The cells of a row, those of one style together. */
  row(row: number): Span[] {
    const spans: [string, "line" | "dim"][] = [];
    for (let column = 0; column < this.columns; column++) {
      const cell = row * this.columns + column;
      const bits = this.lineDots[cell] ?? 0;
      const isShaded = (this.bandDots[cell] ?? 0) * 2 >= this.down;
      const text = bits > 0 ? (this.ascii ? "*" : String.fromCharCode(0x2800 + bits)) : isShaded ? "░" : " ";
      const style = bits > 0 ? "line" : "dim";
      const last = spans.at(-1);
      if (last && (last[1] === style || text === " ")) last[0] += text;
      else spans.push([text, style]);
    }
    return spans;
  }
}
