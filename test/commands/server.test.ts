import { describe, expect, test } from "bun:test";
import { reportToJson } from "../../src/core/report.ts";
import type { Switchboard } from "../../src/wire/dispatch.ts";
import { MARS, reportOf, UPS, type World, WWW1, withServer } from "../server/fixture.ts";
import { eventOf } from "../store/fixture.ts";
import { say, serverPort } from "./fixture.ts";

const peer = (host: string) => ({ address: "192.0.2.1", who: ["client" as const], hosts: [host] });

describe("REPORT", () => {
  const report = (port: Switchboard, from: string, about: string, ...hosts: string[]) =>
    say(
      port,
      `REPORT ${reportToJson(reportOf(about, Object.fromEntries(hosts.map((host) => [host, ["uptime"]]))))}`,
      peer(from),
    );
  const known = ({ server }: World) => server.hosts().flatMap(([host, , state]) => (state ? [host] : []));

  test("takes what is the client's own, names the rest, and tells of newer work all the same", async () => {
    await withServer(async (world) => {
      const answer = JSON.parse(await report(serverPort(world), WWW1, WWW1, UPS, WWW1, "nobody.example.org"));
      expect(answer).toEqual({
        resp: `ok report from [192.0.2.1] for ${WWW1}`,
        work: 77,
        refused: [UPS, "nobody.example.org"],
      });
      expect(known(world)).toEqual([WWW1]);
      expect(JSON.parse(await report(serverPort(world), MARS, MARS, MARS, UPS)).refused).toEqual([]);
      expect(known(world)).toEqual([MARS, WWW1, UPS]);
    });
  });

  test("of another client is refused whole", async () => {
    await withServer(async (world) => {
      expect(await report(serverPort(world), WWW1, MARS, WWW1)).toBe(`refused: 192.0.2.1 may not speak for ${MARS}`);
      expect(known(world)).toEqual([]);
    });
  });
});

describe("CLIENTS", () => {
  const asked = async (line: string): Promise<unknown[] | string> => {
    let answer = "";
    await withServer(async (world) => {
      world.server.takeReport(reportOf(MARS, { [MARS]: ["cpu_load", "uptime"], [UPS]: ["charge"] }));
      world.server.takeEvents([
        eventOf(1, { host: MARS, item: "uptime" }),
        eventOf(2, { host: MARS, item: "gone" }),
        eventOf(3, { host: UPS, item: "charge" }),
      ]);
      world.clock.wall_s += 3600;
      answer = await say(serverPort(world), line);
    });
    if (answer.startsWith("refused: ")) return answer.slice("refused: ".length);
    return (JSON.parse(answer).events as { value: number }[]).map(({ value }) => value);
  };

  test.each<[string, number[]]>([
    ["CLIENTS", [3, 2, 1]],
    ["CLIENTS 0", [3, 2, 1]],
    ["CLIENTS 0s", [3, 2, 1]],
    ["CLIENTS 2", [3, 2]],
    ["CLIENTS mars", [2, 1]],
    ["CLIENTS mars 1", [2]],
    ["CLIENTS * 2h", [3, 2, 1]],
    ["CLIENTS * 59m", []],
    ["CLIENTS mars cpu_load", []], // it is there, and its level never changed
    ["CLIENTS mars gone", [2]], // it left the work
    ["CLIENTS * gone 5", [2]],
    ["CLIENTS * charge 1h", [3]],
    ["CLIENTS mars uptime 0", [1]],
  ])("%s answers", async (line, wanted) => {
    expect(await asked(line)).toEqual(wanted);
  });

  const FORM = "give a count such as 100, or an interval such as 90s";
  test.each([
    ["CLIENTS mars cpu_load xx", `"xx" limits no events; ${FORM}`],
    ["CLIENTS mars cpu_load mars", `"mars" limits no events; ${FORM}`],
    ["CLIENTS -1h", `"-1h" limits no events; ${FORM}`],
    ["CLIENTS mars uptime 1h-2h", `"1h-2h" limits no events; ${FORM}`],
    ["CLIENTS * nope", 'no host has an item "nope", nor is there an event of it'],
    ["CLIENTS * uptme", 'no host has an item "uptme", nor is there an event of it; did you mean "uptime"?'],
    ["CLIENTS mars charge 5", `${MARS} has no item "charge", nor is there an event of it`],
    ["CLIENTS mars xx", `${MARS} has no item "xx", nor is there an event of it`],
    ["CLIENTS marss", 'no host is called "marss"; did you mean "mars"?'],
  ])("%s is refused", async (line, message) => {
    expect(await asked(line)).toStartWith(message);
  });
});

describe("CLIENT", () => {
  test("hands on what the client's commands declare to be handed on, and HELP says which", async () => {
    await withServer(async (world) => {
      const port = serverPort(world);
      const handedOn: string[] = [];
      for (const name of [
        "HELP",
        "HIST",
        "PING",
        "RELOAD",
        "REPORT",
        "RULES",
        "SEND",
        "SERVER",
        "STATE",
        "STOP",
        "ZAP",
      ]) {
        if (!(await say(port, `CLIENT mars ${name} x`)).startsWith("refused")) handedOn.push(name);
      }
      expect(handedOn).toEqual(["HELP", "HIST", "PING", "REPORT", "RULES", "SEND", "STATE", "ZAP"]);
      expect(await say(port, "CLIENT ups HIST")).toBe(`${UPS} HIST day 0 ${UPS}`);
      const listed = /CMD: ([A-Z, ]+)\./
        .exec(await say(port, "HELP"))?.[1]
        ?.split(", ")
        .sort();
      expect(listed).toEqual(handedOn);
    });
  });
});

test("a command of the client's port is told so", async () => {
  await withServer(async (world) => {
    const port = serverPort(world);
    for (const line of ["HIST day", "hist", "ZAP"]) {
      const name = line.split(" ")[0]?.toUpperCase();
      expect(await say(port, line)).toBe(
        `refused: ${name} is a command of the client's port, PORT + 1; HELP lists those of this one`,
      );
    }
    expect(await say(port, "HISS")).toBe('refused: unknown command "HISS"; HELP lists all');
  });
});
