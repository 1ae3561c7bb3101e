// systemd and unit against a service that speaks as systemd does, on a socket of the test's own; the bus itself is Debian's.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import systemd from "../../probes/systemd.ts";
import unit from "../../probes/unit.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { connectBus } from "../../src/reach/dbus.ts";
import { asText, marshal, unmarshal, type Value } from "../../src/reach/dbus-values.ts";
import { given, probeErrorOf } from "./fake-host.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-dbus-"));
const host = localHost({ root: dir, self: () => ({}) as SelfStats, now_s: () => 1_700_000_000 });
/** Units by object path. */
const units: Record<string, Record<string, Value>> = {
  "/nginx": {
    LoadState: "loaded",
    ActiveState: "active",
    SubState: "running",
    StateChangeTimestamp: 1_699_999_000_000_000n,
  },
  "/gone": { LoadState: "not-found" },
  "/db": { LoadState: "loaded", ActiveState: "failed", SubState: "failed", StateChangeTimestamp: 0n },
};
let failed: string[] = [];
let answersWith: "right" | "garbage" | "nothing" = "right";
let listener: { stop(force?: boolean): void } | undefined;

type Answer = { signature: string; args: Value[] } | { error: string };

function answer(path: string, member: string, args: Value[]): Answer {
  if (member === "ListUnitsFiltered") {
    const rows = failed.map((name) => [name, "doc", "loaded", "failed", "failed", "", "/x", 0, "", "/"]);
    return { signature: "a(ssssssouso)", args: [rows] };
  }
  if (member === "LoadUnit") return { signature: "o", args: [`/${asText(args[0]).split(".")[0]}`] };
  if (args[1] === "NJobs") return { signature: "v", args: [{ signature: "u", value: 2 }] };
  if (args[1] === "NRestarts") return { signature: "v", args: [{ signature: "u", value: 3 }] };
  const value = args[1] === "MemoryCurrent" ? 2n ** 64n - 1n : units[path]?.[asText(args[1])];
  if (value === undefined) return { error: "no such property" };
  return {
    signature: "v",
    args: [{ signature: typeof value === "bigint" ? "t" : "s", value }],
  };
}

function reply(message: Buffer): Buffer {
  const [, , , , , serial, fields] = unmarshal("yyyyuua(yv)", message);
  const of = new Map((fields as [number, Value][]).map(([code, value]) => [code, value]));
  const start = Math.ceil((16 + message.readUInt32LE(12)) / 8) * 8;
  const args = unmarshal(asText(of.get(8)), message.subarray(start));
  const said = answer(asText(of.get(1)), asText(of.get(3)), args);
  const [type, signature, values] = "error" in said ? [3, "s", [said.error]] : [2, said.signature, said.args];
  const body = marshal(signature, values);
  const head: Value[] = [
    [5, { signature: "u", value: Number(serial) }],
    [8, { signature: "g", value: signature }],
  ];
  const bytes = marshal("yyyyuua(yv)", [108, type, 0, 1, body.length, 7, head]);
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8), body]);
}

beforeAll(() => {
  mkdirSync(join(dir, "run/systemd/system"), { recursive: true });
  listener = Bun.listen({
    unix: join(dir, "run/systemd/private"),
    socket: {
      data(socket, chunk) {
        const text = chunk.toString("latin1");
        if (text.startsWith("\0AUTH")) socket.write("OK 1234deadbeef\r\n");
        else if (answersWith === "garbage") socket.write("x".repeat(200));
        else if (answersWith === "right") {
          const call = text.startsWith("BEGIN\r\n") ? chunk.subarray(7) : chunk;
          if (call.length > 0) socket.write(reply(Buffer.from(call)));
        } else socket.end();
      },
    },
  });
});

afterAll(() => {
  listener?.stop(true);
  rmSync(dir, { recursive: true });
});

describe("systemd", () => {
  test("counts the failed units and names them", async () => {
    failed = [];
    expect(await systemd.read(host, given())).toEqual({ failed: 0, jobs: 2 });
    failed = ["nginx.service", "a.timer"];
    expect(await systemd.read(host, given())).toEqual({ failed: { value: 2, text: "a.timer nginx.service" }, jobs: 2 });
  });

  test("no data where another init runs", async () => {
    const other = localHost({ root: "/nonexistent", self: () => ({}) as SelfStats });
    expect(await systemd.read(other, given())).toEqual({});
    expect(await unit.read(other, given("nginx"))).toEqual({});
  });

  test.each([
    ["garbage" as const, "is not D-Bus"],
    ["nothing" as const, "it closed the connection"],
  ])("one that answers %s", async (how, message) => {
    answersWith = how;
    expect(await probeErrorOf(() => systemd.read(host, given()))).toContain(message);
    answersWith = "right";
  });
});

describe("unit", () => {
  test("an active service", async () => {
    expect(await unit.read(host, given("nginx"))).toEqual({
      active: { value: 1, text: "active (running)" },
      age: 1000,
      restarts: 3,
      memory: null,
    });
  });

  test("a failed one, never started", async () => {
    expect(await unit.read(host, given("db.mount"))).toEqual({
      active: { value: 0, text: "failed (failed)" },
      age: null,
    });
  });

  test("one that there is not", async () => {
    expect(await probeErrorOf(() => unit.read(host, given("gone")))).toContain("systemd knows no unit gone.service");
  });
});

test("Debian's bus takes us, answers us, and says what is wrong", async () => {
  const socket = join(dir, "bus");
  writeFileSync(
    join(dir, "bus.conf"),
    `<busconfig><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth><policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`,
  );
  const daemon = Bun.spawn(["dbus-daemon", "--nofork", `--config-file=${join(dir, "bus.conf")}`, "--print-address"], {
    stdout: "pipe",
    stderr: "ignore",
  });
  try {
    await daemon.stdout.getReader().read(); // it listens
    const bus = await connectBus(socket, 5000);
    const call = {
      destination: "org.freedesktop.DBus",
      path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus",
    };
    expect((await bus.call({ ...call, member: "ListNames" }))[0]).toContain("org.freedesktop.DBus");
    const [owned] = await bus.call({ ...call, member: "NameHasOwner", signature: "s", args: ["org.freedesktop.DBus"] });
    expect(owned).toBe(true);
    expect(await probeErrorOf(() => bus.call({ ...call, member: "Nothing" }))).toContain("Nothing");
    bus.close();
  } finally {
    daemon.kill();
    await daemon.exited;
  }
});
