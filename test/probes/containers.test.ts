// A container engine of the test's own, on a socket in a temporary directory.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import containers, { parseList, parseStats } from "../../probes/containers.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { given, probeErrorOf } from "./fake-host.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-docker-"));
const host = localHost({ root: dir, self: () => ({}) as SelfStats });
const ID = "4f5b0a9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a";
const web = { Id: ID, Names: ["/web"], State: "running", Status: "Up 3 hours (healthy)" };
const db = { Id: ID.replace("4", "5"), Names: ["/db"], State: "running", Status: "Up 2 minutes (unhealthy)" };
const old = { Id: ID.replace("4", "6"), Names: ["/old"], State: "exited", Status: "Exited (137) 2 days ago" };
const loop = {
  Id: ID.replace("4", "7"),
  Names: ["/loop"],
  State: "restarting",
  Status: "Restarting (1) 4 seconds ago",
};
let respond: (path: string) => Response;
let server: { stop(force?: boolean): Promise<void> } | undefined;

const stats = {
  cpu_stats: { cpu_usage: { total_usage: 5_000_000_000 } },
  memory_stats: { usage: 300, stats: { inactive_file: 100 } },
};
const normal = (path: string) =>
  path.includes("/stats")
    ? path.includes(db.Id)
      ? new Response("gone", { status: 404 })
      : Response.json(stats)
    : Response.json([web, db, old, loop]);

beforeAll(() => {
  mkdirSync(join(dir, "run"));
  server = Bun.serve({
    unix: join(dir, "run/docker.sock"),
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      return respond(pathname + search);
    },
  });
});
afterAll(async () => {
  await server?.stop(true);
  rmSync(dir, { recursive: true });
});

describe("an engine that answers", () => {
  test("its containers by name; one that ends meanwhile has no data", async () => {
    respond = normal;
    expect(await containers.find(host, given())).toEqual({
      readings: {
        running: 2,
        stopped: 1,
        unhealthy: { value: 1, text: "db" },
        restarting: { value: 1, text: "loop" },
      },
      found: [
        { key: "web", reading: { value: 1, text: "Up 3 hours (healthy)" }, unit: "", kind: "state" },
        { key: "web_cpu", reading: 500, unit: "%", kind: "rate" },
        { key: "web_memory", reading: 200, unit: "B", kind: "gauge" },
        { key: "db", reading: { value: 1, text: "Up 2 minutes (unhealthy)" }, unit: "", kind: "state" },
        { key: "db_cpu", reading: null, unit: "%", kind: "rate" },
        { key: "db_memory", reading: null, unit: "B", kind: "gauge" },
        { key: "old", reading: { value: 0, text: "Exited (137) 2 days ago" }, unit: "", kind: "state" },
        { key: "loop", reading: { value: 0, text: "Restarting (1) 4 seconds ago" }, unit: "", kind: "state" },
      ],
    });
  });

  test.each<[string, () => Response, string]>([
    ["with an error", () => new Response("no", { status: 500 }), "answers 500 to /containers/json"],
    ["with what is no JSON", () => new Response("<html>"), "no JSON"],
    ["with another form", () => Response.json([{ id: 1 }]), "known form"],
    ["with no list", () => Response.json({}), "no list"],
    ["without end", () => new Response("x".repeat(9 * 1024 * 1024)), "more than"],
  ])("%s", async (_, answer, message) => {
    respond = answer;
    expect(await probeErrorOf(() => containers.find(host, given()))).toContain(message);
  });
});

test("no engine: no data; a socket that was named and is not there: an error", async () => {
  const none = localHost({ root: "/nonexistent", self: () => ({}) as SelfStats });
  expect(await containers.find(none, given())).toEqual({ readings: {} });
  expect(await probeErrorOf(() => containers.find(host, given("/run/none.sock")))).toContain(
    "/run/none.sock is missing",
  );
  writeFileSync(join(dir, "run/file"), "");
  expect(await probeErrorOf(() => containers.find(host, given("/run/file")))).toBe("/run/file is no socket");
  expect(await probeErrorOf(() => containers.find(host, given("run/x")))).toBe(
    '"run/x" does not begin with /; write the whole path',
  );
});

test("a socket where no engine is: why, in words and not in Bun's", async () => {
  const socket = { open: (peer: { terminate(): void }) => peer.terminate(), data: () => undefined };
  const other = Bun.listen({ unix: join(dir, "run/other.sock"), socket });
  const why = () => probeErrorOf(() => containers.find(host, given("/run/moved.sock")));
  renameSync(join(dir, "run/other.sock"), join(dir, "run/moved.sock")); // else it is taken away with its server
  expect(await why()).toBe("no answer from /run/moved.sock: what listens there is no container engine");
  other.stop(true);
  expect(await why()).toBe("no answer from /run/moved.sock: no engine listens there; does it run?");
});

test("a name that is none, and statistics that lack everything", () => {
  expect(parseList([{ ...web, Names: null }])[0]?.name).toBe("4f5b0a9c8d7e");
  expect(parseStats(undefined)).toEqual({ cpu: null, memory: null });
  expect(parseStats({ cpu_stats: { cpu_usage: { total_usage: -1 } } })).toEqual({ cpu: null, memory: null });
});
