// The daemon's side of drawing; what draws is a stand-in here, and the compiled dmon in test/e2e/pictures.test.ts.

import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  PAGE_PICTURES_WAITING_MAX,
  PICTURE_PNG_BYTES_MAX,
  PICTURE_SVG_BYTES_MAX,
  PICTURES_WAITING_MAX,
} from "../../src/core/limits.ts";
import { drawPng } from "../../src/daemon/pictures.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-pictures-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A program that gets the words "draw-png" and the density. */
const standIn = (script: string) => ["/bin/sh", "-c", script, "sh"];
const failure = (drawn: Promise<unknown>) =>
  drawn.then(
    () => "none",
    (error: Error) => error.message,
  );

test("it is given the words and the SVG, and what it writes is the picture, byte by byte", async () => {
  const drawn = await drawPng("<svg>µ</svg>", {
    density: 1.5,
    dmon: standIn('echo "$@"; cat; printf "\\200\\377\\0"'),
  });
  expect(Buffer.from(drawn).toString("latin1")).toBe(
    `draw-png 1.5\n${Buffer.from("<svg>µ</svg>").toString("latin1")}\x80\xff\0`,
  );
});

test.each([
  ["exit 1", "no picture: draw-png ended by 1"],
  ["kill -9 $$", "no picture: draw-png ended by SIGKILL"],
  ["echo '[error] dmon: this is no SVG' >&2; echo more >&2; exit 1", "no picture: [error] dmon: this is no SVG"],
  [`head -c ${PICTURE_PNG_BYTES_MAX + 1} /dev/zero`, `no picture: it has more than ${PICTURE_PNG_BYTES_MAX} bytes`],
  ["exit 0", "no picture: draw-png wrote nothing"],
])("without a picture there is a reason: %s", async (script, said) => {
  expect(await failure(drawPng("<svg/>", { dmon: standIn(script) }))).toBe(said);
});

test("a program that is not there is a reason too", async () => {
  expect(await failure(drawPng("<svg/>", { dmon: ["/none/dmon"] }))).toContain("/none/dmon");
});

test("an SVG that is too large is not even begun", async () => {
  const said = await failure(drawPng("x".repeat(PICTURE_SVG_BYTES_MAX + 1), { dmon: standIn("exit 0") }));
  expect(said).toBe(`no picture: its SVG has ${PICTURE_SVG_BYTES_MAX + 1} bytes, more than ${PICTURE_SVG_BYTES_MAX}`);
});

test("one is drawn at a time, a failure holds up none, and only so many wait", async () => {
  const log = join(dir, "log");
  writeFileSync(log, "");
  const script = `echo begin >>${log}; read -r word; echo "$word"; sleep 0.02; echo end >>${log}; [ "$word" != 3 ]`;
  const all = Array.from({ length: PICTURES_WAITING_MAX + 2 }, (_, i) =>
    drawPng(`${i}\n`, { dmon: standIn(script) }).then(
      (bytes) => Buffer.from(bytes).toString("latin1").trim(),
      (error: Error) => error.message,
    ),
  );
  const refused = `no picture: ${PICTURES_WAITING_MAX} others are waiting to be drawn`;
  const expected = all.map((_, i) =>
    i >= PICTURES_WAITING_MAX ? refused : i === 3 ? "no picture: draw-png ended by 1" : String(i),
  );
  expect(await Promise.all(all)).toEqual(expected);
  expect(readFileSync(log, "utf8")).toBe("begin\nend\n".repeat(PICTURES_WAITING_MAX));
  const again = await drawPng("again\n", { dmon: standIn(script) });
  expect(Buffer.from(again).toString("latin1")).toBe("again\n");
});

describe("pages beside mails", () => {
  /** One that draws until it is told to go on, so that others wait for it. */
  function holdUp() {
    const go = join(dir, `go-${crypto.randomUUID()}`);
    const drawn = drawPng("first\n", { dmon: standIn(`until [ -e ${go} ]; do sleep 0.02; done; echo done`) });
    return { drawn, goOn: () => writeFileSync(go, "") };
  }
  const log = join(dir, "order");
  const dmon = standIn(`read -r word; echo "$word" >>${log}; echo "$word"`);

  test("of pages few wait, mails go first, and who went away is not drawn", async () => {
    writeFileSync(log, "");
    const first = holdUp();
    const away = new AbortController();
    const page = (word: string, signal?: AbortSignal) =>
      failure(drawPng(`${word}\n`, { dmon, isForPage: true, signal }));
    const pages = Array.from({ length: PAGE_PICTURES_WAITING_MAX }, (_, i) =>
      page(`page ${i}`, i === 1 ? away.signal : undefined),
    );
    expect(await page("one more")).toBe(`no picture: ${PAGE_PICTURES_WAITING_MAX} others are waiting to be drawn`);
    const mail = failure(drawPng("mail\n", { dmon }));
    away.abort();
    expect(await pages[1]).toBe("no picture: nobody waits for it any more");
    expect(await page("late", AbortSignal.abort())).toBe("no picture: nobody waits for it any more");
    const instead = page("instead"); // its place is free
    first.goOn();
    expect(await Promise.all([mail, ...pages, instead])).toEqual([
      "none",
      "none",
      "no picture: nobody waits for it any more",
      ...pages.slice(2).map(() => "none"),
      "none",
    ]);
    await first.drawn;
    expect(readFileSync(log, "utf8").trim().split("\n")).toEqual(["mail", "page 0", "page 2", "page 3", "instead"]);
  });
});
