// Pages by their address, as tests read them.

import { expect } from "bun:test";
import { handle } from "../../src/page/handle.ts";
import type { Overview } from "../../src/page/model.ts";
import { sourceOf } from "./source.ts";

/** The page at an address; that nothing was logged is checked too. */
export async function body(overview: Overview, path: string, status = 200): Promise<string> {
  const problems: string[] = [];
  const response = await handle(new Request(`http://localhost${path}`), sourceOf(overview), {
    log: (line) => problems.push(line),
  });
  expect(problems).toEqual([]);
  expect(response.status).toBe(status);
  return response.text();
}

/** The text that a person reads: no tags, one space between words. */
export function words(page: string): string {
  const main = /<main.*<\/main>/s.exec(page)?.[0] ?? "";
  return main
    .replaceAll("<wbr>", "")
    .replace(/<svg.*?<\/svg>/gs, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replace(/\s+/g, " ");
}
