import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { allProbes } from "../../probes/index.ts";
import { completions } from "../../src/work/complete.ts";
import { manual } from "../../src/work/manual.ts";
import { probeManual } from "../../src/work/probe-manual.ts";
import { statements } from "../../src/work/statements/index.ts";

test("docs/work.conf.md is up to date (else: npm run docs)", () => {
  expect(readFileSync(`${import.meta.dir}/../../docs/work.conf.md`, "utf8")).toBe(manual());
});

test("docs/probes.md is up to date (else: npm run docs)", () => {
  expect(readFileSync(`${import.meta.dir}/../../docs/probes.md`, "utf8")).toBe(probeManual());
});

test("each probe, argument, value and example is in the page on probes", () => {
  for (const { name, args = [], options = {}, values, example } of allProbes()) {
    expect(probeManual()).toContain(`\n## ${name}\n`);
    expect(probeManual()).toContain(`    ${example}\n`);
    for (const word of [
      ...args.map((arg) => arg.name.toUpperCase()),
      ...Object.keys(options).map((each) => `${each}=`),
    ])
      expect(probeManual()).toContain(`| \`${word}\` |`);
    for (const value of Object.keys(values)) expect(probeManual()).toContain(`| \`${value}\` |`);
  }
});

test("each statement and option is in the manual, and can be completed", () => {
  for (const { name, options, freeOptions, example } of statements) {
    const section = manual()
      .split("\n### ")
      .find((each) => each.startsWith(`${name}\n`));
    expect(section).toBeDefined();
    expect(manual()).toContain(`    ${example}\n`);
    expect(completions(name.slice(0, 2)).map(({ word }) => word)).toContain(name);
    if (freeOptions !== undefined) expect(section).toContain(`| \`KEY=\` | ${freeOptions} |`);
    for (const option of Object.keys(options ?? {})) {
      expect(manual()).toContain(`| \`${option}=\` |`);
      expect(completions(option).map(({ word }) => word)).toContain(`${option}=`);
    }
  }
});

test("what stands between backticks is shown as it is", () => {
  expect(manual()).toContain("`*` is all.");
  const spans = manual()
    .split("\n")
    .flatMap((line) => line.split("`").filter((_, i) => i % 2 === 1));
  expect(spans.filter((span) => /\\[*<]/.test(span))).toEqual([]);
});

test("completions", () => {
  expect(completions("fit_")).toEqual([{ word: "fit_level", usage: expect.stringContaining("fit_level ") }]);
  expect(completions("cpu_lo").map(({ word }) => word)).toContain("cpu_load");
  expect(completions("").map(({ word }) => word)).not.toContain("cpu_load");
  expect(completions("dmon_al")).toEqual([
    { word: "dmon_alerts", usage: expect.stringContaining("an item of the server, for alerts: Messages that nobody") },
  ]);
  expect(completions("zzz")).toEqual([]);
});
