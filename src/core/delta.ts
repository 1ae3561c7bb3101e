// What became of a text, line by line: for a page that a browser has, and of which little changed. Pure.

/** The new text: stretches of lines of the old one, [from, how many], and lines that it did not have. */
export type Delta = (readonly [from: number, count: number] | string)[];

/** How to make `after` of `before`. Lines that moved are not sent again. O(lines). */
export function deltaOf(before: readonly string[], after: readonly string[]): Delta {
  const places = new Map<string, number>();
  for (let i = before.length - 1; i >= 0; i--) places.set(before[i] ?? "", i);
  const delta: ([number, number] | string)[] = [];
  let run: [number, number] | undefined;
  for (const line of after) {
    // Going on where the last line stood is best: a line such as `</tr>` is at many places.
    if (run && before[run[0] + run[1]] === line) {
      run[1]++;
      continue;
    }
    const from = places.get(line);
    run = from === undefined ? undefined : [from, 1];
    delta.push(run ?? line);
  }
  return delta;
}

/** The new text of the old one; undefined where the two do not belong together. */
export function applyDelta(before: readonly string[], delta: Delta): string[] | undefined {
  const after: string[] = [];
  for (const part of delta) {
    if (typeof part === "string") {
      after.push(part);
      continue;
    }
    const [from, count] = part;
    if (from < 0 || from + count > before.length) return undefined;
    for (let i = from; i < from + count; i++) after.push(before[i] ?? "");
  }
  return after;
}
