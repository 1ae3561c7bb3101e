// The wire (SPEC section 6): every command as a person types it, through every netcat, large answers, many peers, and
// who may ask what.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { ClientStore } from "../../src/store/client-store.ts";
import { lacks, skipping } from "../skips.ts";
import {
  type Clients,
  canonical,
  endAll,
  type Hist,
  isAlive,
  parts,
  run,
  TEST_MS_MAX,
  TestDmon,
  until,
  Watcher,
} from "./harness.ts";
import { dial, hear, speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const OTHER = canonical("beta");
const THIRD = canonical("gamma");
const DUMB = canonical("ups1");
const OURS = canonical("sw1");

let dmon: TestDmon;
beforeAll(async () => {
  dmon = await TestDmon.make({
    conf: { listen: undefined }, // all addresses, as by default
  });
  dmon.writeWork(
    dmon.workText(`host ${OTHER} be addr=127.0.0.3 port=1
host ${DUMB} ups1 via=be
host ${OURS} sw1 via=al
host ${THIRD} ga addr=127.0.0.4 port=1
get * cpu_load mem_avail root_usage uptime dmon`),
  );
  expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
  await dmon.start();
  await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
});
afterAll(async () => {
  await dmon?.[Symbol.asyncDispose]();
});

/** The one JSON line of an answer. */
function json(body: string): Record<string, unknown> {
  expect(body).toMatch(/^\{.*\}\n$/);
  return JSON.parse(body);
}

/** The message of a COMMAND ERROR; fails on any other answer. */
function refusal(answer: string): string {
  const match = /^COMMAND ERROR\nerror: ([^\n]+)\nCOMMAND DONE\n$/.exec(answer);
  if (!match) throw new Error(`no refusal: ${JSON.stringify(answer.slice(0, 300))}`);
  return match[1] ?? "";
}

describe("commands of the client", () => {
  const ask = (line: string) => dmon.client(line);

  test("PING", async () => {
    expect(await speak({ port: dmon.port + 1 }, "PING\n")).toMatch(
      /^COMMAND PING\nPONG from Client dmon-[\d.]+\nCOMMAND DONE\n$/,
    );
  });

  test("STATE", async () => {
    const body = await ask("STATE");
    for (const line of body.trimEnd().split("\n")) expect(line).toStartWith("-- ");
    for (const wanted of [
      `-- logfile ${dmon.path("log/dmon.log")}\n`,
      "-- loglevel Debug\n",
      `-- listening on port ${dmon.port + 1} as a Client\n`,
      `-- listening on port ${dmon.port} as a Server\n`,
      `-- hostname ${dmon.name}\n`,
      `-- server ${dmon.name}\n`,
      `-- pid ${dmon.pid()}\n`,
      `-- Client state : ${dmon.name}\n`,
    ]) {
      expect(body).toContain(wanted);
    }
    expect(body).toMatch(/^-- version dmon-/m);
    expect(body).toMatch(/^-- work \w{3} \w{3} [ \d]\d [\d:]{8} 20\d\d$/m);
  });

  test("HIST has the original's table", async () => {
    for (const [ival, bucket_s, rows] of [
      ["hour", 60, 60],
      ["h", 60, 60],
      ["Day", 600, 145],
      ["WEEK", 3600, 168],
      ["month", 14_400, 186],
      ["y", 172_800, 184],
    ] as const) {
      const { resp, data } = json(await ask(`HIST ${ival}`)) as unknown as Hist;
      expect(resp).toBe(`ok rows ${rows}`);
      expect(data.cols).toEqual([
        "TIME",
        "cpu_load",
        "dmon",
        "dmon_history",
        "dmon_work",
        "mem_avail",
        "root_usage",
        "uptime",
      ]);
      expect(data.rows).toHaveLength(rows);
      for (const [i, row] of data.rows.entries()) {
        expect(row).toHaveLength(8);
        if (i > 0) expect((row[0] ?? 0) - (data.rows[i - 1]?.[0] ?? 0)).toBe(bucket_s);
      }
      expect(data.rows.at(-1)?.[1]).toBeNumber();
    }
    expect(json(await ask("HIST")).resp).toBe("ok rows 145");
  });

  test("HIST takes pnts, host, items, ranges, and +minmax", async () => {
    const few = json(await ask(`HIST hour 12 ${dmon.name} uptime cpu_load`)) as unknown as Hist;
    expect(few.data.cols).toEqual(["TIME", "cpu_load", "uptime"]);
    expect(few.data.rows.length).toBeWithin(11, 15);
    const range = json(await ask(`HIST -36h..now 36 ${dmon.name} cpu_load +minmax`)) as unknown as Hist;
    expect(range.data.cols).toEqual(["TIME", "cpu_load", "cpu_load:min", "cpu_load:max", "cpu_load:count"]);
    const [, avg, min, max] = range.data.rows.findLast(([, value]) => value !== null) ?? [];
    expect(min).toBeLessThanOrEqual(avg as number);
    expect(max).toBeGreaterThanOrEqual(avg as number);
    const port = dmon.port + 1;
    expect(refusal(await speak({ port }, "HIST fortnight\n"))).toContain("hour, day, week, month, year");
    expect(refusal(await speak({ port }, "HIST hour many\n"))).toContain('"many" is no number');
    expect(refusal(await speak({ port }, "HIST hour uptime\n"))).toContain(`write HIST hour 0 ${dmon.name} uptime`);
    expect(refusal(await speak({ port }, "HIST hour 10 mars\n"))).toContain("does not monitor mars");
    expect(refusal(await speak({ port }, `HIST hour 10 ${dmon.name} cpu_lod\n`))).toContain('no item "cpu_lod"');
    expect(refusal(await speak({ port }, "HIST 1y..now 9999999\n"))).toBeString();
    expect(refusal(await speak({ port }, "HIST -600000h..now 9999999\n"))).toContain("150000 rows");
  });

  test("SEND, REPORT, ZAP, SERVER, HELP", async () => {
    expect(await ask("SEND")).toMatch(new RegExp(`^next_send ${dmon.name} \\w{3} \\w{3} \\d\\d `));
    const report = json(await ask("REPORT")) as Record<string, Record<string, object>>;
    expect(Object.keys(report[dmon.name] ?? {}).sort()).toEqual([
      "cpu_load",
      "dmon",
      "dmon_history",
      "dmon_work",
      "mem_avail",
      "root_usage",
      "uptime",
    ]);
    expect(report[dmon.name]?.cpu_load).toMatchObject({ level: expect.any(String), value: expect.any(Number) });
    expect(json(await ask("ZAP")).resp).toMatch(/^ok zap rows \d+ -> \d+$/);
    expect(await speak({ port: dmon.port + 1 }, "SERVER PING\n")).toMatch(
      /^COMMAND PING\nPONG from Server dmon-[\d.]+\nCOMMAND DONE\n$/,
    );
    expect(refusal(await speak({ port: dmon.port + 1 }, "SERVER NONSENSE\n"))).toContain("unknown command");
    expect(refusal(await speak({ port: dmon.port + 1 }, "SERVER\n"))).toContain("CMD is missing");
    const help = await ask("HELP");
    for (const name of ["HELP", "HIST", "PING", "REPORT", "SEND", "SERVER", "STATE", "STOP", "ZAP"]) {
      expect(help).toMatch(new RegExp(`^${name}( |$)`, "m"));
    }
  });
});

describe("commands of the server", () => {
  const ask = (line: string) => dmon.server(line);

  test("PING and STATE", async () => {
    expect(await ask("PING")).toMatch(/^PONG from Server dmon-[\d.]+\n$/);
    expect(await ask("STATE")).toContain("-- Server state : keeping state for 2 of 5 hosts\n");
  });

  test("WORK and WORK_LM", async () => {
    const work = json(await ask(`WORK client ${dmon.name}`));
    expect(work.resp).toBe("ok work");
    expect(JSON.parse(work.data as string).hosts[dmon.name].items).toHaveProperty("cpu_load");
    const { lm } = json(await ask(`WORK_LM client ${dmon.name}`));
    expect(lm).toBe(work.lm as number);
    expect(Math.abs((lm as number) - Date.now() / 1000)).toBeLessThan(300);
    expect(json(await ask("WORK server al")).resp).toBe("ok work");
    expect(json(await ask("WORK PMAKER al")).resp).toBe("ok work");
    expect(refusal(await speak({ port: dmon.port }, "WORK clients al\n"))).toContain("client, server, pmaker");
    expect(refusal(await speak({ port: dmon.port }, "WORK client be/../al\n"))).toContain("no host is called");
    expect(refusal(await speak({ port: dmon.port }, "WORK client ../../../etc/passwd\n"))).toContain("no host");
  });

  test("CLIENTS of all, of a host, of an item, so many or so long", async () => {
    const all = json(await ask("CLIENTS")) as unknown as Clients;
    expect(all.resp).toBe("ok clients");
    expect(Object.keys(all.clients).sort()).toEqual([dmon.name, OTHER, THIRD, DUMB, OURS].sort());
    for (const line of ["CLIENTS al", `CLIENTS ${dmon.name} cpu_load 10`, `CLIENTS al 1h`, "clients al cpu_load 2d"]) {
      expect(Object.keys((json(await ask(line)) as unknown as Clients).cdmp)).toEqual([dmon.name]);
    }
    for (const line of ["CLIENTS 0", "CLIENTS 5", "CLIENTS 1h", "CLIENTS * cpu_load", "CLIENTS * 10"]) {
      expect(Object.keys((json(await ask(line)) as unknown as Clients).cdmp)).toHaveLength(5);
    }
    expect(refusal(await speak({ port: dmon.port }, "CLIENTS alph\n"))).toContain(`did you mean "${dmon.name}"?`);
    expect(refusal(await speak({ port: dmon.port }, "CLIENTS * uptme\n"))).toContain('did you mean "uptime"?');
    expect(refusal(await speak({ port: dmon.port }, "CLIENTS al uptime xx\n"))).toContain('"xx" limits no events');
  });

  test("REPORT and EVENTS", async () => {
    const about = { host: OTHER, version: "1", target: "x", time: 1, started: 1, ival: 300 };
    const item = { value: 1, level: "fine", since: 1, time: 1, unit: "", kind: "gauge" };
    const line = `REPORT ${JSON.stringify({ "-client": about, [OTHER]: { own: item }, [DUMB]: { charge: item } })}`;
    const answer = json(parts(await speak({ port: dmon.port, from: "127.0.0.3" }, `${line}\n`)).body);
    expect(answer.resp).toBe(`ok report from [127.0.0.3] for ${OTHER} ${DUMB}`);
    expect(answer.work).toBeNumber();
    const { cdmp } = await dmon.clients();
    expect(cdmp[DUMB]?.charge).toMatchObject({ value: 1, level: "fine" });

    const [first, second] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
    const event = { id: first, time: 5, host: OTHER, item: "own", level: "sick", prev: "fine", value: 3 };
    const events = `EVENTS ${JSON.stringify([event, { ...event, id: second, time: 6 }])}\n`;
    for (let twice = 0; twice < 2; twice++) {
      const stored = json(parts(await speak({ port: dmon.port, from: "127.0.0.3" }, events)).body);
      expect(stored).toEqual({ resp: "ok events 2, refused 0", stored: [first, second], refused: [] });
    }
    const seen = (await dmon.clients("be")).events.map(({ id }) => id);
    expect(seen).toEqual([second, first]);
    expect((await dmon.clients("be own 1")).events.map(({ id }) => id)).toEqual([second]);
    // That client's clock stands at 1970, and it said so: by ours it was just now.
    expect((await dmon.clients("be 1h")).events.map(({ id }) => id)).toEqual([second, first]);
  });

  test("CLIENT hands on, but nothing that acts for the server", async () => {
    expect(await speak({ port: dmon.port }, "CLIENT al PING\n")).toMatch(
      /^COMMAND PING\nPONG from Client dmon-[\d.]+\nCOMMAND DONE\n$/,
    );
    const hist = json(await ask(`CLIENT ${dmon.name} HIST hour`)) as unknown as Hist;
    expect(hist.data.rows).toHaveLength(60);
    // Of a host that our client asks for, and not of the client itself.
    for (const line of ["CLIENT sw1 HIST", "client sw1 hist hour", `CLIENT sw1 HIST day 0 ${OURS}`]) {
      expect((json(await ask(line)) as unknown as Hist).data.cols).toEqual(["TIME"]);
    }
    for (const line of ["CLIENT al STOP x", "CLIENT al SERVER PING", "CLIENT al UPGRADE {}"]) {
      expect(refusal(await speak({ port: dmon.port }, `${line}\n`))).toContain("is not handed on");
    }
    expect(refusal(await speak({ port: dmon.port }, "CLIENT mars PING\n"))).toContain('no host is called "mars"');
    expect(refusal(await speak({ port: dmon.port }, "CLIENT be PING\n"))).toBe("127.0.0.3:1: connection refused");
  });

  test("ALLPING and ALLSEND name each host and what became of it", async () => {
    for (const command of ["ALLPING", "ALLSEND"]) {
      const lines = (await ask(command)).trimEnd().split("\n");
      expect(lines).toHaveLength(3); // not the dumb one
      const ours = command === "ALLPING" ? "PONG from Client" : "next_send";
      expect(lines.find((line) => line.startsWith(`${dmon.name} `))).toContain(` ${ours} `);
      expect(lines.find((line) => line.startsWith(`${OTHER} `))).toContain(" error: ");
    }
  });

  test("what is unknown is answered with what is near", async () => {
    for (const port of [dmon.port, dmon.port + 1]) {
      expect(refusal(await speak({ port }, "PIGN\n"))).toContain('did you mean "PING"?');
      expect(refusal(await speak({ port }, "\n"))).toContain("HELP lists all");
      expect(refusal(await speak({ port }, "PING PONG\n"))).toContain("too many arguments");
      expect(refusal(await speak({ port }, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))).toContain('unknown command "GET"');
    }
  });

  test("a command of the other port is told where it belongs", async () => {
    expect(refusal(await speak({ port: dmon.port }, "HIST hour\n"))).toContain("of the client's port");
    expect(refusal(await speak({ port: dmon.port + 1 }, "CLIENTS\n"))).toContain("of the server's port");
  });

  test("dmon send is the built-in nc", async () => {
    expect((await dmon.dmon("send", "127.0.0.1", "PING")).out).toContain("PONG from Client");
    expect((await dmon.dmon("send", "127.0.0.1", "CLIENTS")).out).toContain('"ok clients"');
    expect((await dmon.dmon("send", `127.0.0.1:${dmon.port}`, "HELP")).out).toContain("ALLPING");
    const wrong = await dmon.dmon("send", "127.0.0.1", "NONSENSE");
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain("error: unknown command");
    const nobody = await dmon.dmon("send", "127.0.0.1:1", "PING");
    expect(nobody).toEqual({ code: 1, out: "", err: "[error] dmon: 127.0.0.1:1: connection refused\n" });
  });
});

describe.concurrent("netcats", () => {
  const WORDS = { "with a newline": "PING\n", bare: "PING", "with CRLF": "PING\r\n", "in lower case": "ping\n" };
  // Without a newline the end of the stream ends the line, so only a netcat that closes its half is understood.
  const NETCATS = [
    { program: "nc.openbsd", flags: [], halfCloses: false },
    { program: "nc.openbsd", flags: ["-N"], halfCloses: true },
    { program: "nc.openbsd", flags: ["-q1"], halfCloses: true },
    { program: "nc.traditional", flags: [], halfCloses: false },
    { program: "nc.traditional", flags: ["-q1"], halfCloses: false },
    { program: "ncat", flags: [], halfCloses: true },
    { program: "ncat", flags: ["--no-shutdown"], halfCloses: false },
  ];
  for (const { program, flags, halfCloses } of NETCATS) {
    test.skipIf(lacks(program))([program, ...flags].join(" "), async () => {
      const asked = Object.entries(WORDS)
        .filter(([how]) => how !== "bare" || halfCloses)
        .flatMap(([how, stdin]) => [
          { how, stdin, port: dmon.port, role: "Server" },
          { how, stdin, port: dmon.port + 1, role: "Client" },
        ]);
      await Promise.all(
        asked.map(async ({ how, stdin, port, role }) => {
          const { out } = await run([program, ...flags, "127.0.0.1", String(port)], { stdin, timeout_ms: 4000 });
          expect(`${how}: ${out}`).toMatch(
            new RegExp(`^${how}: COMMAND PING\nPONG from ${role} dmon-[\\d.]+\nCOMMAND DONE\n$`),
          );
        }),
      );
    });
    // With -q1 it hangs up a second after its last word, whole answer or not.
    if (flags[0] === "-q1") continue;
    test.skipIf(lacks(program))(
      [program, ...flags, "takes more than the sockets hold"].join(" "),
      async () => {
        const stdin = `HIST -149000m..now 149000 ${dmon.name} +minmax\n`;
        const { out } = await run([program, ...flags, "127.0.0.1", String(dmon.port + 1)], { stdin });
        expect(out.length).toBeGreaterThan(10e6);
        expect(out).toStartWith('COMMAND HIST\n{"resp":"ok rows 149');
        expect(out).toEndWith("]}}\nCOMMAND DONE\n");
      },
      20_000,
    );
  }
  test.skipIf(lacks("ncat"))("ncat --send-only gets nothing and harms nothing", async () => {
    const { code, out } = await run(["ncat", "--send-only", "127.0.0.1", String(dmon.port)], { stdin: "CLIENTS\n" });
    expect({ code, out }).toEqual({ code: 0, out: "" });
  });
  test.skipIf(skipping(!hasIpv6(), "this host has no IPv6"))("IPv6", async () => {
    expect(await speak({ host: "::1", port: dmon.port }, "PING\n")).toContain("PONG from Server");
    expect(await speak({ host: "::1", port: dmon.port + 1 }, "PING\n")).toContain("PONG from Client");
  });
});

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
}

describe("access", () => {
  test("a stranger is refused on both ports, and logged once", async () => {
    for (let tries = 0; tries < 3; tries++) {
      for (const port of [dmon.port, dmon.port + 1]) {
        expect(refusal(await speak({ port, from: "127.0.0.2" }, "PING\n"))).toBe("127.0.0.2 is not known here");
        expect(refusal(await speak({ port, from: "127.0.0.2" }, ""))).toBe("127.0.0.2 is not known here");
      }
    }
    expect(dmon.log().match(/refused 127\.0\.0\.2/g)?.length).toBeWithin(1, 3); // once a port
  });

  test("a crowd of strangers is cut off, and takes nobody's place", async () => {
    const crowd = Array.from({ length: 300 }, () => speak({ port: dmon.port, from: "127.0.0.2" }, "").catch(() => ""));
    expect(await dmon.server("PING")).toStartWith("PONG");
    const told = (await Promise.all(crowd)).filter((answer) => answer.includes("not known here"));
    expect(told.length).toBeWithin(1, 200); // 64 at a time are told so
  });

  test("a client that drips holds up no other in a fan-out", async () => {
    const drip = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (socket) => {
          const timer = setInterval(() => socket.write("C") < 0 && clearInterval(timer), 100);
        },
        data: () => undefined,
      },
    });
    await using own = await TestDmon.started({
      work: `host slow.example.org slow addr=127.0.0.1 port=${drip.port}\nget * uptime`,
    });
    const body = await own.server("ALLPING");
    drip.stop(true);
    expect(body).toMatch(new RegExp(`^${own.name} PONG from Client`, "m"));
    expect(body).toMatch(/^slow\.example\.org error: .*no answer within/m);
  });

  test("a client speaks for itself and its dumb hosts, to the server only", async () => {
    const from = "127.0.0.3";
    const say = (line: string, port = dmon.port) => speak({ port, from }, `${line}\n`);
    expect(await say("PING")).toContain("PONG from Server");
    expect(await say("CLIENTS 1")).toContain('"ok clients"');
    expect(await say("CLIENT al HIST hour")).toContain('"ok rows 60"');
    expect(refusal(await say("PING", dmon.port + 1))).toContain("not known");
    expect(await say("ALLSEND")).toStartWith("COMMAND ALLSEND\n");
    const about = { host: OTHER, version: "1", target: "x", time: 1, started: 1, ival: 300 };
    const item = { value: 1, level: "fine", since: 1, time: 1, unit: "", kind: "gauge" };
    const report = (who: string, ...hosts: string[]) =>
      `REPORT ${JSON.stringify({ "-client": { ...about, host: who }, ...Object.fromEntries(hosts.map((h) => [h, { own: item }])) })}`;
    expect(await say(report(OTHER, OTHER, DUMB))).toContain("ok report");
    expect(refusal(await say(report(dmon.name, OTHER)))).toContain(`may not speak for ${dmon.name}`);
    for (const [foreign, own] of [
      [dmon.name, []],
      [THIRD, [OTHER]],
    ] as const) {
      const answer = json(parts(await say(report(OTHER, ...own, foreign))).body);
      expect(answer).toMatchObject({ work: expect.any(Number), refused: [foreign] });
      expect((await dmon.clients()).cdmp[foreign]?.own).toBeUndefined();
    }
    const id = Bun.randomUUIDv7();
    const event = (host: string) =>
      `EVENTS ${JSON.stringify([{ id, time: 9, host, item: "own", level: "sick", prev: "fine", value: 1 }])}`;
    for (const foreign of [dmon.name, THIRD, "mars"]) {
      const answer = json(parts(await say(event(foreign))).body);
      expect(answer).toEqual({ resp: "ok events 0, refused 1", stored: [], refused: [id] });
    }
    expect((await dmon.clients()).events.filter((seen) => seen.id === id)).toEqual([]);
    expect(await say(event(DUMB))).toContain('"ok events 1, refused 0"');
    expect((await dmon.clients()).events.filter((seen) => seen.id === id)).toHaveLength(1);
    expect(await say(`WORK client ${OTHER}`)).toContain('"ok work"');
    for (const host of [dmon.name, THIRD]) {
      for (const command of ["WORK client", "WORK_LM client", "WORK server", "WORK pmaker"]) {
        expect(refusal(await say(`${command} ${host}`))).toContain("may not read");
      }
    }
  });

  test("a peer that opens too many connections is told so", async () => {
    const open = await Promise.all(Array.from({ length: 64 }, () => dial({ port: dmon.port, from: "127.0.0.4" })));
    expect(refusal(await speak({ port: dmon.port, from: "127.0.0.4" }, "PING\n"))).toContain("too many connections");
    expect(await dmon.server("PING")).toStartWith("PONG");
    for (const socket of open) socket.destroy();
    await until("room again", async () =>
      (await speak({ port: dmon.port, from: "127.0.0.4" }, "PING\n")).includes("PONG"),
    );
  });
});

describe("load", () => {
  test("1,000 connections at once to one port, and 250 to the other, are all answered", async () => {
    const answers = await Promise.all(
      Array.from({ length: 1250 }, async (_, i) => {
        const port = dmon.port + (i % 5 === 0 ? 1 : 0);
        return speak({ port, end: i % 4 < 2, timeout_ms: 20_000 }, i % 3 === 0 ? "STATE\n" : "PING\n");
      }),
    );
    expect(answers.filter((answer) => /^COMMAND (PING|STATE)\n[\s\S]+COMMAND DONE\n$/.test(answer))).toHaveLength(1250);
  }, 30_000);

  test("a slow reader of 50 MB gets all of it, and a PING beside it is not held up", async () => {
    const MINUTES = 149_000;
    await using big = await TestDmon.make({ conf: { history: "1m 120d, 1h 120d" } });
    fillHistory(big, MINUTES, 36);
    const pid = await big.start();
    using watcher = new Watcher(big);
    const line = `HIST -${MINUTES}m..now ${MINUTES}\n`;
    const socket = await dial({ port: big.port + 1 });
    let size = 0;
    let hold = 0;
    socket.on("data", (chunk) => {
      size += chunk.length;
      hold += chunk.length;
      if (hold < 2 ** 20) return;
      hold = 0;
      socket.pause(); // first two seconds long, so that all buffers are full, then a link of about 40 MB/s
      setTimeout(() => socket.resume(), size < 2 * 2 ** 20 ? 2000 : 25);
    });
    const whole = hear(socket, 60_000);
    socket.write(line);
    const { data } = JSON.parse(parts(await whole).body) as Hist;
    const { count, slowest_ms, growth_mib } = await watcher.stop();
    expect(size).toBeGreaterThan(50e6);
    expect(data.cols).toHaveLength(44);
    const at = data.cols.indexOf("item7");
    expect(data.rows.length).toBeWithin(MINUTES, MINUTES + 3);
    expect(data.rows.filter((row) => row[at] !== null).length).toBeGreaterThan(MINUTES - 5);
    expect(count).toBeGreaterThan(20);
    expect(slowest_ms).toBeLessThan(100);
    expect(growth_mib).toBeLessThan(64);
    expect(isAlive(pid)).toBe(true);
  }, 90_000);
});

/** Minutes of values as a daemon would have stored them up to now. */
function fillHistory(big: TestDmon, minutes: number, items: number): void {
  const tiers = [
    { bucket_s: 60, keep_s: 120 * 86_400 },
    { bucket_s: 3600, keep_s: 7 * 86_400 },
  ];
  const store = new ClientStore(big.path("var/data.lite"), tiers);
  const now_s = Date.now() / 1000;
  const names = Array.from({ length: items }, (_, i) => `item${i}`);
  const PIECE = 5000;
  for (let done = 0; done < minutes; done += PIECE) {
    const ticks = Array.from({ length: Math.min(PIECE, minutes - done) }, (_, i) => ({
      host: big.name,
      time_s: now_s - (minutes - done - i) * 60,
      values: new Map(names.map((name, n) => [name, 100_000 * Math.abs(Math.sin(done + i + n * 7))])),
      events: [],
    }));
    store.tick(ticks, now_s);
  }
  store.close();
}
