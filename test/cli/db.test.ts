import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { MOMENT_FORM } from "../../src/core/moment.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { ServerStore } from "../../src/store/server-store.ts";
import { lacksRoot } from "../skips.ts";
import { copyDatabase, garble, ITEMS, makeDatabase, misname, PAGE, pagesIn, readingsOf, UPS } from "../store/damage.ts";
import { eventOf, HOST, JUDGEMENT, START, TIERS } from "../store/fixture.ts";
import { capture } from "./said.ts";

setDefaultTimeout(30_000); // three days of minutes are made first, on a machine that may be busy

const template = mkdtempSync(`${tmpdir()}/dmon-db-template-`);
const made = makeDatabase(template);
process.on("exit", () => rmSync(template, { recursive: true, force: true }));

const { said, run, forget } = capture((text) => text.replaceAll(dir(), "DIR"));
let here = "";
function dir(): string {
  return here || "no directory";
}
const file = () => `${here}/var/data.lite`;
const dmon = (...words: string[]) => {
  forget();
  return run(["-c", `${here}/dmon.conf`, "db", ...words]);
};

beforeEach(() => {
  here = mkdtempSync(`${tmpdir()}/dmon-db-`);
  mkdirSync(`${here}/var`);
  const keys = {
    server: "mars.example.org",
    hostname: "mars.example.org",
    vardir: "var",
    logdir: "log",
    rundir: "run",
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key} ${key.endsWith("dir") ? `${here}/` : ""}${value}\n`);
  writeFileSync(`${here}/dmon.conf`, lines.join(""));
  copyDatabase(made.file, file());
});
afterEach(() => rmSync(here, { recursive: true }));

/** What stands in a directory, with its bytes. */
const content = () =>
  readdirSync(`${here}/var`).map((name) => [name, Bun.hash(readFileSync(`${here}/var/${name}`)).toString()]);

function change(statement: string, ...values: (string | number | Uint8Array)[]): void {
  const db = new Database(file());
  db.run(statement, values);
  db.close();
}

describe("check", () => {
  test("tells what there is, and that it is right", async () => {
    const before = content();
    expect(await dmon("check")).toBe(0);
    expect(said.err).toBe("");
    expect(said.out).toMatch(
      /^DIR\/var\/data\.lite: \d+ KiB in \d+ pages, \d+ free, schema 1\n2 hosts, 12 items, 15 series\nrows of +how many +from +to +values +bytes\/value\n1m +\d+ +\d{4}-.* +\d+\.\d\n10m .*\n1h .*\n4h .*\n[\d,]+ rows, [\d,]+ values, .* bytes of the file each\n4,320 changes of level, 2\d\d of text; 13 levels; 40 events for the server\nok\n$/,
    );
    expect(content()).toEqual(before); // and it writes nothing
  });

  test("as JSON, with the rows that there are", async () => {
    expect(await dmon("check", "--json")).toBe(0);
    const [checked] = JSON.parse(said.out);
    expect(checked).toMatchObject({ kind: "client", ok: true, hosts: 2, items: 12, waiting_events: 40, wrong: [] });
    const rows = checked.tiers.reduce((sum: number, tier: { rows: number }) => sum + tier.rows, 0);
    const store = new ClientStore(file(), TIERS);
    expect(rows).toBe(store.history.rowCount());
    store.close();
  });

  test("while a daemon writes: it sees what is in the log, and does not hold it up", async () => {
    const store = new ClientStore(file(), TIERS);
    const tick = (i: number) =>
      store.tick([{ host: HOST, time_s: made.end_s + i * 60, values: new Map([["new", i]]), events: [] }], made.end_s);
    tick(1);
    expect(await dmon("check", "--json")).toBe(0);
    expect(JSON.parse(said.out)[0]).toMatchObject({ items: 13, log_bytes: expect.any(Number) });
    tick(2);
    store.close();
    expect(readdirSync(`${here}/var`)).toEqual(["data.lite"]);
  });

  test("the server's too, where there is one", async () => {
    const store = new ServerStore(`${here}/var/server.lite`);
    store.addEvents(
      [1, 2, 3].map((n) => ({ event: eventOf(n), at: START + n })),
      START,
      JUDGEMENT,
    );
    store.keepReports([{ host: HOST, received: START, about: "{}", state: "{}" }]);
    store.close();
    expect(await dmon("check")).toBe(1);
    expect(said.out).toMatch(
      /server\.lite: .*\n3 events from .* to .*, the last reports of 1 host\nwrong: report of mars\.example\.org: host: /,
    );
    expect(await dmon("check", "--json")).toBe(1);
    expect(JSON.parse(said.out).map(({ kind, ok }: { kind: string; ok: boolean }) => [kind, ok])).toEqual([
      ["client", true],
      ["server", false],
    ]);
  });

  test.each<[string, string, (string | number | Uint8Array)[], RegExp]>([
    [
      "a row that does not read",
      "UPDATE stretch SET data = x'0011223344' WHERE rowid = (SELECT max(rowid) FROM stretch)",
      [],
      /wrong: stretch of \d+ s at 2026-11-\S+ of \S+: (too short|not as it was written)/,
    ],
    [
      "a row out of place",
      "UPDATE bucket SET time = time + 1 WHERE rowid = (SELECT max(rowid) FROM bucket)",
      [],
      /wrong: row of \d+ s at .*: does not begin where such a one does/,
    ],
    [
      "a wrong count",
      "UPDATE stretch SET filled = 7 WHERE rowid = (SELECT max(rowid) FROM stretch)",
      [],
      /wrong: stretch .*: has \d+ rows, and 7 are noted/,
    ],
    [
      "a row without its host",
      "UPDATE bucket SET host = 9 WHERE rowid = (SELECT max(rowid) FROM bucket)",
      [],
      /wrong: row of \d+ s at .* of host 9: there is no host of that number/,
    ],
    [
      "a row without its tier",
      "UPDATE bucket SET tier = 61 WHERE rowid = (SELECT max(rowid) FROM bucket)",
      [],
      /wrong: row of 61 s .*: there is no such tier/,
    ],
    [
      "a row that should be gone",
      "UPDATE tier SET dropped = 1893456000 WHERE bucket = 60",
      [],
      /wrong: row of 60 s .*: is older than what is kept/,
    ],
    [
      "an event that is none",
      "UPDATE outbox SET event = '{' WHERE seq = 2",
      [],
      /wrong: event 2 that waits for the server is none/,
    ],
  ])("finds %s", async (_, statement, values, wanted) => {
    change(statement, ...values);
    expect(await dmon("check")).toBe(1);
    expect(said.out).toMatch(wanted);
    expect(said.out).toEndWith(
      "Nothing is to be done: such rows are left out, and go when they are old. If there are more each day, the disk is to blame.\n",
    );
  });

  test("rows of a wrong clock are noted, and no fault", async () => {
    change("UPDATE bucket SET time = 4102444800 WHERE rowid = (SELECT max(rowid) FROM bucket WHERE tier = 60)");
    expect(await dmon("check")).toBe(0);
    expect(said.out).toContain("note: 1 rows or stretches are ahead of the clock");
  });

  test.each<[string, () => void, RegExp]>([
    [
      "pages",
      () => garble(file(), [pagesIn(file()) - 1, pagesIn(file())]),
      /^DIR\/var\/data\.lite: \d+ KiB in .*\n(damaged: .*\n)+dmon stop; dmon db rescue; dmon start: saves/,
    ],
    [
      "the header",
      () => garble(file(), [1]),
      /^DIR\/var\/data\.lite: cannot be read\ndamaged: is damaged or no database\ndmon stop; dmon db rescue;/,
    ],
  ])("says what to do when %s are damaged", async (_, damage, wanted) => {
    damage();
    expect(await dmon("check")).toBe(1);
    expect(said.out).toMatch(wanted);
    expect(await dmon("check", "--json")).toBe(1);
    expect(JSON.parse(said.out)[0]).toMatchObject({ ok: false, damage: expect.any(Array) });
  });

  test("finds a table that is not as dmon makes it, and a version that is lost", async () => {
    change("ALTER TABLE tier RENAME COLUMN also TO alsn");
    expect(await dmon("check")).toBe(1);
    expect(said.out).toMatch(
      /\ndamaged: table tier is not as dmon makes it\ndmon stop; dmon db rescue; dmon start: saves/,
    );
    change("ALTER TABLE tier RENAME COLUMN alsn TO also");
    change("PRAGMA user_version = 0");
    expect(await dmon("check")).toBe(1);
    expect(said.out).toContain("\ndamaged: is no database of dmon, or has lost its version\n");
  });

  test("does not know one of a newer dmon", async () => {
    change("PRAGMA user_version = 2");
    const before = content();
    expect(await dmon("check")).toBe(1);
    expect(said.out).toMatch(
      /, schema 2\nit is of a newer dmon: this one knows schemas up to 1; check it with that one\n$/,
    );
    expect(await dmon("check", "--json")).toBe(1);
    expect(JSON.parse(said.out)[0]).toMatchObject({ ok: false, newer_than: 1, damage: [] });
    expect(content()).toEqual(before);
  });

  test("a file that is named: a backup", async () => {
    copyFileSync(file(), `${here}/copy`);
    expect(await dmon("check", `${here}/copy`)).toBe(0);
    expect(said.out).toStartWith("DIR/copy: ");
    garble(`${here}/copy`, [pagesIn(`${here}/copy`)]);
    expect(await dmon("check", `${here}/copy`)).toBe(1);
    expect(said.out).toEndWith(
      "\nTake another copy. Where there is none: dmon stop; put this one in the place of DIR/var/data.lite; dmon db rescue; dmon start\n",
    );
    writeFileSync(`${here}/text`, "no database".repeat(1000));
    expect(await dmon("check", `${here}/text`)).toBe(1);
    const db = new Database(`${here}/other`);
    db.run("CREATE TABLE t (x)");
    db.close();
    expect(await dmon("check", `${here}/other`)).toBe(1);
    expect(said.err).toBe("[error] dmon: DIR/other: is no database of dmon\n");
  });
});

describe("what is wrong is one line", () => {
  test.each<[string[], number, string]>([
    [
      [],
      2,
      "too few words; usage: dmon db [--json] [--server] [--force] [--host HOST] [--from TIME] [--to TIME] [--tier SIZE] [--changes] [--csv] check|backup|export|rescue …",
    ],
    [["chek"], 2, 'dmon db has no "chek"; did you mean "check"?'],
    [["check", "a", "b"], 2, '"b" is too much; usage: dmon db check [FILE]'],
    [["backup"], 2, "too few words; usage: dmon db backup FILE"],
    [["check", "--force"], 2, "--force goes with dmon db backup or rescue, not with check"],
    [["backup", "x", "--json"], 2, "--json goes with dmon db check or export, not with backup"],
    [["export", "--json", "--csv"], 2, "--csv and --json are two formats; give one"],
    [["export", "--changes", "--tier", "1m"], 2, "--tier is about rows; leave out --changes"],
    [["export", "--tier", "5m"], 2, '--tier "5m": the history has no rows of that size; give 1m, 10m, 1h, 4h, all'],
    [["export", "--from", "soon"], 2, `--from "soon" is no time; give ${MOMENT_FORM}`],
    [["export", "--from", "now", "--to", "-1h"], 2, '--from "now" is not before --to "-1h"'],
    [["export", "itme0"], 2, 'the history has no item "itme0"; did you mean "item0"?'],
    [["export", "--host", "venus"], 2, `the history has no host "venus"; there are ${HOST}, ${UPS}`],
    [["check", "/nonexistent"], 1, "/nonexistent: no such file"],
    [["check", "/tmp"], 1, "/tmp: is no file"],
  ])("dmon db %j", async (words, code, error) => {
    expect(await dmon(...words)).toBe(code);
    expect(said).toEqual({ out: "", err: `[error] dmon: ${error}\n` });
  });

  test.each([[["check"]], [["export"]], [["backup", "copy"]], [["rescue"]]])(
    "dmon db %j without a database",
    async (words) => {
      rmSync(file());
      expect(await dmon(...words)).toBe(1);
      expect(said.err).toBe(
        "[error] dmon: DIR/var/data.lite: no such file; dmon has not run here yet, or it has another vardir: -c FILE\n",
      );
    },
  );

  test.skipIf(lacksRoot("becoming nobody"))("dmon db check without the right to read", async () => {
    chmodSync(here, 0o755);
    chmodSync(`${here}/var`, 0o755);
    chmodSync(file(), 0o600);
    process.seteuid?.(65_534);
    try {
      expect(await dmon("check")).toBe(1);
    } finally {
      process.seteuid?.(0);
    }
    expect(said.err).toBe("[error] dmon: DIR/var/data.lite: permission denied; root may read it\n");
  });
});

describe("backup", () => {
  const copy = () => `${here}/copy.lite`;
  const tables = ["host", "item", "series", "bucket", "stretch", "tier", "horizon", "level_change", "outbox", "level"];
  const rows = (path: string) => {
    const db = new Database(path, { readonly: true });
    const all = tables.map((table) => db.query(`SELECT * FROM ${table}`).values());
    db.close();
    return all;
  };

  test("has all that there is, also what is still in the log of a daemon that runs", async () => {
    const store = new ClientStore(file(), TIERS);
    store.tick([{ host: HOST, time_s: made.end_s + 60, values: new Map([["new", 1]]), events: [] }], made.end_s + 60);
    expect(await dmon("backup", copy())).toBe(0);
    expect(said.out).toMatch(/^DIR\/var\/data\.lite -> DIR\/copy\.lite: \d+ KiB, [\d,]+ records\n$/);
    expect(rows(copy())).toEqual(rows(file()));
    expect(statSync(copy()).mode).toBe(statSync(file()).mode);
    store.close();
    expect(readdirSync(here).sort()).toEqual(["copy.lite", "dmon.conf", "var"]);
    expect(await dmon("check", copy())).toBe(0);
  });

  test("is the database again when it is put in its place: history, levels, changes and events", async () => {
    const look = (path: string) => {
      const store = new ClientStore(path, TIERS);
      const query = { host: HOST, items: ITEMS, from_s: START, to_s: made.end_s + 60, bucket_s: 600 };
      const all = [
        [...store.history.query(query)],
        store.levels(),
        store.outbox.first(100),
        store.history.changesOf(query, 50),
      ];
      store.tick(
        [{ host: HOST, time_s: made.end_s + 60, values: new Map([["item0", 1]]), events: [] }],
        made.end_s + 60,
      );
      store.close();
      return all;
    };
    expect(await dmon("backup", copy())).toBe(0);
    const before = look(file());
    rmSync(file());
    copyFileSync(copy(), file());
    expect(look(file())).toEqual(before);
    expect(await dmon("check")).toBe(0);
  });

  test("of the server", async () => {
    const store = new ServerStore(`${here}/var/server.lite`);
    store.addEvents([{ event: eventOf(1), at: START }], START, JUDGEMENT);
    expect(await dmon("backup", copy(), "--server")).toBe(0);
    store.close();
    expect(await dmon("check", copy())).toBe(0);
    expect(said.out).toContain("1 event from ");
  });

  test("replaces nothing unless it is forced to", async () => {
    writeFileSync(copy(), "something else");
    expect(await dmon("backup", copy())).toBe(1);
    expect(said.err).toBe("[error] dmon: DIR/copy.lite: is already there; --force replaces it\n");
    expect(readFileSync(copy(), "utf8")).toBe("something else");
    expect(await dmon("backup", copy(), "--force")).toBe(0);
    expect(await dmon("backup", copy(), "--force")).toBe(0);
    expect(rows(copy())).toEqual(rows(file()));
  });

  test.each<[string, () => string, string]>([
    ["a directory", () => here, "DIR: is a directory; name a file in it: DIR/data.lite"],
    ["no directory", () => `${here}/none/copy`, "DIR/none/copy: there is no directory DIR/none"],
    ["no file", () => "/dev/null", "/dev/null: is no file"],
    ["the database itself", file, "DIR/var/data.lite: belongs to dmon's own DIR/var/data.lite; name another file"],
    [
      "its log",
      () => `${file()}-wal`,
      "DIR/var/data.lite-wal: belongs to dmon's own DIR/var/data.lite; name another file",
    ],
    [
      "the server's",
      () => file().replace("data", "server"),
      "DIR/var/server.lite: belongs to dmon's own DIR/var/server.lite; name another file",
    ],
  ])("to what is %s", async (_, to, error) => {
    const before = content();
    expect(await dmon("backup", to(), "--force")).toBe(1);
    expect(said.err).toBe(`[error] dmon: ${error}\n`);
    expect(content()).toEqual(before);
  });

  test("of a damaged database: says so, and leaves nothing", async () => {
    garble(file(), [pagesIn(file()) - 1, pagesIn(file())]);
    expect(await dmon("backup", copy())).toBe(1);
    expect(said.err).toBe(
      "[error] dmon: DIR/var/data.lite: is damaged; dmon db check tells more, dmon db rescue saves what can be read\n",
    );
    expect(readdirSync(here).sort()).toEqual(["dmon.conf", "var"]);
  });

  test("of one with a damaged index, too: its pages would be copied as they are", async () => {
    misname(file(), "item", "item2", "item3");
    expect(await dmon("backup", copy())).toBe(1);
    expect(said.err).toContain("DIR/var/data.lite: is damaged; dmon db check tells more");
    expect(readdirSync(here).sort()).toEqual(["dmon.conf", "var"]);
  });

  test("takes away what a killed one has left, and nothing else", async () => {
    const { pid } = Bun.spawnSync(["true"]);
    for (const name of [`copy.lite.${pid}.new`, `copy.lite.${pid}.new-journal`, `copy.lite.1.new`, "copy.lite.old"])
      writeFileSync(`${here}/${name}`, "");
    expect(await dmon("backup", copy())).toBe(0);
    expect(readdirSync(here).sort()).toEqual(["copy.lite", "copy.lite.1.new", "copy.lite.old", "dmon.conf", "var"]);
  });

  test.skipIf(lacksRoot("becoming nobody"))("without the right to write there", async () => {
    chmodSync(here, 0o755);
    chmodSync(`${here}/var`, 0o755);
    chmodSync(file(), 0o644);
    process.seteuid?.(65_534);
    try {
      expect(await dmon("backup", copy())).toBe(1);
    } finally {
      process.seteuid?.(0);
    }
    expect(said.err).toBe("[error] dmon: DIR/copy.lite: DIR cannot be written: permission denied\n");
  });

  test.skipIf(lacksRoot("mounting a small disk"))(
    "on a disk that is too small: says how much is needed, and leaves nothing",
    async () => {
      mkdirSync(`${here}/disk`);
      const mount = (...words: string[]) => expect(Bun.spawnSync(words).success).toBe(true);
      mount("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", `${here}/disk`);
      try {
        expect(await dmon("backup", `${here}/disk/copy`)).toBe(1);
        expect(said.err).toMatch(
          /^\[error\] dmon: DIR\/disk\/copy: needs 0\.\d MiB, and DIR\/disk has room for 0\.1 MiB\n$/,
        );
        expect(readdirSync(`${here}/disk`)).toEqual([]);
      } finally {
        mount("umount", `${here}/disk`);
      }
    },
  );
});

describe("export", () => {
  interface Row {
    host: string;
    item: string;
    bucket_s: number;
    time: string;
    avg: number;
    min: number;
    max: number;
    count: number;
  }
  const exported = async (...words: string[]): Promise<Row[]> => {
    expect(await dmon("export", "--json", ...words)).toBe(0);
    expect(said.err).toBe("");
    return said.out
      .trimEnd()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };

  test("each reading once, in the finest rows that there are, exact", async () => {
    const rows = await exported();
    for (const [host, items] of [
      [HOST, ITEMS],
      [UPS, ITEMS.slice(0, 3)],
    ] as const) {
      for (const [i, item] of items.entries()) {
        const own = rows.filter((row) => row.host === host && row.item === item);
        const readings = readingsOf(host, i, START, made.end_s + 60);
        expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(readings.length);
        expect(Math.max(...own.map(({ max }) => max))).toBe(Math.max(...readings));
        expect(own.map(({ time }) => time)).toEqual(own.map(({ time }) => time).toSorted());
        const last = own.at(-1);
        expect(last).toMatchObject({ bucket_s: 60, avg: readings.at(-1), count: 1 });
        expect(Date.parse(last?.time ?? "")).toBe(made.end_s * 1000);
      }
    }
    expect(new Set(rows.map(({ bucket_s }) => bucket_s))).toEqual(new Set(TIERS.map(({ bucket_s }) => bucket_s)));
  });

  /** What is given of a damaged file: the rest is said. */
  const damaged = async (): Promise<Row[]> => {
    expect(await dmon("export", "--json")).toBe(1);
    expect(said.err).toMatch(/^\[error\] dmon: DIR\/var\/data\.lite: is damaged \(.+\); what can be read is given\n/s);
    return said.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };

  test("with a damaged index no item has the values of another", async () => {
    const right = await exported();
    misname(file(), "item", "item2", "item3");
    expect(await damaged()).toEqual(right);
  });

  test("around pages that are damaged, which is said", async () => {
    const right = new Set((await exported()).map((row) => JSON.stringify(row)));
    const bytes = readFileSync(file());
    const whole = new Database(file(), { readonly: true });
    const [[data] = []] = whole.query("SELECT data FROM stretch WHERE tier = 3600 ORDER BY time LIMIT 1").values();
    whole.close();
    const pages = [Math.floor(bytes.indexOf(Buffer.from(data as Uint8Array).subarray(0, 30)) / PAGE) + 1];
    for (const page of pages) {
      copyDatabase(made.file, file());
      garble(file(), [page]);
      const rows = (await damaged()).map((row) => JSON.stringify(row));
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThan(right.size);
      expect(rows.filter((row) => !right.has(row))).toEqual([]);
      expect(said.err).toContain("in pages that are damaged; left out\n");
    }
  });

  test("as CSV", async () => {
    expect(await dmon("export", "item1", "--host", UPS, "--tier", "4h")).toBe(0);
    const [head, first = "", ...more] = said.out.trimEnd().split("\n");
    expect(head).toBe("host,item,bucket_s,time,avg,min,max,count");
    const readings = readingsOf(UPS, 1, START, START + 4 * 3600);
    const [host, item, size, time, avg, min, max, count] = first.split(",");
    expect([host, item, size, time, count]).toEqual([UPS, "item1", "14400", "2026-11-01T00:00:00Z", "240"]);
    expect([Number(min), Number(max)]).toEqual([Math.min(...readings), Math.max(...readings)]);
    expect(Number(avg)).toBeCloseTo(readings.reduce((sum, value) => sum + value, 0) / 240, 9);
    expect(more).toHaveLength(16);
  });

  test("of some items, hosts and times", async () => {
    const iso = (time_s: number) => new Date(time_s * 1000).toISOString().slice(0, 19).concat("Z");
    const [from, to] = [iso(made.end_s - 600), iso(made.end_s)];
    const rows = await exported("item1?", "!item10", "--host", HOST, "--from", from, "--to", to);
    expect(new Set(rows.map(({ item }) => item))).toEqual(new Set(["item11"]));
    expect(rows.map(({ time }) => time)).toEqual(Array.from({ length: 10 }, (_, i) => iso(made.end_s - 600 + i * 60)));
  });

  test("of one size, and of all", async () => {
    const one = await exported("item0", "--host", HOST, "--tier", "10m");
    expect(new Set(one.map(({ bucket_s }) => bucket_s))).toEqual(new Set([600]));
    const all = await exported("item0", "--host", HOST, "--tier", "all");
    expect(all.filter(({ bucket_s }) => bucket_s === 600)).toEqual(one);
    expect(all.length).toBeGreaterThan((await exported("item0", "--host", HOST)).length);
  });

  test("changes of level and of text", async () => {
    expect(await dmon("export", "--changes", "--from", String(made.end_s - 300))).toBe(0);
    const [head, ...lines] = said.out.trimEnd().split("\n");
    expect(head).toBe("host,item,time,kind,level,text");
    const kinds = lines.map((line) => line.split(",")).map(([host, item, , kind]) => [host, item, kind].join(" "));
    expect(kinds).toEqual([...Array(6).fill(`${HOST} item0 level`), ...Array(6).fill(`${UPS} item0 text`)]);
    expect(await dmon("export", "--changes", "--json", "--host", HOST)).toBe(0);
    const all = said.out.trimEnd().split("\n");
    expect(all).toHaveLength(4320); // over many pages, each once
    expect(new Set(all).size).toBe(4320);
    expect(JSON.parse(all[0] ?? "")).toEqual({
      host: HOST,
      item: "item0",
      time: "2026-11-01T00:00:00Z",
      kind: "level",
      level: "fine",
      text: "",
    });
  });

  test("what does not read is left out, and said", async () => {
    change("UPDATE stretch SET data = x'0011223344' WHERE rowid = (SELECT max(rowid) FROM stretch WHERE tier = 60)");
    expect(await dmon("export")).toBe(1);
    expect(said.err).toMatch(/^\[warning\] dmon: DIR\/var\/data\.lite: history of 60 s rows from \S+: .*; left out\n$/);
    expect(said.out.split("\n").length).toBeGreaterThan(1000);
  });

  test("an empty history has a head alone", async () => {
    rmSync(file());
    new ClientStore(file(), TIERS).close();
    expect(await dmon("export")).toBe(0);
    expect(said.out).toBe("host,item,bucket_s,time,avg,min,max,count\n");
  });
});

describe("rescue", () => {
  test("saves what can be read, and puts the damaged file aside", async () => {
    garble(file(), [1, 2, pagesIn(file())]);
    expect(await dmon("rescue")).toBe(0);
    expect(said.out).toMatch(/^DIR\/var\/data\.lite is moved to (DIR\S+\.damaged-\S+Z)\n\1: saved .* rows\n$/);
    expect(await dmon("check", "--json")).toBe(0);
    expect(JSON.parse(said.out)[0]).toMatchObject({ hosts: 2, items: 12, levels: 13, waiting_events: 40, notes: [] });
    expect(readdirSync(`${here}/var`)).toHaveLength(2);
  });

  test("leaves one alone with which nothing is wrong, unless it is forced", async () => {
    const before = content();
    expect(await dmon("rescue")).toBe(0);
    expect(said.out).toBe(
      "DIR/var/data.lite: nothing is wrong with it, and it is left as it is (--force: begins a new one all the same)\n",
    );
    expect(content()).toEqual(before);
    expect(await dmon("rescue", "--force")).toBe(0);
    expect(said.out).toContain(" is moved to ");
  });

  test("and one of a newer dmon", async () => {
    const db = new Database(file());
    db.run("PRAGMA user_version = 9");
    db.close(true);
    const before = content();
    expect(await dmon("rescue")).toBe(1);
    expect(said.err).toBe(
      "[error] dmon: DIR/var/data.lite is of a newer dmon (schema 9, this one knows 1); use that one, or move the file away\n",
    );
    expect(content()).toEqual(before);
  });

  test("of the server", async () => {
    const name = `${here}/var/server.lite`;
    const store = new ServerStore(name);
    store.addEvents(
      Array.from({ length: 300 }, (_, n) => ({ event: eventOf(n), at: START + n })),
      START,
      JUDGEMENT,
    );
    store.close();
    garble(name, [1]);
    expect(await dmon("rescue", "--server")).toBe(0);
    expect(said.out).toContain(": saved all 301 rows\n");
  });

  test.skipIf(lacksRoot("mounting a small disk"))(
    "where there is no room for a new one all stays as it is",
    async () => {
      const disk = `${here}/var`;
      rmSync(file());
      expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).success).toBe(true);
      try {
        copyDatabase(made.file, file());
        garble(file(), [1]);
        const before = readFileSync(file());
        fill(`${disk}/filler`);
        expect(await dmon("rescue")).toBe(1);
        expect(said.err).toBe("[error] dmon: DIR/var/data.lite: the disk is full\n");
        expect(readdirSync(disk).sort()).toEqual(["data.lite", "filler"]);
        expect(readFileSync(file()).equals(before)).toBe(true);
      } finally {
        Bun.spawnSync(["umount", disk]);
      }
    },
  );
});

/** Takes what is left of a disk. */
function fill(filler: string): void {
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: "a" });
  } catch (error) {
    expect((error as { code?: string }).code).toBe("ENOSPC");
  }
}
