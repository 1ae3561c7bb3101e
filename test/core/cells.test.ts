import { expect, test } from "bun:test";
import { cellsOf } from "../../src/core/cells.ts";

test.each<[string, number]>([
  ["", 0],
  ["cpu_load", 8],
  ["größe", 5],
  ["日本語", 6],
  ["한국어", 6],
  ["ｗｗｗ１，", 10],
  ["e\u0301", 1],
  ["a\u200bb", 2],
  ["😀", 2],
  ["→…–", 3],
])("%p takes %d cells, as the runtime counts", (text, cells) => {
  expect(cellsOf(text)).toBe(cells);
  expect(Bun.stringWidth(text)).toBe(cells);
});
