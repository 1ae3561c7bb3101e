// A server in a directory of its own, with a clock that stands and a log that is kept.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ItemState, Report } from "../../src/core/report.ts";
import { wallClockAt } from "../../src/process/wall-clock.ts";
import { Server, type ServerOptions } from "../../src/server/server.ts";
import { works } from "../work/fixture.ts";

export const START = 1_793_491_200;
export const MARS = "mars.example.org";
export const WWW1 = "www1.example.org";
/** Behind mars. */
export const UPS = "ups.example.org";

export interface World {
  server: Server;
  file: string;
  said: string[];
  clock: { wall_s: number };
  /** Ends the server and begins with what it left. */
  restart(): void;
}

/** Calls `use` with a server whose work has mars, www1, www2, and ups behind mars. */
export async function withServer(
  use: (world: World) => void | Promise<void>,
  more: Partial<ServerOptions> = {},
): Promise<void> {
  const dir = mkdtempSync(`${tmpdir()}/dmon-server-`);
  const said: string[] = [];
  const clock = { wall_s: START };
  const file = more.file ?? `${dir}/server.lite`;
  const make = () => {
    const server = new Server({
      hostname: MARS,
      file,
      clientPort: 22_008,
      ownAddress: "127.0.0.1",
      listen: [],
      ival_keep_events_s: 28 * 86_400,
      clock: { now_s: () => clock.wall_s, mono_ms: () => (clock.wall_s - START) * 1000 },
      log: { quiet: (text) => void said.push(text), terse: () => {}, verbose: () => {} },
      alerts: {
        wallClockAt,
        digest_s: () => 30,
        way: () => undefined,
        pages: () => undefined,
        ticketKey: new Uint8Array(32),
      },
      ...more,
    });
    server.setWork(works(`${HOST_LINES}get * uptime\n`).server);
    return server;
  };
  const world: World = {
    server: make(),
    file,
    said,
    clock,
    restart: () => {
      world.server.stop();
      world.server = make();
    },
  };
  try {
    await use(world);
  } finally {
    world.server.stop();
    rmSync(dir, { recursive: true });
  }
}

const HOST_LINES = `host ${MARS} mars\nhost ${WWW1} www1\nhost www2.example.org www2\nhost ${UPS} ups via=mars\n`;

export function reportOf(host: string, hosts: Record<string, string[]>, time = START): Report {
  const item: ItemState = { value: 1, level: "fine", since: time, time, unit: "", kind: "gauge" };
  const state = (items: string[]) => Object.fromEntries(items.map((name) => [name, { ...item }]));
  return {
    about: { host, version: "1", target: "linux-x64", time, started: time, ival: 300 },
    hosts: Object.fromEntries(Object.entries(hosts).map(([name, items]) => [name, state(items)])),
  };
}

/** Waits until something is so, at most two seconds. */
export async function until(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 1000 && !holds(); i++) await Bun.sleep(2);
  return holds();
}
