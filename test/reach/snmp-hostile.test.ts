// Agents that send what no agent should: whatever it is, a question ends with values or a ProbeError, and the process goes on.

import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ProbeError } from "../../src/core/reading.ts";
import { agentOf } from "../../src/reach/snmp.ts";
import { Agent, type Answering, answer, fromTree, int, text, ticks } from "./agent.ts";
import { lacksSnmpd, Snmpd } from "./snmpd.ts";

const UPTIME = "1.3.6.1.2.1.1.3.0";
const TABLE = "1.3.6.1.2.1.2.2.1";
const LONG_MS = 60_000;
const RUNS = 400;

const agentAt = (port: number, words = "v2c", secret = "public") =>
  agentOf({ host: "sw1", addr: "127.0.0.1", snmp: `${words}/${port}:${secret}` });

const honest = fromTree({
  [UPTIME]: ticks(100),
  [`${TABLE}.2.1`]: text("a"),
  [`${TABLE}.2.2`]: text("b"),
  [`${TABLE}.3.1`]: int(6),
});

/** Changes of a packet: bytes set, cut off, put in. */
const changes = fc.array(
  fc.record({
    at: fc.nat(1000),
    kind: fc.constantFrom("set", "cut", "insert"),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0x30, 0x7f, 0x80, 0x84, 0x88, 0xff)),
  }),
  { minLength: 1, maxLength: 4 },
);
type Changes = typeof changes extends fc.Arbitrary<infer T> ? T : never;

function changed(packet: Buffer, all: Changes): Buffer {
  let bytes = [...packet];
  for (const { at, kind, byte } of all) {
    const place = at % (bytes.length + 1);
    if (kind === "set") bytes[place] = byte;
    else if (kind === "cut") bytes = bytes.slice(0, place);
    else bytes.splice(place, 0, byte);
  }
  return Buffer.from(bytes);
}

async function valuesOrProbeError(question: Promise<unknown>): Promise<void> {
  const outcome = await question.catch((error: unknown) => error);
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ProbeError);
}

describe("a packet that is damaged, and then a good one", () => {
  test.each(["v1", "v2c"])(
    "%s",
    async (version) => {
      let damage: Changes = [];
      using own = await Agent.start((request) => {
        const whole = honest(request);
        return [changed(whole, damage), whole];
      });
      const agent = agentAt(own.port, version);
      const property = fc.asyncProperty(changes, fc.boolean(), async (some, walks) => {
        damage = some;
        await valuesOrProbeError(
          walks ? agent.walk([`${TABLE}.2`, `${TABLE}.3`]) : agent.get([UPTIME, `${TABLE}.3.1`]),
        );
      });
      await fc.assert(property, { numRuns: RUNS });
    },
    LONG_MS,
  );

  test.skipIf(lacksSnmpd)(
    "v3, of Debian's snmpd",
    async () => {
      await using snmpd = await Snmpd.start(["createUser fred SHA-256 geheimnis AES verborgen", "rouser fred priv"]);
      const waiting: ((packet: Buffer) => void)[] = [];
      const socket = await Bun.udpSocket({ socket: { data: (_, packet) => waiting.shift()?.(packet) } });
      let damage: Changes = [];
      using own = await Agent.start(async (_, packet) => {
        const { promise, resolve } = Promise.withResolvers<Buffer>();
        waiting.push(resolve);
        socket.send(packet, snmpd.port, "127.0.0.1");
        const whole = await promise;
        return [changed(whole, damage), whole];
      });
      const agent = agentAt(own.port, "v3", "fred:SHA-256:geheimnis:AES:verborgen");
      const property = fc.asyncProperty(changes, async (some) => {
        damage = some;
        await valuesOrProbeError(agent.get([UPTIME]));
      });
      await fc.assert(property, { numRuns: RUNS / 2 });
      damage = [];
      expect((await agent.get([UPTIME])).size).toBe(1);
      socket.close();
    },
    LONG_MS,
  );
});

describe("as many values as a datagram can hold", () => {
  const many = Array.from({ length: 5000 }, () => ["1.3", int(1)] as const);
  test.each<[string, Answering, RegExp]>([
    ["for a few", (request) => answer(request, many), /other values/],
    ["for a walk, all the same", (request) => answer(request, many), /circles|nothing|^no error/],
  ])("%s", async (what, answering, message) => {
    using own = await Agent.start(answering);
    const agent = agentAt(own.port);
    const question = what === "for a few" ? agent.get([UPTIME]) : agent.walk(["1.3.6"]);
    const said = await question.then(
      () => "no error",
      (error: unknown) => (error instanceof ProbeError ? error.message : String(error)),
    );
    expect(said).toMatch(message);
  });
});
