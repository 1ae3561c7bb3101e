import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { readWork, wireSource } from "../../src/daemon/work-source.ts";
import { PeerError } from "../../src/wire/ask.ts";
import { DialError } from "../../src/wire/dial.ts";
import { formatWork } from "../../src/work/works.ts";
import { workOf } from "../client/fixture.ts";

const GOOD = formatWork(workOf({}));

/** A server that answers as it is told, and a cache below a directory. */
function world(cacheDir: string) {
  const server: { answer: () => Record<string, unknown> } = { answer: () => ({ data: GOOD, lm: 5 }) };
  const source = wireSource(
    async () => server.answer(),
    { host: "venus.example.org", server: "mars.example.org" },
    (kind) => `${cacheDir}/${kind}.json`,
  );
  return { server, source };
}

function withDirectory(use: (dir: string) => Promise<void>) {
  return async () => {
    const dir = mkdtempSync(`${tmpdir()}/dmon-work-`);
    await use(dir).finally(() => rmSync(dir, { recursive: true }));
  };
}

describe("what is to be done on the server is said with its name", () => {
  const add =
    "on the server mars.example.org, add to its work-config: host venus.example.org TAG, and run: dmon mk-work -f";
  test.each<[string, string]>([
    ["192.0.2.9 is not known here", `192.0.2.9 is not known here; ${add}`],
    ["192.0.2.9 may not read the work of venus", `192.0.2.9 may not read the work of venus; ${add}`],
    ["WORK is for localhost and client only, not for 192.0.2.9", `only, not for 192.0.2.9; ${add}`],
    ['no host is called "venus.example.org"', `no host is called "venus.example.org"; ${add}`],
    ["there is no client work for venus; run mk-work on the server", "run mk-work on the server"],
    ["too many connections; try again later", "too many connections; try again later"],
  ])("where it refuses: %s", async (refusal, wanted) => {
    const { server, source } = world("/nonexistent");
    server.answer = () => {
      throw new PeerError(refusal);
    };
    for (const look of [source.lm("client"), source.fetch("client"), readWork(source, "client")]) {
      const error = await look.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(PeerError);
      expect((error as Error).message).toEndWith(wanted);
    }
  });

  test("where a work-file does not read", async () => {
    const { server, source } = world("/nonexistent");
    server.answer = () => ({ data: "{", lm: 6 });
    const wanted = "make it anew on the server mars.example.org with: dmon mk-work -f";
    expect(readWork(source, "client")).rejects.toThrow(wanted);
    const { madeOn: _madeOn, ...own } = source;
    expect(readWork(own, "client")).rejects.toThrow("make it anew with: dmon mk-work -f");
  });
});

describe("work from the server", () => {
  test(
    "is kept for the day when the server is away",
    withDirectory(async (dir) => {
      const { server, source } = world(dir);
      await source.fetch("client");
      server.answer = () => {
        throw new DialError("away");
      };
      expect(await source.fetch("client")).toEqual({ text: GOOD, lm: 5 });
    }),
  );

  test(
    "that is no more is not replaced by what it was",
    withDirectory(async (dir) => {
      const { server, source } = world(dir);
      await source.fetch("client");
      server.answer = () => {
        throw new PeerError("there is no client work for mars");
      };
      expect(source.fetch("client")).rejects.toThrow("there is no client work");
    }),
  );

  test(
    "that does not read is the reader's to refuse, and the copy stays the good one",
    withDirectory(async (dir) => {
      const { server, source } = world(dir);
      await source.fetch("client");
      server.answer = () => ({ data: "{", lm: 6 });
      expect(await source.fetch("client")).toEqual({ text: "{", lm: 6 });
      server.answer = () => {
        throw new DialError("away");
      };
      expect((await source.fetch("client")).lm).toBe(5);
      expect(source.kept?.("client")).toEqual({ text: GOOD, lm: 5 });
    }),
  );

  test(
    "is taken also where no copy can be kept",
    withDirectory(async (dir) => {
      writeFileSync(`${dir}/file`, "");
      const { source } = world(`${dir}/file/below`);
      expect(await source.fetch("client")).toEqual({ text: GOOD, lm: 5 });
    }),
  );
});
