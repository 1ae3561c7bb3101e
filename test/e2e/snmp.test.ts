// dmon probe asks a device that speaks SNMP: the compiled binary, which has net-snmp in it, against Debian's snmpd.

import { afterAll, expect, test } from "bun:test";
import { Agent, type Answering, answer, fromTree, int, text } from "../reach/agent.ts";
import { lacksSnmpd, Snmpd } from "../reach/snmpd.ts";
import { BINARY, endAll, run, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

const UPS = "1.3.6.1.2.1.33.1";
const LINES = [
  "createUser fred SHA-256 fredspassword AES fredsprivacy",
  "rouser fred priv",
  `override -rw ${UPS}.2.4.0 integer 93`,
  `override -rw ${UPS}.4.1.0 integer 3`,
  `override -rw ${UPS}.2.2.0 integer 0`,
];

afterAll(endAll);

test.skipIf(lacksSnmpd)(
  "dmon probe by each version of SNMP, and with a wrong password",
  async () => {
    await using snmpd = await Snmpd.start(LINES);
    const probe = (access: string) => run([BINARY, "probe", "--host", "127.0.0.1", `--snmp=${access}`, "ups"]);
    for (const access of [
      `v1/${snmpd.port}:public`,
      `v2c/${snmpd.port}:public`,
      `v3/${snmpd.port}:fred:SHA-256:fredspassword:AES:fredsprivacy`,
    ]) {
      const { code, out } = await probe(access);
      expect(code).toBe(0);
      expect(out).toMatch(/^ups_charge +93 % +fine /m);
    }
    const wrong = await probe(`v3/${snmpd.port}:fred:SHA-256:wrongpassword:AES:fredsprivacy`);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain("refuses the authentication of fred: wrong password or protocol");
    const none = await probe("public");
    expect(none.code).toBe(2);
    expect(none.err).toContain("write v2c:COMMUNITY");
  },
  TEST_MS_MAX,
);

test.skipIf(lacksSnmpd)(
  "a UPS behind a client: the mains fail, and the server is told",
  async () => {
    await using snmpd = await Snmpd.start(LINES);
    const work = `host ups1.example.org ups1 via=al addr=127.0.0.1 snmp=v2c/${snmpd.port}:public\nget ups1 ups_on_battery ups_charge\n`;
    await using dmon = await TestDmon.started({ work });
    const items = async () => (await dmon.clients()).cdmp["ups1.example.org"];
    await until("the UPS on mains", async () => (await items())?.ups_on_battery?.value === 0);
    await snmpd.set(`${UPS}.4.1.0`, "i", 5, `${UPS}.2.2.0`, "i", 130);
    await until("the UPS on battery", async () => (await items())?.ups_on_battery?.text === "on battery for 2m 10s");
    expect((await items())?.ups_on_battery?.level).toBe("soso"); // sick when it lasts
    await snmpd.set(`${UPS}.4.1.0`, "i", 3);
    await until("the UPS on mains again", async () => (await items())?.ups_on_battery?.level === "fine");
  },
  TEST_MS_MAX,
);

test(
  "devices that lie, flood or are off harm neither the daemon nor the one that is well",
  async () => {
    const honest = fromTree({ [`${UPS}.2.4.0`]: int(93), [`${UPS}.4.1.0`]: int(3), [`${UPS}.2.2.0`]: int(0) });
    let count = 0;
    const devices: Record<string, Answering | undefined> = {
      well: honest,
      cuts: (request) => honest(request).subarray(0, ++count % 60),
      floods: () => Array.from({ length: 200 }, () => Buffer.alloc(60_000, 48)),
      others: (request) => honest({ ...request, id: request.id + 1 }),
      many: (request) =>
        answer(
          request,
          Array.from({ length: 5000 }, () => ["1.3", int(1)] as const),
        ),
      texts: fromTree({ [`${UPS}.2.4.0`]: text("full"), [`${UPS}.4.1.0`]: int(3) }),
      off: undefined,
    };
    const ports = new Map<string, number>();
    const own: Agent[] = [];
    for (const [name, answering] of Object.entries(devices)) {
      if (answering) own.push(await Agent.start(answering, { keeps: false }));
      ports.set(name, answering ? (own.at(-1)?.port ?? 0) : 9);
    }
    const hosts = [...ports].map(
      ([name, port]) => `host ${name}.example.org ${name} via=al addr=127.0.0.1 snmp=v2c/${port}:public`,
    );
    const names = [...ports.keys()].join(",");
    const work = `${hosts.join("\n")}\nget ${names} ups_charge ups_on_battery\n`;
    await using dmon = await TestDmon.started({ work });
    const item = async (name: string, what: string) => (await dmon.clients()).cdmp[`${name}.example.org`]?.[what];
    await until("the one that is well", async () => (await item("well", "ups_charge"))?.value === 93);
    for (const name of ["cuts", "floods", "others", "many", "off"])
      await until(`the error of ${name}`, async () => (await item(name, "ups_charge"))?.error !== undefined);
    expect((await item("texts", "ups_charge"))?.error).toContain(`(${UPS}.2.4.0) should be a number`);
    expect(await item("texts", "ups_on_battery")).toMatchObject({ value: 0, level: "fine" });
    expect(await item("well", "ups_charge")).toMatchObject({ value: 93, level: "fine" });
    for (const agent of own) agent[Symbol.dispose]();
  },
  TEST_MS_MAX,
);
