import { expect, test } from "bun:test";
import { MARS, UPS } from "../server/fixture.ts";
import { clientPort, say } from "./fixture.ts";

const port = clientPort({ [MARS]: ["cpu_load", "uptime"], [UPS]: ["charge"] });

test.each([
  ["HIST hour cpu_load", `; write HIST hour 0 ${MARS} cpu_load`],
  ["HIST hour cpu_load uptime", `; write HIST hour 0 ${MARS} cpu_load uptime`],
  ["HIST hour cpu_load +minmax", `; write HIST hour 0 ${MARS} cpu_load +minmax`],
  [`HIST hour charge ${UPS}`, `; write HIST hour 0 ${UPS} charge`], // as the server hands it on
  [`HIST day ${MARS} cpu_load`, `; write HIST day 0 ${MARS} cpu_load`],
  [`HIST day ${UPS}`, `; write HIST day 0 ${UPS}`],
  ["HIST hour many", ""],
  ["HIST hour charge", ""],
  ["HIST hour 12345678", ""],
])("%s is told what it lacks", async (line, hint) => {
  expect(await say(port, line)).toBe(`refused: pnts "${line.split(" ")[2]}" is no number of rows up to 9999999${hint}`);
});

test("HIST with all its words is answered", async () => {
  expect(await say(port, `HIST hour 0 ${MARS} cpu_load`)).toStartWith('{"resp":"ok rows 60"');
});

test("a command of the server's port is told so", async () => {
  for (const line of ["CLIENTS", "clients * 5", "ALLPING"]) {
    const name = line.split(" ")[0]?.toUpperCase();
    expect(await say(port, line)).toBe(
      `refused: ${name} is a command of the server's port, PORT; HELP lists those of this one`,
    );
  }
  expect(await say(port, "FROBNICATE")).toBe('refused: unknown command "FROBNICATE"; HELP lists all');
});

test("HELP of a command is its line alone; of none, what there is", async () => {
  const one = await say(port, "HELP hist");
  expect(one).toMatch(/^HIST \[ival\] /);
  expect(one.match(/^[A-Z]+/gm)).toEqual(["HIST"]);
  expect((await say(port, "HELP")).match(/^[A-Z]+/gm)?.length).toBeGreaterThan(8);
  expect(await say(port, "HELP HISZ")).toBe('refused: there is no command HISZ; did you mean "HIST"?');
  expect(await say(port, "HELP x")).toMatch(/^refused: there is no command x; there are HELP, HIST, PING, /);
});
