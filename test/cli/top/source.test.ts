import { afterEach, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TopSource } from "../../../src/cli/top/source.ts";
import type { Settings } from "../../../src/config/load.ts";
import { NOW_S, troubled } from "../../page/fixture.ts";

let close = () => {};
afterEach(() => close());

/** A daemon that hands on what a server answers; undefined: that knows no such command. */
function daemon(answer: (line: string) => string | undefined): { source: TopSource; asked: string[] } {
  const asked: string[] = [];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const line = bytes.toString().trim();
        asked.push(line);
        const [, command = ""] = line.split(" ");
        const body = answer(line);
        socket.end(
          body === undefined
            ? `COMMAND ERROR\nerror: unknown command "${command}"\nCOMMAND DONE\n`
            : `COMMAND ${command}\n${body}\nCOMMAND DONE\n`,
        );
      },
    },
  });
  const rundir = join(tmpdir(), "dmon-nobody-runs-here");
  const conf = { rundir, listen: ["127.0.0.1"], PORT: listener.port - 1 };
  const source = new TopSource({ conf, hostname: "alpha", server: "alpha" } as unknown as Settings);
  close = () => {
    source.stop();
    listener.stop(true);
  };
  return { source, asked };
}

const whole = () => {
  const { hosts } = troubled();
  return JSON.stringify({
    resp: "ok",
    now: NOW_S,
    clients: Object.fromEntries(
      hosts.map(({ host, tag, received_s, about }) => [host, { tag, about, received: received_s }]),
    ),
    cdmp: Object.fromEntries(hosts.map(({ host, state }) => [host, state])),
    events: [],
  });
};

test("an older server, which cannot say what changes, is asked for the whole; without its work the levels are the usual ones", async () => {
  const { source, asked } = daemon((line) => (line.startsWith("SERVER CLIENTS") ? whole() : undefined));
  await source.start();
  const { hosts, troubled: wrong, scale } = source.fleet();
  expect([hosts.length, wrong[0]?.view.tag]).toEqual([12, "web10"]);
  expect(scale.label("crit")).toBe("critical");
  expect(asked.toSorted()).toEqual(["SERVER CLIENTS * 200", "SERVER WATCH", "SERVER WORK client alpha"]);
});

test("levels are those of the work", async () => {
  const levels = ["fine", "soso", "sick", "crit", "dead"].map((name) => ({ name, label: `very ${name}` }));
  const { source } = daemon((line) => {
    if (line.startsWith("SERVER CLIENTS")) return whole();
    return line.startsWith("SERVER WORK") ? JSON.stringify({ data: JSON.stringify({ levels, hosts: {} }) }) : undefined;
  });
  await source.start();
  expect(source.fleet().scale.label("crit")).toBe("very crit");
});

test("a server that cannot be reached is an error that says so", async () => {
  const { source } = daemon(() => JSON.stringify({ resp: "error 192.0.2.7:22007: connection refused" }));
  const failure = await source.start().catch((error: Error) => error.message);
  expect(failure).toBe("the server cannot be asked: 192.0.2.7:22007: connection refused");
});

test("where no daemon is, that is said", async () => {
  const { source } = daemon(() => undefined);
  close();
  const failure = await source.start().catch((error: Error) => error.message);
  expect(failure).toMatch(/^dmon does not run \(rundir .*\); start it with: dmon start$/);
});
