import { describe, expect, test } from "bun:test";
import { isBehind, parseOid, parseSnmpAccess } from "../../src/core/snmp.ts";

describe("SNMP access", () => {
  const fred = { version: "v3", port: 161, user: "fred" } as const;
  const password = "geheimnis";
  test.each([
    ["v1:public", { version: "v1", port: 161, community: "public" }],
    ["v2c:public", { version: "v2c", port: 161, community: "public" }],
    ["v2c:pub:lic@7 ", { version: "v2c", port: 161, community: "pub:lic@7 " }],
    ["v2c/1161:public", { version: "v2c", port: 1161, community: "public" }],
    ["v3:fred", fred],
    ["v3/1161:fred", { ...fred, port: 1161 }],
    ["v3:fred:SHA:geheimnis", { ...fred, authentication: { protocol: "sha", password } }],
    ["v3:fred:sha512:geheimnis", { ...fred, authentication: { protocol: "sha512", password } }],
    ["v3:fred:MD5:geheimnis", { ...fred, authentication: { protocol: "md5", password } }],
    [
      "v3:fred:SHA-256:geheimnis:AES:verborgen",
      {
        ...fred,
        authentication: { protocol: "sha256", password },
        privacy: { protocol: "aes", password: "verborgen" },
      },
    ],
    [
      "v3:fred:SHA1:geheimnis:aes-256-c:verborgen",
      {
        ...fred,
        authentication: { protocol: "sha", password },
        privacy: { protocol: "aes256r", password: "verborgen" },
      },
    ],
  ] as const)("%s", (text, expected) => {
    expect(parseSnmpAccess(text)).toEqual(expected);
  });

  test.each([
    "",
    "public",
    "v2:public",
    "v2c:",
    "v2c",
    "v2c/0:public",
    "v2c/65536:public",
    "v2c/:public",
    "v3:",
    "v3::SHA:geheimnis",
    "v3:fred:SHA",
    "v3:fred:SHA:kurz",
    "v3:fred:SHA-3:geheimnis",
    "v3:fred:SHA:geheimnis:AES",
    "v3:fred:SHA:geheimnis:AES:kurz",
    "v3:fred:SHA:geheimnis:IDEA:verborgen",
    "v3:fred:SHA:geheimnis:AES:verborgen:x",
    "v3:fred:constructor:geheimnis",
    `v3:${"x".repeat(33)}`,
  ])("%p is an error, without a secret in it", (text) => {
    const access = parseSnmpAccess(text);
    expect(access).toEqual({ error: expect.any(String), hint: expect.any(String) });
    expect(JSON.stringify(access)).not.toMatch(/geheimnis|verborgen|kurz/);
  });
});

test.each(["AES-192", "aes192c", "3DES", "3DESEDE"])(
  "of %s, which dmon does not speak, it says what to take",
  (name) => {
    expect(parseSnmpAccess(`v3:fred:SHA:geheimnis:${name}:verborgen`)).toEqual({
      error: `dmon does not speak ${name}`,
      hint: "give the device's user AES, AES-256 or DES",
    });
  },
);

test.each([
  ["1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.3.0"],
  [".1.3.6", "1.3.6"],
  ["2.999.4294967295", "2.999.4294967295"],
  ["1", undefined],
  ["1.40", undefined],
  ["3.1", undefined],
  ["1.3.", undefined],
  ["1..3", undefined],
  ["1.3.04", undefined],
  ["1.3.-1", undefined],
  ["1.3.4294967296", undefined],
  ["sysUpTime.0", undefined],
  [`1.3${".1".repeat(127)}`, undefined],
])("the object identifier %p", (text, expected) => {
  expect(parseOid(text)).toBe(expected);
});

test.each([
  [".2", ".1", true],
  [".10", ".9", true],
  [".1.1", ".1", true],
  [".1", "", true],
  [".1", ".1", false],
  [".1", ".1.1", false],
  [".9", ".10", false],
])("%p is behind %p: %p", (b, a, expected) => {
  expect(isBehind(b, a)).toBe(expected);
});
