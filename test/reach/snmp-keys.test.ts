import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { Keys } from "../../src/reach/snmp-keys.ts";

const ENGINE = Buffer.from("000000000000000000000002", "hex");

test.each([
  ["md5", "526f5eed9fcce26f8964c2930787d82b"],
  ["sha1", "6695febc9288e36282235fc7151f128497b38f3f"],
])("keys are those of RFC 3414, A.3: %s", (algorithm, key) => {
  const keys = new Keys();
  for (let i = 0; i < 2; i++) expect(keys.keyFor(algorithm, "maplesyrup", ENGINE).toString("hex")).toBe(key);
});

test("a password is stretched once, for however many agents", () => {
  let bytes = 0;
  const keys = new Keys((algorithm, ...parts) => {
    const hash = createHash(algorithm);
    for (const part of parts) {
      bytes += part.length;
      hash.update(part);
    }
    return hash.digest();
  });
  const made = Array.from({ length: 200 }, (_, i) => keys.keyFor("sha256", "geheimnis", Buffer.from([i])));
  expect(new Set(made.map((key) => key.toString("hex"))).size).toBe(200);
  expect(bytes).toBeLessThan(2 * 1024 * 1024);
});
