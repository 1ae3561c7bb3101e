import { describe, expect, test } from "bun:test";
import sockets, { parseSockstat, parseTable, shareSentAgain } from "../../probes/sockets.ts";
import { fakeHost, fixtureHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const TABLES =
  "Tcp: CurrEstab EstabResets OutSegs RetransSegs MaxConn\nTcp: 5 9 1000 10 -1\nUdp: RcvbufErrors\nUdp: 4\n";

describe("sockets", () => {
  test("takes its columns by their names, wherever they stand", async () => {
    const files = {
      "/proc/net/snmp": TABLES,
      "/proc/net/netstat": "TcpExt: TW ListenOverflows\nTcpExt: 1 7\n",
      "/proc/net/sockstat": "sockets: used 17\nTCP: inuse 3 orphan 1 tw 6 alloc 5 mem 2\n",
    };
    expect(await sockets.read(fakeHost(files), given())).toEqual({
      established: 5,
      retrans: null,
      resets: 9,
      udp_errors: 4,
      overflows: 7,
      used: 17,
      orphans: 1,
      time_wait: 6,
    });
  });

  test("has no data in what an old kernel does not count", async () => {
    const old = TABLES.replaceAll(/^Udp.*\n/gm, "");
    expect(await sockets.read(fakeHost({ "/proc/net/snmp": old }), given())).toMatchObject({
      udp_errors: null,
      overflows: null,
    });
    expect(await sockets.read(fixtureHost("vm"), given())).toMatchObject({ overflows: 1203, time_wait: 1203 });
  });

  test.each<[string, [number, number], number | null]>([
    ["of all that was sent", [9900, 100], 1],
    ["none", [5000, 0], 0],
    ["few segments say nothing", [3, 2], 0.2],
    ["nothing sent", [0, 0], 0],
    ["all again", [0, 2000], 100],
    ["counted anew", [-5, 1], null],
  ])("sent again: %s", (_, [sent, again], wanted) => {
    const before = { seen: { sent: 50, again: 10 }, result: null, elapsed_ms: 60_000 };
    expect(shareSentAgain({ sent: 50 + sent, again: 10 + again }, before)).toBe(wanted);
    expect(shareSentAgain({ sent, again }, undefined)).toBeNull();
  });

  test("fewer connections than none are none", async () => {
    const host = fakeHost({ "/proc/net/snmp": TABLES.replace("Tcp: 5", "Tcp: -2") });
    expect(await sockets.read(host, given())).toMatchObject({ established: 0 });
  });

  test.each([...GARBAGE, "Tcp: A B\nTcp: 1\n", "Tcp: A\nUdp: 1\n", "Tcp: A\nTcp: x\n", "Tcp: A\nTcp: 1", "Tcp: A\n"])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parseTable(text, "Tcp", "/proc/net/snmp"))).toContain("/proc/net/snmp: expected");
    },
  );

  test("names the column that is missing", async () => {
    const host = fakeHost({ "/proc/net/snmp": "Tcp: OutSegs\nTcp: 1\n" });
    expect(await probeErrorOf(() => sockets.read(host, given()))).toContain("a column CurrEstab of Tcp");
  });

  test.each([...GARBAGE, "sockets: used 17\n"])("refuses %p as sockstat", async (text) => {
    expect(await probeErrorOf(() => parseSockstat(text))).toContain("/proc/net/sockstat: expected");
  });
});
