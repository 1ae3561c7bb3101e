import { describe, expect, test } from "bun:test";
import { callerOf } from "../../src/page/caller.ts";
import { prefixes } from "./session/door.ts";

const PROXIES = prefixes("127.0.0.0/8", "10.0.0.0/8", "::1");

function caller(peer: string, headers: Record<string, string>, pageSec?: string) {
  return callerOf(
    { headers: new Headers(headers) },
    { peer, proxies: PROXIES, ...(pageSec ? { pageSec: new URL(pageSec) } : {}) },
  );
}

describe("what a proxy says", () => {
  test.each([
    ["192.0.2.1", "127.0.0.1", "192.0.2.1"],
    ["192.0.2.1", "::ffff:127.0.0.1", "192.0.2.1"],
    ["198.51.100.7, 192.0.2.1", "127.0.0.1", "192.0.2.1"], // the first one may be made up
    ["192.0.2.1, 10.1.1.1", "127.0.0.1", "192.0.2.1"], // two proxies
    ["10.2.2.2, 10.1.1.1", "127.0.0.1", "10.2.2.2"], // all of them ours
    ["192.0.2.1, nonsense", "127.0.0.1", "127.0.0.1"],
    ["192.0.2.1:4711", "127.0.0.1", "192.0.2.1"],
    ["[2001:db8::1]:4711", "127.0.0.1", "2001:db8::1"],
    ["2001:db8::1", "::1", "2001:db8::1"],
    ["", "127.0.0.1", "127.0.0.1"],
    ["192.0.2.1,".repeat(5000), "127.0.0.1", "127.0.0.1"],
  ])("X-Forwarded-For: %s from %s is %s", (header, peer, address) => {
    expect(caller(peer, { "X-Forwarded-For": header }).address).toBe(address);
  });

  test("of name and scheme is believed, of a list the last", () => {
    const headers = { "X-Forwarded-Proto": "http, https", "X-Forwarded-Host": "evil, dmon.example.org:444" };
    expect(caller("10.0.0.1", headers)).toEqual({
      address: "10.0.0.1",
      isSecure: true,
      forwardedHost: "dmon.example.org:444",
    });
    expect(caller("10.0.0.1", { "X-Forwarded-Proto": "http" }).isSecure).toBe(false);
  });

  test("of anybody else is nothing", () => {
    const headers = {
      "X-Forwarded-For": "10.0.0.1",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "dmon.example.org",
      Host: "dmon.example.org",
    };
    expect(caller("192.0.2.1", headers, "https://dmon.example.org/")).toEqual({
      address: "192.0.2.1",
      isSecure: false,
    });
    expect(caller("", headers)).toEqual({ address: "", isSecure: false });
  });

  test("not at all: page_sec tells by the name that it was called", () => {
    const sec = "https://dmon.example.org/mon";
    expect(caller("127.0.0.1", { Host: "dmon.example.org" }, sec).isSecure).toBe(true);
    expect(caller("127.0.0.1", { Host: "DMON.example.org" }, sec).isSecure).toBe(true);
    expect(caller("127.0.0.1", { Host: "dmon.example.org:22080" }, sec).isSecure).toBe(false);
    expect(caller("127.0.0.1", { Host: "127.0.0.1:22080" }, sec).isSecure).toBe(false);
    expect(caller("127.0.0.1", { Host: "dmon.example.org", "X-Forwarded-Proto": "http" }, sec).isSecure).toBe(false);
    expect(caller("127.0.0.1", { Host: "dmon.example.org" }, "http://dmon.example.org").isSecure).toBe(false);
  });
});
