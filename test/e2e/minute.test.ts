// A value's whole way: from the host to history, level, event, server and page; over a restart, and while the server is away.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { lacks, lacksRoot } from "../skips.ts";
import { canonical, type EventSeen, endAll, FIXTURES, isAlive, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

/** A dmon whose host is a copy of a fake one, which a test may change. */
async function onFakeHost(fixture: string, more: Parameters<typeof TestDmon.make>[0] = {}): Promise<TestDmon> {
  const dmon = await TestDmon.make(more);
  cpSync(join(FIXTURES, fixture), dmon.path("root"), { recursive: true });
  dmon.writeConf({ ...more.conf, root: dmon.path("root") });
  return dmon;
}

function setLoad(dmon: TestDmon, load: number): void {
  writeFileSync(dmon.path("root/proc/loadavg"), `${load.toFixed(2)} 0.50 0.40 2/345 6789\n`);
}

describe.concurrent("values", () => {
  for (const fixture of ["server128", "vm", "container", "armboard"]) {
    test(`of the fake host ${fixture} arrive on the wire and on the pages`, async () => {
      await using dmon = await onFakeHost(fixture, {
        work: "get * cpu_load cpu_load5 cpu_load15 mem_avail uptime procs",
      });
      await dmon.start();
      const read = (file: string) => readFileSync(dmon.path("root/proc", file), "utf8");
      const loads = read("loadavg").split(" ").map(Number);
      await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.uptime);
      const state = (await dmon.clients()).cdmp[dmon.name] ?? {};
      expect([state.cpu_load?.value, state.cpu_load5?.value, state.cpu_load15?.value]).toEqual(loads.slice(0, 3));
      expect(state.uptime?.value).toBe(Number(read("uptime").split(" ")[0]));
      const golden = JSON.parse(readFileSync(join(FIXTURES, "../../golden", `${fixture}.json`), "utf8"));
      expect(state.mem_avail?.value).toBe(golden.memory.avail);
      await until("the page", async () => (await dmon.page("/host/al")).includes(">cpu_load<"));

      setLoad(dmon, 3.21);
      await until("the new value on the wire", async () => (await dmon.item("cpu_load"))?.value === 3.21);
      await until("the new value on the page", async () =>
        (await dmon.page("/graph/al/cpu_load")).includes("3.21 tasks"),
      );
      const { data } = await dmon.hist(`hour 60 ${dmon.name} cpu_load +minmax`);
      expect(data.rows.map(([, , , max]) => max)).toContain(Math.max(3.21, loads[0] ?? 0));
    });
  }

  test("a host without /proc has errors that say so, not numbers", async () => {
    await using dmon = await onFakeHost("vm", { work: "get * cpu_load mem_avail uptime" });
    rmSync(dmon.path("root/proc"), { recursive: true });
    await dmon.start();
    const item = await until("a reading", () => dmon.item("cpu_load"));
    expect(item).toMatchObject({ value: null, level: "dead" });
    expect(item.error).toContain("/proc/loadavg is missing");
    await until("it is on the alerts page", async () => (await dmon.page("/")).includes("/proc/loadavg is missing"));
  });

  test("measures every second, and reports as often", async () => {
    await using dmon = await TestDmon.started();
    const first = await until("a value", () => dmon.item("uptime"));
    await Bun.sleep(4000);
    const later = await dmon.item("uptime");
    expect((later?.time ?? 0) - first.time).toBeWithin(3, 5.5);
    expect((later?.value ?? 0) - (first.value ?? 0)).toBeWithin(3, 5.5);
    const { clients, now } = await dmon.clients();
    expect(now - (clients[dmon.name]?.received ?? 0)).toBeLessThan(2.5);
  });

  test.skipIf(lacks("strace") || lacksRoot("tracing a daemon"))(
    "starts no other process",
    async () => {
      await using dmon = await TestDmon.started({
        work: "get * cpu_load cpu_usage mem_avail root_usage procs uptime dmon",
      });
      await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
      const trace = dmon.path("trace");
      const calls = "trace=fork,vfork,clone,clone3,execve,execveat";
      const tracer = Bun.spawn(["strace", "-f", "-qq", "-e", calls, "-o", trace, "-p", String(dmon.pid())]);
      await Bun.sleep(4000);
      await dmon.page("/host/al");
      tracer.kill("SIGINT");
      await tracer.exited;
      const others = readFileSync(trace, "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.includes("CLONE_THREAD"));
      expect(others).toEqual([]);
      expect((await dmon.item("uptime"))?.value).toBeNumber();
    },
    20_000,
  );

  test("newer work is taken over by itself", async () => {
    await using dmon = await TestDmon.started();
    await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
    dmon.writeWork(dmon.workText("get * cpu_load procs"));
    expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
    await until("the new item", async () => (await dmon.clients()).cdmp[dmon.name]?.procs);
    await until("the old one is gone", async () => !(await dmon.clients()).cdmp[dmon.name]?.uptime);
    expect((await dmon.hist("hour")).data.cols).toContain("uptime"); // its history stays
  });
});

describe.concurrent("levels", () => {
  test.skipIf(lacksRoot("mounting a small disk"))(
    "a disk past its threshold makes an event, and recovers",
    async () => {
      await using dmon = await TestDmon.make();
      const disk = dmon.mount("disk", "size=4m");
      dmon.writeWork(
        dmon.workText(
          `item tiny disk.usage ${disk}\nget * cpu_load tiny\nfit tiny soso >70% until <60% sick >85% until <80%`,
        ),
      );
      await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
      await dmon.start();
      const seen = async () => (await dmon.clients()).cdmp[dmon.name]?.tiny;
      await until("it is fine", async () => (await seen())?.level === "fine");
      expect(await dmon.page("/")).not.toContain(">tiny<");

      writeFileSync(join(disk, "filler"), Buffer.alloc(3.6 * 2 ** 20));
      const full = await until("it is sick", async () => {
        const item = await seen();
        return item?.level === "sick" && item;
      });
      expect(full.value).toBeWithin(85, 100);
      const event = await until("the event", async () => (await dmon.clients("al tiny")).events[0]);
      expect(event).toMatchObject({ host: dmon.name, item: "tiny", level: "sick", prev: "fine" });
      for (const path of ["/", "/host/al", "/events", "/graph/al/tiny"]) {
        await until(`it is on ${path}`, async () => {
          const page = await dmon.page(path);
          return page.includes("tiny") && page.includes("&gt;85%") && page.includes("sick");
        });
      }

      rmSync(join(disk, "filler"));
      await until("it is fine again", async () => (await seen())?.level === "fine");
      const { events } = await dmon.clients("al tiny");
      expect(events.map(({ level }) => level)).toEqual(["fine", "sick"]);
      await until("the alerts page forgets it", async () => !problems(await dmon.page("/")).includes(">tiny<"));
    },
  );

  test("are kept over a restart without a second event, and so is history", async () => {
    await using dmon = await onFakeHost("vm", { work: "get * cpu_load\nfit cpu_load sick >10" });
    for (const end of ["stop", "kill -9"] as const) {
      setLoad(dmon, 77);
      await dmon.start();
      await until("it is sick", async () => (await dmon.item("cpu_load"))?.level === "sick");
      const before = await until("one event", async () => {
        const { events } = await dmon.clients();
        return events.length === 1 && events[0];
      });
      if (end === "stop") await dmon.stop();
      else {
        const pid = dmon.pid();
        process.kill(pid, "SIGKILL");
        await until("it is dead", () => !isAlive(pid));
      }
      setLoad(dmon, 55);
      await dmon.start();
      const item = await until("a new value", async () => {
        const now = await dmon.item("cpu_load");
        return now?.value === 55 && now;
      });
      expect(item.level).toBe("sick");
      expect(Math.abs(item.since - before.time)).toBeLessThan(0.01);
      await Bun.sleep(1500);
      expect((await dmon.clients()).events).toEqual([before]);
      const { data } = await dmon.hist(`hour 60 ${dmon.name} cpu_load +minmax`);
      expect(data.rows.map(([, , , max]) => max)).toContain(77);
      await dmon.stop();
    }
  }, 20_000);
});

describe.concurrent("a client and its server", () => {
  test("what the server does not confirm is sent again, oldest first; what it confirmed never", async () => {
    const name = canonical("beta");
    await using client = await onFakeHost("vm", { name: "beta", work: "get * cpu_load\nfit cpu_load sick >10" });
    const work = (kind: string) => readFileSync(client.path("var/works", kind, `${name}.txt`), "utf8");
    const sent: EventSeen[][] = [];
    let mood: "refuse" | "nothing" | "first" = "refuse";
    const server = await fakeServer(client.port, work, (events) => {
      sent.push(events);
      if (mood === "refuse") return "not now";
      return events.slice(0, mood === "first" ? 1 : 0).map(({ id }) => id);
    });
    try {
      client.writeConf({ server: "localhost", root: client.path("root") });
      setLoad(client, 1);
      await client.start();
      await until("a value", async () => (await client.item("cpu_load"))?.value === 1);
      for (const [load, level] of [
        [50, "sick"],
        [2, "fine"],
        [60, "sick"],
      ] as const) {
        setLoad(client, load);
        await until(`load ${load}`, async () => (await client.item("cpu_load"))?.level === level);
        if (load === 2) mood = "nothing";
      }
      await until("all three", () => sent.at(-1)?.length === 3);
      const all = sent.at(-1) ?? [];
      const ids = (events: EventSeen[]) => events.map(({ id }) => id);
      expect(all.map(({ level }) => level)).toEqual(["sick", "fine", "sick"]);
      expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).toSorted((a, b) => a - b));
      for (const events of sent) expect(ids(events)).toEqual(ids(all.slice(0, events.length)));
      mood = "first";
      // One by one: what is left goes at once, what was confirmed is not said again.
      await until("one is left", () => sent.at(-1)?.length === 1);
      expect(sent.slice(-3).map(ids)).toEqual([ids(all), ids(all.slice(1)), ids(all.slice(2))]);
      await Bun.sleep(1500);
      const before = sent.length;
      await Bun.sleep(2500);
      expect(sent.length).toBe(before);
    } finally {
      server.close();
    }
  }, 30_000);

  test("events of a client reach the server after it was away: each once, in order", async () => {
    const server = canonical("localhost");
    await using alpha = await TestDmon.make({ name: "localhost" });
    const beta = canonical("beta");
    alpha.writeWork(
      alpha.workText(`host ${beta} be addr=127.0.0.2\nget al uptime\nget be cpu_load\nfit cpu_load sick >10`),
    );
    await alpha.dmon("mk-work", "-q", "-f", "-w", alpha.path("work.conf"));
    await alpha.start();
    await using client = await onFakeHost("vm", {
      name: "beta",
      address: "127.0.0.2",
      port: alpha.port,
      workConf: null,
      conf: { server, http_listen: "off" },
    });
    const level = async () => (await client.item("cpu_load"))?.level;
    const load = async (value: number, wanted: string) => {
      setLoad(client, value);
      await until(`load ${value} is ${wanted}`, async () => (await level()) === wanted);
    };
    setLoad(client, 1);
    await client.start();
    await until("its report is on the server", async () => (await alpha.clients()).cdmp[beta]?.cpu_load);
    await load(50, "sick");
    await until("its event too", async () => (await alpha.clients("be cpu_load")).events.length === 1);
    expect(await alpha.server("CLIENT be PING")).toContain("PONG from Client");
    expect((await alpha.server("ALLPING")).split("\n").filter((line) => line.includes("PONG"))).toHaveLength(2);
    await until("its page", async () => (await alpha.page("/host/be")).includes("cpu_load"));
    await until("its graph", async () => (await alpha.page("/graph/be/cpu_load")).includes("50 tasks"));

    await alpha.stop();
    await load(2, "fine");
    await load(60, "sick");
    // A restart without its server: the work is the last one that it had, and what waits goes on waiting.
    await client.stop();
    await client.start();
    await until("it measures again", async () => (await client.item("cpu_load"))?.value === 60);
    expect(client.log()).toContain("going on alone");
    await load(3, "fine");

    await alpha.start();
    const levels = (events: EventSeen[]) => events.map((event) => event.level).toReversed();
    await until("all events", async () => (await alpha.clients("be cpu_load")).events.length === 4, 15_000);
    await Bun.sleep(1200);
    const { events } = await alpha.clients("be cpu_load");
    expect(levels(events)).toEqual(["sick", "fine", "sick", "fine"]);
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted((a, b) => b - a));
    await until("the server's view is of now", async () => (await alpha.clients()).cdmp[beta]?.cpu_load?.value === 3);
    expect(client.log()).toContain("answers again");

    await client.stop();
    await until("the page says that it is silent", async () => (await alpha.page("/")).includes("stale"), 15_000);
    expect(await alpha.page("/graph/be/cpu_load")).toContain("No history can be had now");
    // The server remembers it over a restart of its own.
    await alpha.stop();
    await alpha.start();
    expect((await alpha.clients()).cdmp[beta]?.cpu_load?.value).toBe(3);
  }, 60_000);
});

/** A server that is not dmon: it gives work, takes reports, and does with events what the test wants. */
async function fakeServer(
  port: number,
  work: (kind: string) => string,
  take: (events: EventSeen[]) => string[] | string,
): Promise<Server> {
  const answer = (line: string): [string, unknown] => {
    const [command = "", ...rest] = line.split(" ");
    if (command === "WORK") return [command, { resp: "ok work", data: work(rest[0] ?? ""), lm: 1 }];
    if (command !== "EVENTS") return [command, { resp: "ok", lm: 1, work: 1 }];
    const stored = take(JSON.parse(rest.join(" ")));
    return [command, Array.isArray(stored) ? { resp: "ok events", stored } : { resp: `error ${stored}` }];
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let line = "";
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      line += String(chunk);
      if (!line.endsWith("\n")) return;
      const [command, body] = answer(line.trimEnd());
      socket.end(`COMMAND ${command}\n${JSON.stringify(body)}\nCOMMAND DONE\n`);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** The part of the alerts page that lists what is wrong. */
function problems(page: string): string {
  return page.match(/<table class="problems">.*?<\/table>/gs)?.join("") ?? "";
}
