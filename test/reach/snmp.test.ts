import { beforeAll, describe, expect, test } from "bun:test";
import { ProbeError } from "../../src/core/reading.ts";
import { agentOf } from "../../src/reach/snmp.ts";
import { textOf } from "../../src/reach/snmp-value.ts";
import { probeErrorOf } from "../probes/fake-host.ts";
import {
  Agent,
  type Answering,
  answer,
  counter64,
  forged,
  fromTree,
  gauge,
  int,
  opaque,
  text,
  ticks,
} from "./agent.ts";
import { lacksSnmpd, Snmpd } from "./snmpd.ts";

const UPTIME = "1.3.6.1.2.1.1.3.0";
const CHARGE = "1.3.6.1.2.1.33.1.2.4.0";
const TABLE = "1.3.6.1.2.1.2.2.1";
const LONG_MS = 20_000;

const agentAt = (port: number, words = "v2c", secret = "public") =>
  agentOf({ host: "ups1.example.org", addr: "127.0.0.1", snmp: `${words}/${port}:${secret}` });

async function withAgent<T>(
  answering: Answering,
  run: (agent: ReturnType<typeof agentOf>, own: Agent) => Promise<T>,
  words?: string,
) {
  using own = await Agent.start(answering);
  return await run(agentAt(own.port, words), own);
}

describe.skipIf(lacksSnmpd)("Debian's snmpd", () => {
  const lines = [
    "createUser fred SHA-256 fredspassword AES fredsprivacy",
    "rouser fred priv",
    "createUser old SHA oldpassword",
    "rouser old auth",
    `override -rw ${CHARGE} integer 93`,
  ];

  test.concurrent(
    "versions 1, 2c and 3 tell the same",
    async () => {
      await using snmpd = await Snmpd.start(lines);
      for (const [version, secret] of [
        ["v1", "public"],
        ["v2c", "public"],
        ["v3", "fred:SHA-256:fredspassword:AES:fredsprivacy"],
        ["v3", "old:SHA:oldpassword"],
      ] as const) {
        const agent = agentAt(snmpd.port, version, secret);
        const values = await agent.get([CHARGE, "1.3.6.1.4.1.99999.1.0", UPTIME]);
        expect([...values.keys()]).toEqual([CHARGE, UPTIME]);
        expect(values.get(CHARGE)).toEqual({ type: "integer", number: 93 });
        const rows = await agent.walk([`${TABLE}.2`, `${TABLE}.99`]);
        expect([...rows.values()].map(([descr]) => descr && textOf(descr))).toContain("lo");
      }
    },
    LONG_MS,
  );

  test.concurrent(
    "what is wrong with user and passwords is named",
    async () => {
      await using snmpd = await Snmpd.start(lines);
      const faults = async (secret: string) => probeErrorOf(() => agentAt(snmpd.port, "v3", secret).get([UPTIME]));
      const who = `127.0.0.1 port ${snmpd.port}`;
      const [digest, protocol, user, level, privacy] = await Promise.all(
        [
          "fred:SHA-256:wrongpassword:AES:fredsprivacy",
          "fred:SHA:fredspassword:AES:fredsprivacy",
          "nobody",
          "fred:SHA-256:fredspassword",
          "fred:SHA-256:fredspassword:AES:wrongprivacy",
        ].map(faults),
      );
      expect(digest).toBe(`${who} refuses the authentication of fred: wrong password or protocol`);
      expect(protocol).toBe(digest ?? "");
      expect(user).toBe(`${who} knows no user nobody of SNMP v3`);
      expect(level).toBe(`127.0.0.1 refuses ${UPTIME}: its access rules forbid it`);
      expect(privacy).toEndWith("are the privacy's protocol and password right?");
    },
    LONG_MS,
  );

  const authentications = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"];
  const privacies = ["DES", "AES", "AES-256", "AES-256-C"];
  const pairs = authentications.flatMap((a) => privacies.map((p) => [a, p] as const));

  test.concurrent(
    "each authentication with each privacy, in single values and in a walk",
    async () => {
      const users = pairs.flatMap(([a, p]) => [
        `createUser ${a}_${p} ${a} geheimnis ${p} verborgen`,
        `rouser ${a}_${p} priv`,
      ]);
      await using snmpd = await Snmpd.start([...users, `override -rw ${CHARGE} integer 93`]);
      for (const [a, p] of pairs) {
        const agent = agentAt(snmpd.port, "v3", `${a}_${p}:${a}:geheimnis:${p}:verborgen`);
        expect([a, p, (await agent.get([CHARGE])).get(CHARGE)]).toEqual([a, p, { type: "integer", number: 93 }]);
        const rows = await agent.walk([`${TABLE}.2`]);
        expect([...rows.values()].map(([descr]) => descr && textOf(descr))).toContain("lo");
      }
    },
    LONG_MS,
  );

  test.concurrent(
    "of the two AES-256 the other one is named",
    async () => {
      await using snmpd = await Snmpd.start(["createUser fred SHA geheimnis AES-256-C verborgen", "rouser fred priv"]);
      const said = await probeErrorOf(() =>
        agentAt(snmpd.port, "v3", "fred:SHA:geheimnis:AES-256:verborgen").get([UPTIME]),
      );
      expect(said).toEndWith("are the privacy's protocol and password right; or is it AES-256-C?");
    },
    LONG_MS,
  );

  test.concurrent(
    "a wrong community is silence, and the next question is not put again",
    async () => {
      await using snmpd = await Snmpd.start(lines);
      const agent = agentAt(snmpd.port, "v2c", "wrong");
      const said = await probeErrorOf(() => agent.get([UPTIME]));
      expect(said).toBe(
        `no answer to SNMP v2c from 127.0.0.1 port ${snmpd.port} within 5 s: is it on, is the community right, is UDP ${snmpd.port} open?`,
      );
      const begin = performance.now();
      expect(await probeErrorOf(() => agent.get([CHARGE]))).toBe(said);
      expect(performance.now() - begin).toBeLessThan(100);
    },
    LONG_MS,
  );

  test.concurrent(
    "a session of v3 outlives the agent's restart",
    async () => {
      const secret = "fred:SHA-256:fredspassword:AES:fredsprivacy";
      let port = 0;
      {
        await using snmpd = await Snmpd.start(lines);
        ({ port } = snmpd);
        expect((await agentAt(port, "v3", secret).get([CHARGE])).size).toBe(1);
      }
      // Another engine, with another clock, at the same address.
      await using _ = await Snmpd.start([...lines, `agentaddress udp:127.0.0.1:${port}`]);
      expect((await agentAt(port, "v3", secret).get([CHARGE])).size).toBe(1);
    },
    LONG_MS,
  );
});

describe.skipIf(lacksSnmpd)("somebody between us and an agent of version 3", () => {
  const secret = "fred:SHA-256:fredspassword:AES:fredsprivacy";

  /** Hands packets on, but answers those itself that `forges` says, by their number. */
  async function between(port: number, forges: (count: number) => boolean): Promise<Agent> {
    const waiting: ((packet: Buffer) => void)[] = [];
    const socket = await Bun.udpSocket({ socket: { data: (_, packet) => waiting.shift()?.(packet) } });
    let count = 0;
    return Agent.start((_, packet) => {
      if (forges(++count)) return forged(packet, CHARGE, int(99));
      const { promise, resolve } = Promise.withResolvers<Buffer>();
      waiting.push(resolve);
      socket.send(packet, port, "127.0.0.1");
      return promise;
    });
  }

  test(
    "cannot answer for it without a password; but once it is gone, all is well again",
    async () => {
      await using snmpd = await Snmpd.start([
        "createUser fred SHA-256 fredspassword AES fredsprivacy",
        "rouser fred priv",
        `override ${CHARGE} integer 93`,
      ]);
      // The agent's engine and clock are asked for first.
      using always = await between(snmpd.port, (count) => count > 1);
      expect(await probeErrorOf(() => agentAt(always.port, "v3", secret).get([CHARGE]))).toEndWith(
        "answered without the security asked for",
      );
      // In a session that is known to be good, an error begins a new one.
      using once = await between(snmpd.port, (count) => count === 3);
      const agent = agentAt(once.port, "v3", secret);
      for (let i = 0; i < 2; i++)
        expect((await agent.get([CHARGE])).get(CHARGE)).toEqual({ type: "integer", number: 93 });
      expect(once.requests.length).toBeGreaterThan(3);
    },
    LONG_MS,
  );
});

describe("what is asked for", () => {
  test("by many at the same moment goes in one packet", async () => {
    const tree = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`1.3.6.1.4.1.9.${i}.0`, int(i)]));
    await withAgent(fromTree(tree), async (agent, own) => {
      const all = await Promise.all(Object.keys(tree).map((oid) => agent.get([oid])));
      expect(all.map((values) => [...values.values()])).toEqual(
        Array.from({ length: 10 }, (_, i) => [{ type: "integer", number: i }]),
      );
      expect(own.requests.length).toBe(1);
    });
  });

  test("of every type comes as it is", async () => {
    const float = Buffer.from([0x9f, 0x78, 4, 0x42, 0xf6, 0xe9, 0x79]);
    const tree = {
      "1.3.1.0": counter64(2n ** 63n + 4096n),
      "1.3.2.0": gauge(4_294_967_295),
      "1.3.3.0": ticks(4_294_967_295),
      "1.3.4.0": int(-2_147_483_648),
      "1.3.5.0": opaque(float),
      "1.3.6.0": text(Buffer.from("W\u00e4rme \0\0", "latin1")),
      "1.3.7.0": text(Buffer.from([0, 1, 0xfe])),
    };
    await withAgent(fromTree(tree), async (agent) => {
      const values = await agent.get(Object.keys(tree));
      expect([...values.values()].map((value) => ("number" in value ? value.number : textOf(value)))).toEqual([
        2 ** 63 + 4096,
        4_294_967_295,
        4_294_967_295,
        -2_147_483_648,
        Math.fround(123.456),
        "W\u00e4rme",
        "00 01 fe",
      ]);
    });
  });

  test("of version 1 is told although some of it is missing", async () => {
    const tree = { "1.3.1.0": int(1), "1.3.3.0": int(3) };
    const ask = (agent: ReturnType<typeof agentOf>) =>
      agent.get(["1.3.0.0", "1.3.1.0", "1.3.2.0", "1.3.3.0", "1.3.4.0"]);
    const values = await withAgent(fromTree(tree), ask, "v1");
    expect([...values.keys()]).toEqual(["1.3.1.0", "1.3.3.0"]);
  });

  test("in too large a packet is asked for in halves", async () => {
    const tree = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`1.3.6.1.4.1.9.${i}.0`, int(i)]));
    const honest = fromTree(tree);
    const weak: Answering = (request) =>
      request.oids.length > 8 ? answer(request, [], { status: 1 }) : honest(request);
    await withAgent(weak, async (agent) => {
      expect((await agent.get(Object.keys(tree))).size).toBe(30);
    });
  });

  test("and cannot be told fails alone", async () => {
    const honest = fromTree({ "1.3.1.0": int(1), "1.3.2.0": int(2) });
    const broken: Answering = (request) => {
      const index = request.oids.indexOf("1.3.2.0");
      return index < 0 ? honest(request) : answer(request, [], { status: 5, index: index + 1 });
    };
    await withAgent(broken, async (agent) => {
      expect([...(await agent.get(["1.3.1.0", "1.3.2.0"])).keys()]).toEqual(["1.3.1.0"]);
      const [good, bad] = await Promise.allSettled([agent.get(["1.3.1.0"]), agent.get(["1.3.2.0"])]);
      expect(good.status).toBe("fulfilled");
      expect(bad).toMatchObject({ reason: { message: expect.stringContaining("refuses 1.3.2.0: error-status 5") } });
    });
  });

  test(
    "in a table of 500 rows comes whole by each version",
    async () => {
      const tree = Object.fromEntries(
        Array.from({ length: 500 }, (_, i) => [
          [`${TABLE}.2.${i + 1}`, text(`port ${i + 1}`)] as const,
          ...(i % 2 ? [[`${TABLE}.3.${i + 1}`, int(6)] as const] : []),
        ]).flat(),
      );
      for (const version of ["v1", "v2c"]) {
        const rows = await withAgent(fromTree(tree), (agent) => agent.walk([`${TABLE}.2`, `${TABLE}.3`]), version);
        expect([...rows.values()].filter(([a]) => a).length).toBe(500);
        expect([...rows.values()].filter(([, b]) => b).length).toBe(250);
        expect(rows.get(".500")?.[0]).toMatchObject({ type: "bytes" });
      }
    },
    LONG_MS,
  );
});

describe("an agent that lies", () => {
  const honest = fromTree({ [UPTIME]: ticks(100), [`${TABLE}.2.1`]: text("a"), [`${TABLE}.2.2`]: text("b") });
  const late = async (request: Parameters<typeof honest>[0], ms: number) => {
    await Bun.sleep(ms);
    return honest(request);
  };
  let count = 0;

  // At the same time: some are silence, which takes its time.
  const liars: [string, Answering, RegExp][] = [
    ["answers with other names", (r) => answer(r, [["1.3.6.1.9.0", int(1)]]), /answered with other values/],
    ["answers with nothing", (r) => answer(r, []), /answered with other values/],
    [
      "answers with too much",
      (r) =>
        answer(
          r,
          Array.from({ length: 9 }, () => [UPTIME, int(1)]),
        ),
      /other values/,
    ],
    [
      "answers in another version",
      (r) => answer({ ...r, version: 0 }, [[UPTIME, int(1)]]),
      /another version of SNMP than v2c/,
    ],
    [
      "answers with another community",
      (r) => answer({ ...r, community: "x" }, [[UPTIME, int(1)]]),
      /another community/,
    ],
    ["answers with a request", (r) => answer(r, [[UPTIME, int(1)]], { pdu: 0xa0 }), /not understood/],
    [
      "answers with a type that is none",
      (r) => answer(r, [[UPTIME, { tag: 77, bytes: Buffer.from("x") }]]),
      /not SNMP/,
    ],
    [
      "answers to another question",
      (r) => answer({ ...r, id: r.id + 1 }, [[UPTIME, int(1)]]),
      /only packets that answer nothing we asked/,
    ],
    ["answers with garbage", () => Buffer.from("HTTP/1.1 400 Bad Request"), /only packets that are not SNMP/],
    ["answers with half a packet", (r) => honest(r).subarray(0, 30), /not SNMP|other values/],
    ["answers with no bytes", () => Buffer.alloc(0), /no answer|not SNMP/],
    ["floods with garbage", () => Array.from({ length: 500 }, () => Buffer.alloc(60_000, 48)), /no answer/],
  ];
  const outcomes = new Map<string, Promise<string>>();
  beforeAll(() => {
    for (const [liar, answering] of liars)
      outcomes.set(
        liar,
        withAgent(answering, (agent) => probeErrorOf(() => agent.get([UPTIME]))),
      );
  });
  test.each(liars)(
    "%s",
    async (liar, _, message) => {
      expect(await outcomes.get(liar)).toMatch(message);
    },
    LONG_MS,
  );

  test.each<[string, Answering, RegExp]>([
    ["goes back", (r) => answer(r, [[`${TABLE}.2.${++count % 2 ? 5 : 3}`, text("x")]]), /goes in circles/],
    ["stands still", (r) => answer(r, [[`${TABLE}.2.1`, text("x")]]), /goes in circles/],
    [
      "never ends",
      (r) => answer(r, [[`${TABLE}.2.${++count}`, text("x".repeat(60_000))]]),
      /has more at .* than is read/,
    ],
    ["says nothing", (r) => answer(r, []), /answers a walk with nothing/],
  ])(
    "%s in a walk",
    async (_, answering, message) => {
      expect(await withAgent(answering, (agent) => probeErrorOf(() => agent.walk([`${TABLE}.2`])))).toMatch(message);
    },
    LONG_MS,
  );

  test.concurrent(
    "answers late, and the answer is not taken for the next one's",
    async () => {
      let slow = true;
      const answering: Answering = (request) => (slow ? late(request, 1000) : honest(request));
      await withAgent(answering, async (agent, own) => {
        expect((await agent.get([UPTIME])).size).toBe(1); // the answer to the first try, after the second one
        expect(own.requests.length).toBe(2);
        slow = false;
        await Bun.sleep(50);
        expect((await agent.get([UPTIME])).size).toBe(1);
      });
    },
    LONG_MS,
  );

  test.concurrent(
    "answers version 2c with version 3 is an error, not the end of the process",
    async () => {
      // msgGlobalData with the flags for authentication and privacy, and nothing behind that fits.
      const answering: Answering = ({ id }) => {
        const number = Buffer.alloc(4);
        number.writeInt32BE(id);
        const hex =
          `3030020103300f0204${number.toString("hex")}020205dc0401010201030410300e0400020100020100040004000400` +
          "300804000400a202020100";
        return Buffer.from(hex, "hex");
      };
      const said = await withAgent(answering, (agent) => probeErrorOf(() => agent.get([UPTIME])));
      expect(said).toMatch(/not SNMP|no answer/);
    },
    LONG_MS,
  );

  test.concurrent(
    "devices that refuse packets do no harm to others that are asked by the same socket",
    async () => {
      const address = (i: number) => `127.0.3.${i + 1}`;
      const own = await Promise.all(Array.from({ length: 20 }, (_, i) => Agent.start(honest, { address: address(i) })));
      const at = (addr: string, port: number) => agentOf({ host: "x", addr, snmp: `v2c/${port}:public` });
      const on = own.map(({ port }, i) => at(address(i), port));
      const refused = Promise.allSettled(on.map((_, i) => at(`127.0.4.${i + 1}`, 9).get([UPTIME])));
      for (let i = 0; i < 20; i++) {
        const all = await Promise.all(on.map((agent) => agent.get([UPTIME])));
        expect(all.map(({ size }) => size)).toEqual(on.map(() => 1));
      }
      for (const outcome of await refused)
        expect(outcome).toMatchObject({ reason: { message: expect.stringMatching(/^no answer/) } });
      for (const agent of own) agent[Symbol.dispose]();
    },
    LONG_MS,
  );

  test(
    "any cut of a good answer is a value or an error",
    async () => {
      let length = 0;
      const answering: Answering = (request) => {
        const whole = honest(request);
        return [whole.subarray(0, length), whole];
      };
      await withAgent(answering, async (agent) => {
        for (length = 1; length < 48; length++) {
          const outcome = await agent.get([UPTIME]).catch((error: unknown) => error);
          if (outcome instanceof Map) expect(outcome.get(UPTIME)).toEqual({ type: "ticks", number: 100 });
          else expect(outcome).toBeInstanceOf(ProbeError);
        }
      });
    },
    LONG_MS,
  );

  test.concurrent(
    "from another address is not heard",
    async () => {
      const socket = await Bun.udpSocket({ hostname: "127.0.0.9" });
      const answering: Answering = (request) => {
        socket.send(honest(request), lastFrom, "127.0.0.1");
        return undefined;
      };
      let lastFrom = 0;
      using own = await Agent.start(answering);
      own.onPeer = (port) => {
        lastFrom = port;
      };
      expect(await probeErrorOf(() => agentAt(own.port).get([UPTIME]))).toMatch(/within 5 s/);
      socket.close();
    },
    LONG_MS,
  );
});

test("an agent is asked by IPv6 too, in whatever form its address is written", async () => {
  using own = await Agent.start(fromTree({ [UPTIME]: ticks(1) }), { address: "::1" });
  const agent = agentOf({ host: "x", addr: "0:0:0:0:0:0:0:1", snmp: `v2c/${own.port}:public` });
  expect((await agent.get([UPTIME])).size).toBe(1);
});

test("net-snmp is loaded by the first question, not by the probes", async () => {
  using own = await Agent.start(fromTree({ [UPTIME]: ticks(1) }));
  const script = `
    const { findProbe } = await import("./probes/index.ts");
    const loaded = () => Object.keys(require.cache).some((path) => path.includes("node_modules/net-snmp/"));
    const before = loaded();
    const target = { host: "x", addr: "127.0.0.1", snmp: "v2c/${own.port}:public" };
    await findProbe("snmp").read({}, { args: ["${UPTIME}"], options: {}, target });
    console.log(before, loaded());`;
  const child = Bun.spawn([process.execPath, "-e", script], { cwd: `${import.meta.dir}/../..`, stderr: "inherit" });
  expect(await new Response(child.stdout).text()).toBe("false true\n");
});

describe("access that is none", () => {
  test.each([
    [undefined, /has no SNMP access: write in its host statement snmp=v2c:COMMUNITY/],
    ["v2c", /begins no SNMP access/],
    ["v3:fred:SHA-256:short", /too short/],
  ])("%s", async (snmp, message) => {
    const target = { host: "ups1", ...(snmp === undefined ? {} : { snmp }) };
    expect(await probeErrorOf(() => agentOf(target))).toMatch(message);
  });
});
