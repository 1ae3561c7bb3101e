import { describe, expect, test } from "bun:test";
import snmp, { evaluate } from "../../probes/snmp.ts";
import type { Options } from "../reach/agent.ts";
import { Agent, counter64, fromTree, int, name, type Tree, text, ticks } from "../reach/agent.ts";
import { fakeHost, probeErrorOf } from "./fake-host.ts";

const OID = "1.3.6.1.4.1.9.2.1.58.0";

async function readFrom(tree: Tree, options: Options = {}, oid = OID) {
  using agent = await Agent.start(fromTree(tree));
  const target = { host: "sw1", addr: "127.0.0.1", snmp: `v2c/${agent.port}:public` };
  return await snmp.read(fakeHost({}), { timeout_s: 10, args: [oid], options, target });
}

describe("snmp", () => {
  test.each([
    ["a number", int(17), {}, { value: 17, rate: 17 }],
    ["a number with a scale", int(175), { scale: "0.1" }, { value: 17.5, rate: 17.5 }],
    ["a counter of 64 bits", counter64(2n ** 40n), {}, { value: 2 ** 40, rate: 2 ** 40 }],
    ["time ticks are seconds", ticks(12_345), {}, { value: 123.45, rate: 123.45 }],
    ["a number as text", text(" 23.5 C"), {}, { value: 23.5, rate: null }],
    ["a counter as text", text("17\n"), {}, { value: 17, rate: 17 }],
    ["a negative one as text, scaled", text("-40"), { scale: "0.5" }, { value: -20, rate: null }],
    ["a text", text("Battery OK"), {}, { value: { value: 1, text: "Battery OK" }, rate: null }],
    ["a version, which is no number", text("12.2(25)"), {}, { value: { value: 1, text: "12.2(25)" }, rate: null }],
    [
      "an address",
      { tag: 64, bytes: Buffer.from([10, 0, 0, 5]) },
      {},
      { value: { value: 1, text: "10.0.0.5" }, rate: null },
    ],
    ["an object identifier", name("1.3.6.1.4.1.9"), {}, { value: { value: 1, text: "1.3.6.1.4.1.9" }, rate: null }],
    ["a text that matches", text("OK"), { match: "OK,fine*" }, { value: { value: 1, text: "OK" }, rate: null }],
    [
      "a text that does not",
      text("FAILED"),
      { match: "OK,fine*" },
      { value: { value: 0, text: "FAILED" }, rate: null },
    ],
    ["a number that does not", int(3), { match: "1,2" }, { value: { value: 0, text: "3" }, rate: null }],
  ])("%s", async (_, coded, options, expected) => {
    expect(await readFrom({ [OID]: coded }, options)).toEqual(expected);
  });

  test.each([
    ["no OID", { oid: "sysUpTime.0" }, /"sysUpTime.0" is no object identifier; its numbers are told by/],
    ["an OID out of range", { oid: "1.3.6.4294967296" }, /is no object identifier/],
    ["a scale that is none", { options: { scale: "x" } }, /"x" is no factor; write a number such as 0.1/],
    ["nothing there", { oid: "1.3.6.1.4.1.9.2.1.58" }, /has no 1.3.6.1.4.1.9.2.1.58; single values end in .0/],
    ["nothing there at all", { oid: "1.3.6.1.4.1.8.0" }, /has no 1.3.6.1.4.1.8.0$/],
  ])("%s is an error", async (_, { oid = OID, options = {} }: { oid?: string; options?: Options }, message) => {
    expect(await probeErrorOf(() => readFrom({ [OID]: int(1) }, options, oid))).toMatch(message);
  });

  test("a leading dot is no matter", async () => {
    expect(await readFrom({ [OID]: int(5) }, {}, `.${OID}`)).toMatchObject({ value: 5 });
  });

  test("a text of bytes is shown in hexadecimal digits", () => {
    expect(evaluate({ type: "bytes", bytes: Buffer.from([0, 0x1b, 0x21]) }).value).toEqual({
      value: 1,
      text: "00 1b 21",
    });
  });
});
