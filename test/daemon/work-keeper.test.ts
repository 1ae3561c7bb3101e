import { afterEach, describe, expect, test } from "bun:test";
import { readWorks, WorkKeeper, type WorkRead } from "../../src/daemon/work-keeper.ts";
import { type WorkText, wireSource } from "../../src/daemon/work-source.ts";
import { PeerError } from "../../src/wire/ask.ts";
import { DialError } from "../../src/wire/dial.ts";
import { formatWork, type WorkKind } from "../../src/work/works.ts";
import { workOf } from "../client/fixture.ts";
import { HOSTS, works } from "../work/fixture.ts";

const made = works(`${HOSTS}get * uptime\n`);
const GOOD: Record<WorkKind, string> = {
  client: formatWork(workOf({})),
  server: formatWork(made.server),
  pmaker: formatWork(made.pmaker),
};
const BAD = "{ broken";
/** Long enough that no test sees a turn of the keeper's own. */
const NEVER_S = 1e6;

/** A keeper whose files are in memory, and what it did with them. */
function world(isServer: boolean, kept: Partial<Record<WorkKind, WorkText>> = {}) {
  const files: Partial<Record<WorkKind, WorkText>> = {};
  for (const kind of ["client", "server", "pmaker"] as const) files[kind] = { text: GOOD[kind], lm: 5 };
  const taken: WorkRead[] = [];
  const said: string[] = [];
  let away = false;
  const find = (kind: WorkKind) => {
    if (away) throw new DialError("away");
    const found = files[kind];
    if (!found) throw new Error(`no ${kind} work`);
    return found;
  };
  const keeper = new WorkKeeper({
    hostname: "mars.example.org",
    isServer,
    source: {
      lm: async (kind) => find(kind).lm,
      fetch: async (kind) => find(kind),
      kept: (kind) => kept[kind],
    },
    ival_s: () => NEVER_S,
    take: async (read) => void taken.push(read),
    log: { quiet: (text) => void said.push(text) },
  });
  keepers.push(keeper);
  const times = () => taken.map(({ client, server, pmaker }) => [client.lm, server?.lm, pmaker?.lm]);
  const go = (isAway: boolean) => {
    away = isAway;
  };
  return { files, keeper, times, said, go };
}

const keepers: WorkKeeper[] = [];
afterEach(() => {
  for (const keeper of keepers.splice(0)) keeper.stop();
});
/** What the server says of the time of its work is a reason to look. */
const look = (keeper: WorkKeeper) => keeper.noticed(1);

describe("a start", () => {
  test("takes all work of the host", async () => {
    const { keeper, times } = world(true);
    await keeper.begin();
    expect(times()).toEqual([[5, 5, 5]]);
    expect([keeper.trouble, keeper.time]).toEqual([undefined, 5]);
  });

  test("of a client whose work does not read goes on with the last good copy, and says why", async () => {
    const { files, keeper, times } = world(false, { client: { text: GOOD.client, lm: 4 } });
    files.client = { text: BAD, lm: 6 };
    await keeper.begin();
    expect(times()).toEqual([[4, undefined, 5]]);
    expect(keeper.trouble).toContain("the client's work-file does not read");
    await look(keeper);
    expect(keeper.trouble).toContain("the client's work-file does not read");
    files.client = { text: GOOD.client, lm: 7 };
    await look(keeper);
    expect(times()).toEqual([
      [4, undefined, 5],
      [7, undefined, 5],
    ]);
    expect(keeper.trouble).toBeUndefined();
  });

  test("of a client without a copy that reads waits for work", async () => {
    const { files, keeper, times, said } = world(false, { client: { text: BAD, lm: 4 } });
    files.client = { text: BAD, lm: 6 };
    await keeper.begin();
    expect([times(), keeper.time]).toEqual([[], -1]);
    expect(said[0]).toContain("no work yet: the client's work-file does not read");
    files.client = { text: GOOD.client, lm: 7 };
    await look(keeper);
    expect(times()).toEqual([[7, undefined, 5]]);
  });

  test("of a server whose own work does not read fails", async () => {
    const { files, keeper } = world(true);
    files.server = { text: BAD, lm: 6 };
    expect(keeper.begin()).rejects.toThrow("the server's work-file does not read");
  });

  for (const [name, file] of [
    ["does not read", { text: BAD, lm: 6 }],
    ["is missing", undefined],
  ] as const) {
    test(`measures without pages when their work ${name}, says so, and makes them when it is there`, async () => {
      const { files, keeper, times, said } = world(true);
      files.pmaker = file;
      await keeper.begin();
      expect(times()).toEqual([[5, 5, undefined]]);
      expect(keeper.trouble).toMatch(/pmaker/);
      expect(said[0]).toContain("there are no pages: ");
      await look(keeper);
      expect(keeper.trouble).toMatch(/pmaker/);
      files.pmaker = { text: GOOD.pmaker, lm: 7 };
      await look(keeper);
      expect(times()).toEqual([
        [5, 5, undefined],
        [5, 5, 7],
      ]);
      expect(keeper.trouble).toBeUndefined();
    });
  }

  test("of a client that the server does not know says so once, and what to do", async () => {
    const said: string[] = [];
    const served = { host: "db9.example.org", server: "mars.example.org" };
    const refuse = () => Promise.reject(new PeerError("192.0.2.9 is not known here"));
    const source = wireSource(refuse, served, (kind) => `/nonexistent/${kind}`);
    const keeper = new WorkKeeper({
      hostname: "db9.example.org",
      isServer: false,
      source,
      ival_s: () => NEVER_S,
      take: () => Promise.resolve(),
      log: { quiet: (text) => void said.push(text) },
    });
    keepers.push(keeper);
    await keeper.begin();
    await look(keeper);
    await look(keeper);
    const advice =
      "on the server mars.example.org, add to its work-config: host db9.example.org TAG, and run: dmon mk-work -f";
    const message = `192.0.2.9 is not known here; ${advice}`;
    expect(said).toEqual([`no work yet: ${message}`]);
    expect(keeper.read()).rejects.toThrow(message); // what a reload answers
    expect(keeper.trouble).toBe(message); // what the item dmon_work says
  });

  test("also when the server was away at first", async () => {
    const { files, keeper, times, go } = world(false);
    files.pmaker = { text: BAD, lm: 5 };
    go(true);
    await keeper.begin();
    expect([times(), keeper.trouble]).toEqual([[], undefined]);
    go(false);
    await look(keeper);
    expect(times()).toEqual([[5, undefined, undefined]]);
    expect(keeper.trouble).toContain("the pmaker's work-file does not read");
  });
});

describe("other work", () => {
  test.each<[string, WorkKind, number]>([
    ["newer", "client", 6],
    ["newer", "server", 6],
    ["newer", "pmaker", 6],
    ["older, which was put back", "client", 4],
    ["older, which was put back", "server", 4],
    ["older, which was put back", "pmaker", 4],
  ])("that is %s is taken: the %s's", async (_, kind, lm) => {
    const { files, keeper, times } = world(true);
    await keeper.begin();
    files[kind] = { text: GOOD[kind], lm };
    await look(keeper);
    expect(times()).toHaveLength(2);
    await look(keeper);
    expect(times()).toHaveLength(2);
  });

  test.each<WorkKind>(["client", "server", "pmaker"])("of the %s that does not read is refused", async (kind) => {
    const { files, keeper, times, said } = world(true);
    await keeper.begin();
    files[kind] = { text: BAD, lm: 6 };
    expect(keeper.read()).rejects.toThrow(`the ${kind}'s work-file does not read`);
    await look(keeper);
    expect(times()).toHaveLength(1);
    expect(keeper.trouble).toContain(`the ${kind}'s work-file does not read`);
    expect(said.at(-1)).toContain("the old one stays");
    files[kind] = { text: GOOD[kind], lm: 5 };
    await look(keeper);
    expect([times().length, keeper.trouble]).toEqual([1, undefined]);
  });

  test("that does not read is logged once, and again when another file does not", async () => {
    const { files, keeper, said } = world(true);
    await keeper.begin();
    files.client = { text: BAD, lm: 6 };
    await look(keeper);
    await look(keeper);
    expect(said).toHaveLength(1);
    files.client = { text: BAD, lm: 7 };
    await look(keeper);
    await look(keeper);
    expect(said).toHaveLength(2);
    files.client = { text: GOOD.client, lm: 5 };
    await look(keeper);
    files.client = { text: BAD, lm: 7 };
    await look(keeper);
    expect(said).toHaveLength(3);
  });

  test("is not looked for where there are no pages any more", async () => {
    const { files, keeper, times } = world(false);
    await keeper.begin();
    delete files.pmaker;
    files.client = { text: formatWork(workOf({}, { pmaker: false })), lm: 6 };
    await look(keeper);
    await look(keeper);
    expect(times()).toEqual([
      [5, undefined, 5],
      [6, undefined, undefined],
    ]);
    expect(keeper.trouble).toBeUndefined();
  });

  test("is no trouble while the server is away", async () => {
    const { keeper, go } = world(false);
    await keeper.begin();
    go(true);
    await look(keeper);
    expect(keeper.trouble).toBeUndefined();
  });
});

test("server's and client's work are of one making, also when a mk-work comes in between", async () => {
  let making = 1;
  const source = {
    lm: async () => making,
    fetch: async (kind: WorkKind) => {
      const read = { text: GOOD[kind], lm: making };
      if (kind === "server" && making === 1) making = 2;
      return read;
    },
  };
  const { server: read, client } = await readWorks(source, true);
  expect([read?.lm, client.lm]).toEqual([2, 2]);
});
