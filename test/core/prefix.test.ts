import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { hostOfAddress, isWithinPrefixes, parseAddress, parsePrefix } from "../../src/core/prefix.ts";

const within = (address: string, ...prefixes: string[]) =>
  isWithinPrefixes(
    address,
    prefixes.flatMap((each) => parsePrefix(each) ?? []),
  );

test.each([
  ["127.0.0.1", "127.0.0.0/8", true],
  ["128.0.0.1", "127.0.0.0/8", false],
  ["10.1.2.3", "10.1.2.3", true],
  ["10.1.2.4", "10.1.2.3", false],
  ["10.1.2.4", "10.1.2.3/31", false],
  ["10.1.2.2", "10.1.2.3/31", true],
  ["1.2.3.4", "0.0.0.0/0", true],
  ["::1", "0.0.0.0/0", false],
  ["::ffff:127.0.0.1", "127.0.0.0/8", true], // as a socket of all addresses names it
  ["::ffff:7f00:1", "127.0.0.0/8", true],
  ["::1", "::1", true],
  ["0:0:0:0:0:0:0:1", "::1", true],
  ["::2", "::1", false],
  ["2001:db8:1::5", "2001:db8::/32", true],
  ["2001:db9::5", "2001:db8::/32", false],
  ["fe80::1%eth0", "fe80::/10", true],
  ["unix", "::/0", false],
  ["", "::/0", false],
  ["1.2.3.4", "::/0", true],
])("%s in %s: %p", (address, prefix, is) => {
  expect(parsePrefix(prefix)).toBeDefined();
  expect(within(address, prefix)).toBe(is);
});

test.each([
  "",
  "10.0.0.0/33",
  "::/129",
  "10.0.0/8",
  "10.0.0.0/8/8",
  "10.0.0.0/",
  "10.0.0.256",
  "01.2.3.4",
  "::1::2",
  "1:2:3",
  ":::",
  "g::1",
  "host",
  "1.2.3.4:80",
  "1:2:3:4:5:6:7:8:9",
  "::1.2.3",
  "1:2:3:4:5:6:7::8:9",
])("%p is no prefix", (text) => expect(parsePrefix(text)).toBeUndefined());

test("any address is read as node writes it", () => {
  fc.assert(fc.property(fc.ipV6(), (address) => parseAddress(address)?.length === 16));
  fc.assert(
    fc.property(fc.ipV4(), (address) => within(address, `${address}/32`) && within(`::ffff:${address}`, address)),
  );
  fc.assert(fc.property(fc.string(), (text) => [16, undefined].includes(parseAddress(text)?.length)));
});

test("a host of IPv6 is its /64", () => {
  expect(hostOfAddress("2001:db8::1")).toBe(hostOfAddress("2001:db8::ffff:1"));
  expect(hostOfAddress("2001:db8::1")).not.toBe(hostOfAddress("2001:db8:0:1::1"));
  expect(hostOfAddress("192.0.2.1")).not.toBe(hostOfAddress("192.0.2.2"));
  expect(hostOfAddress("::ffff:192.0.2.1")).toBe(hostOfAddress("192.0.2.1"));
  expect(hostOfAddress("nobody")).toBe("nobody");
});
