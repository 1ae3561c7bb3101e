// PNG from the compiled binary: its own wasm and font, and input that means no good.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawPng } from "../../src/daemon/pictures.ts";
import { encodePng } from "../../src/plot/png-file.ts";
import { SMALL_PICTURE_DENSITY, smallPicture } from "../../src/plot/small-picture.ts";
import { filling } from "../plot/days.ts";
import { decodePng, WHITE } from "../plot/decode-png.ts";
import { BINARY, run, TEST_MS_MAX } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
const dir = mkdtempSync(join(tmpdir(), "dmon-pictures-"));
afterAll(() => rmSync(dir, { recursive: true }));

const dmon = { dmon: [BINARY] };
const svg = (inner: string, attributes = 'width="60" height="40"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`;

test("a small picture, as the daemon has it drawn", async () => {
  const image = decodePng(await drawPng(smallPicture(filling), { ...dmon, density: SMALL_PICTURE_DENSITY }));
  expect([image.width, image.height]).toEqual([900, 270]);
  expect(image.at(0, 0)).toBe(WHITE);
  expect(image.inked(WHITE, { x: 450, y: 0 }, { x: 900, y: 30 })).toBeGreaterThan(300); // its title
});

describe("what means no good", () => {
  const bomb = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("");
  test.each<[string, string, RegExp]>([
    ["no SVG", "root:x:0:0:root", /^\[error\] dmon: this is no SVG: .+\n$/],
    ["nothing", "", /^\[error\] dmon: this is no SVG: .+\n$/],
    ["10 MB", svg("<g/>".repeat(2_500_000)), /^\[error\] dmon: the SVG has more than 1048576 bytes\n$/],
    [
      "a giant",
      svg("", 'width="1000000" height="1000000"'),
      /^\[error\] dmon: 1000000 × 1000000 at density 1 are .+ pixels/,
    ],
    [
      "entities in entities",
      `<!DOCTYPE svg [<!ENTITY e0 "ha">${bomb}]>${svg("<text>&e9;</text>")}`,
      /^\[error\] dmon: this is no SVG: .+/,
    ],
  ])("%s", async (_, text, said) => {
    const { code, out, err } = await run([BINARY, "draw-png", "1"], { stdin: text });
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toMatch(said);
  });

  test.each(["", "0", "-1", "5", "two"])("density %p", async (density) => {
    const { code, err } = await run([BINARY, "draw-png", "--", density], { stdin: svg("") });
    expect(code).toBe(2);
    expect(err).toContain("density");
  });

  test("deep nesting ends, with or without a picture", async () => {
    const { code } = await run([BINARY, "draw-png", "1"], {
      stdin: svg("<g>".repeat(100_000) + "</g>".repeat(100_000)),
    });
    expect(code).not.toBe(0);
  });
});

describe("no file and no address is read", () => {
  const red = join(dir, "red.png");
  writeFileSync(
    red,
    encodePng(
      Uint8Array.from({ length: 1600 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 255 : 0)),
      20,
      20,
    ),
  );
  const redSvg = join(dir, "red.svg");
  writeFileSync(redSvg, svg('<rect id="r" width="60" height="40" fill="#f00"/>'));
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      asked++;
      return new Response(Bun.file(red));
    },
  });
  afterAll(() => server.stop(true));
  const address = `http://127.0.0.1:${server.port}/red.png`;
  const image = (href: string) =>
    `<image width="20" height="20" href="${href}"/><image width="20" height="20" xlink:href="${href}"/>`;

  test("the same picture within the SVG would be seen", async () => {
    const data = `data:image/png;base64,${Buffer.from(await Bun.file(red).bytes()).toString("base64")}`;
    expect(decodePng(await drawPng(svg(image(data)), dmon)).inked(WHITE)).toBe(400);
  });

  test.each<[string, string]>([
    ["a file by its path", image(red)],
    ["by a URL", image(`file://${red}`)],
    ["an SVG", image(redSvg)],
    ["a text", image("file:///etc/passwd")],
    ["an address", image(address)],
    ["a part of another", `<use href="${redSvg}#r"/><use xlink:href="file://${redSvg}#r"/>`],
    ["a style sheet", `<style>@import url("${address}"); rect { fill: url(file://${redSvg}#r) }</style>`],
    ["an entity", `<text y="20">&file;</text>`],
  ])("%s", async (name, inner) => {
    const doctype = name === "an entity" ? '<!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd">]>' : "";
    const drawn = await drawPng(doctype + svg(inner), dmon).catch((error: Error) => error.message);
    if (typeof drawn === "string") expect(drawn).toContain("this is no SVG");
    else expect(decodePng(drawn).inked(WHITE)).toBe(0);
    expect(asked).toBe(0);
  });
});
