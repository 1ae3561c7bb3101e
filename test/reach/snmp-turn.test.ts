import { expect, test } from "bun:test";
import { SNMP_AGENTS_AT_ONCE } from "../../src/core/limits.ts";
import { agentOf } from "../../src/reach/snmp.ts";
import { Agent, fromTree, int } from "./agent.ts";

const OID = "1.3.6.1.4.1.9.1.0";
/** A port where nobody listens. */
const NOBODY = 9;

test("devices that are off, more than are asked at a time, delay no others", async () => {
  const honest = fromTree({ [OID]: int(1) });
  const own: Agent[] = [];
  for (let i = 0; i < 20; i++) own.push(await Agent.start(honest, { address: `127.0.5.${i + 1}` }));
  const ends: string[] = [];
  const ask = async (what: string, addr: string, port: number) => {
    await agentOf({ host: "x", addr, snmp: `v2c/${port}:public` })
      .get([OID])
      .catch(() => {});
    ends.push(what);
  };
  const off = Array.from({ length: SNMP_AGENTS_AT_ONCE * 2 }, (_, i) => ask("off", `127.0.7.${i + 1}`, NOBODY));
  await Promise.all([...off, ...own.map(({ port }, i) => ask("on", `127.0.5.${i + 1}`, port))]);
  expect(ends.slice(0, own.length)).toEqual(own.map(() => "on"));
  for (const agent of own) agent[Symbol.dispose]();
}, 20_000);
