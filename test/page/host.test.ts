// A host's page: small graphs and rules of its client, and the page without them.

import { expect, test } from "bun:test";
import { handle } from "../../src/page/handle.ts";
import { type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { body, words } from "./answers.ts";
import { troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const source = sourceOf(troubled());

async function pageFrom(from: Partial<PageSource>, path = "/host/mars"): Promise<string> {
  const response = await handle(new Request(`http://localhost${path}`), { ...source, ...from });
  expect(response.status).toBe(200);
  return response.text();
}

test("each item has the graph of its last day, in one question to its client", async () => {
  const asked: (readonly string[])[] = [];
  const page = await pageFrom({
    histories: (host, items, past, points) => {
      asked.push(items);
      return source.histories(host, items, past, points);
    },
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain("cpu_usage");
  expect(page.match(/<svg class="small-graph"/g)?.length).toBe(asked[0]?.length ?? 0);
  expect(page).toMatch(/aria-label="root_usage, the last day: from [\d.]+ % to [\d.]+ %"/);
});

test("by which rules items have their levels, with their places", async () => {
  const text = words(await body(troubled(), "/host/mars"));
  expect(text).toContain("1 of 20 items have rules");
  expect(text).toContain("root_usage soso >80% (work.conf:41) sick >90% until <85% (work.conf:41)");
  expect(text).toContain("The others are fine whatever their value");
});

test("a client that cannot be asked: the page says so and has all that the server knows", async () => {
  const down = () =>
    Promise.reject(new SourceUnavailable("the client of mars cannot be asked: it refused the connection"));
  const text = words(await pageFrom({ histories: down, rules: down }));
  expect(text).toContain(
    "Small graphs and rules cannot be had now: the client of mars cannot be asked: it refused the connection.",
  );
  expect(text).toContain("97.8 %");
});

test("one that does not answer is not waited for longer than nobody notices", async () => {
  const never = (_: unknown, ...rest: unknown[]) =>
    new Promise<never>((_resolve, reject) => {
      const signal = rest.at(-1) as AbortSignal;
      signal.addEventListener("abort", () => reject(new SourceUnavailable("given up")));
    });
  const text = words(await pageFrom({ histories: never, rules: never }));
  expect(text).toContain("Small graphs and rules cannot be had now: the client did not answer within 800 ms.");
});

test("one that is silent is not asked", async () => {
  const never = () => Promise.reject(new Error("it was asked"));
  expect(await pageFrom({ histories: never, rules: never }, "/host/backup")).toContain("No report for 47m");
});

test.each(["/host/mars", "/graph/mars/root_usage"])(
  "%s while the server is away: what is known, not an error",
  async (path) => {
    const away = () => Promise.reject(new SourceUnavailable("the server cannot be asked"));
    const page = words(await pageFrom({ events: away, histories: away, rules: away }, path));
    expect(page).toContain("root_usage");
    expect(page).toContain("sick → critical"); // by what the mirror has
  },
);
