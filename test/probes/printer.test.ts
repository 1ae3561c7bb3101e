import { describe, expect, test } from "bun:test";
import printer, { statesOf } from "../../probes/printer.ts";
import type { Reading } from "../../src/core/reading.ts";
import type { SnmpRows } from "../../src/reach/snmp.ts";
import { Agent, counter, fromTree, int, type Tree, text } from "../reach/agent.ts";
import { lacksSnmpd, Snmpd } from "../reach/snmpd.ts";
import { fakeHost, probeErrorOf } from "./fake-host.ts";

const PRT = "1.3.6.1.2.1.43";
const HR = "1.3.6.1.2.1.25.3.5.1";
const PERCENT = 19;
const PAGES = 7;

const targetAt = (port: number, version = "v2c") => ({
  host: "prn1",
  addr: "127.0.0.1",
  snmp: `${version}/${port}:public`,
});

async function readFrom(tree: Tree, version?: string) {
  using agent = await Agent.start(fromTree(tree));
  const all = await printer.find(fakeHost({}), {
    timeout_s: 10,
    args: [],
    options: {},
    target: targetAt(agent.port, version),
  });
  return { ...all, shown: Object.fromEntries((all.found ?? []).map(({ key, reading }) => [key, reading])) };
}

/** A row of prtMarkerSuppliesTable. */
function supply(
  index: number,
  colorant: number,
  type: number,
  description: string,
  max: number,
  level: number,
  unit = PAGES,
): Tree {
  const row = { 3: int(colorant), 5: int(type), 6: text(description), 7: int(unit), 8: int(max), 9: int(level) };
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [`${PRT}.11.1.1.${column}.1.${index}`, value]),
  );
}

const colors: Tree = {
  [`${PRT}.12.1.1.4.1.1`]: text("black"),
  [`${PRT}.12.1.1.4.1.2`]: text("cyan"),
};
const well: Tree = {
  ...colors,
  ...supply(1, 1, 3, "Black Toner HP CF410X S/N 4711", 6500, 3250),
  ...supply(2, 2, 3, "Cyan Toner HP CF411X", 5000, 250),
  [`${PRT}.10.2.1.4.1.1`]: counter(12_345),
  [`${HR}.1.1`]: int(3),
  [`${HR}.2.1`]: text(Buffer.from([0, 0])),
};

describe("a printer", () => {
  test.each(["v1", "v2c"])("that is well, %s", async (version) => {
    const { readings, shown } = await readFrom(well, version);
    expect(readings).toEqual({
      supplies: { value: 5, text: "Cyan Toner HP CF411X" },
      errors: { value: 0, text: "" },
      pages: 12_345,
      page_rate: 740_700,
      status: { value: 3, text: "idle" },
    });
    expect(shown).toEqual({ toner_black: 50, toner_cyan: 5 });
  });

  test.each<[string, Tree, Record<string, Reading>]>([
    ["-2, unknown, is no data", supply(1, 1, 3, "T", 100, -2), { toner_black: null }],
    ["-3, some is left, is no data", supply(1, 1, 3, "T", -2, -3), { toner_black: null }],
    ["-1, no bound, is no data", supply(1, 1, 3, "T", -1, -1), { toner_black: null }],
    ["an unknown capacity with a level that is none in percent", supply(1, 1, 3, "T", -2, 900), { toner_black: null }],
    ["an unknown capacity with percents", supply(1, 1, 3, "T", -2, 40, PERCENT), { toner_black: 40 }],
    ["an unknown capacity, and empty", supply(1, 1, 3, "T", -2, 0), { toner_black: 0 }],
    ["more than the capacity", supply(1, 1, 3, "T", 100, 130), { toner_black: 100 }],
    ["a waste box has no colour", supply(1, 1, 4, "Waste Toner Box", 100, 80), { waste_toner: 80 }],
    ["a colour by the description", supply(1, 0, 21, "Magenta Cartridge", 100, 80), { toner_magenta: 80 }],
    ["a drum", supply(1, 1, 9, "Drum Unit", 12_000, 6000), { drum_black: 50 }],
    [
      "an unknown type by its description",
      supply(1, 0, 1, "ADF Maintenance Kit", 100, 99),
      { adf_maintenance_kit: 99 },
    ],
    ["a fuser", supply(1, 0, 15, "Fuser Kit", 150_000, 75_000), { fuser: 50 }],
  ])("supplies: %s", async (_, tree, expected) => {
    expect((await readFrom({ ...colors, ...tree })).shown).toEqual(expected);
  });

  test.each<[string, Tree, object, object]>([
    [
      "a level",
      { [`${PRT}.11.1.1.9.1.1`]: text("half") },
      { supplies: { value: 5 }, pages: 12_345 },
      { toner_black: `its level (${PRT}.11.1.1.9.1.1) should be a number (INTEGER` },
    ],
    ["a colour's number", { [`${PRT}.11.1.1.3.1.1`]: text("x") }, { supplies: { value: 5 } }, {}],
    [
      "the pages",
      { [`${PRT}.10.2.1.4.1.1`]: text("many") },
      { pages: { error: expect.stringContaining(`${PRT}.10.2.1.4.1.1`) }, status: { value: 3 } },
      {},
    ],
    [
      "errors",
      { [`${HR}.2.1`]: int(0) },
      { errors: { error: `what is wrong with it (${HR}.2.1) should be OCTET STRING, and the device says INTEGER 0` } },
      {},
    ],
  ])("of which one value has a wrong type: %s", async (_, tree, readings, errors) => {
    const read = await readFrom({ ...well, ...tree });
    expect(read.readings).toMatchObject(readings);
    const failed = (read.found ?? []).filter(({ error }) => error !== undefined);
    expect(Object.fromEntries(failed.map(({ key, error }) => [key, error]))).toEqual(
      Object.fromEntries(Object.entries(errors).map(([key, said]) => [key, expect.stringContaining(said)])),
    );
  });

  test("that counts feet, too, counts no pages there", async () => {
    const feet = { [`${PRT}.10.2.1.3.1.2`]: int(16), [`${PRT}.10.2.1.4.1.2`]: counter(900) };
    expect((await readFrom({ ...well, ...feet })).readings).toMatchObject({ pages: 12_345 });
  });

  test.each([
    ["fine", [0x00, 0x00], 0, ""],
    ["an empty text", [], 0, ""],
    ["low paper", [0x80], 1, "paper is low"],
    ["no paper and a door open", [0x48], 2, "no paper, door open"],
    ["the jam", [0x04, 0x00], 2, "paper jam"],
    ["full output and old maintenance", [0x00, 0x0a], 2, "output is full, maintenance is overdue"],
    ["bits that mean nothing", [0x00, 0x01, 0xff], 0, ""],
  ])("errors: %s", (_, bits, value, said) => {
    const rows: SnmpRows = new Map([[".1", [undefined, { type: "bytes", bytes: Buffer.from(bits) }]]]);
    expect(statesOf(rows).errors).toEqual({ value, text: said });
  });

  test("that is none says so", async () => {
    expect(await probeErrorOf(() => readFrom({ "1.3.6.1.2.1.1.3.0": int(1) }))).toContain("no printer that dmon knows");
  });
});

test.skipIf(lacksSnmpd)(
  "a toner that runs out and a jam, by Debian's snmpd",
  async () => {
    const row = (column: number, type: string, value: string | number) =>
      `override -rw ${PRT}.11.1.1.${column}.1.1 ${type} ${value}`;
    await using snmpd = await Snmpd.start([
      row(5, "integer", 3),
      row(6, "octet_str", '"Black Toner"'),
      row(8, "integer", 6500),
      row(9, "integer", 1300),
      `override -rw ${HR}.1.1 integer 3`,
      `override -rw ${HR}.2.1 octet_str 0x0000`,
    ]);
    const look = async () =>
      (await printer.find(fakeHost({}), { timeout_s: 10, args: [], options: {}, target: targetAt(snmpd.port) }))
        .readings;
    expect(await look()).toMatchObject({ supplies: { value: 20, text: "Black Toner" }, status: { text: "idle" } });
    await snmpd.set(`${PRT}.11.1.1.9.1.1`, "i", 0, `${HR}.2.1`, "x", "1400");
    expect(await look()).toMatchObject({
      supplies: { value: 0 },
      errors: { value: 2, text: "no toner, paper jam" },
    });
  },
  20_000,
);
