import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { SESSION_LASTS_S } from "../../../src/core/limits.ts";
import {
  cookiesOf,
  formToken,
  openSession,
  type Session,
  sealSession,
  setCookie,
} from "../../../src/page/session/cookie.ts";
import { isSame } from "../../../src/page/session/signing.ts";

const KEY = Buffer.alloc(32, 1);
const NOW = 1_800_000_000;
const SESSION: Session = { user: "anna", issued_s: NOW, generation: "0123456789abcdef", nonce: "n".repeat(22) };
const seal = sealSession(SESSION, KEY);

describe("the cookie of a session", () => {
  test("opens as it was sealed", () => {
    expect(openSession(seal, KEY, NOW)).toEqual(SESSION);
    expect(openSession(seal, KEY, NOW + SESSION_LASTS_S)).toEqual(SESSION);
  });

  test("ends, and is not of a day to come", () => {
    expect(openSession(seal, KEY, NOW + SESSION_LASTS_S + 1)).toBeUndefined();
    expect(openSession(seal, KEY, NOW - 3600)).toBeUndefined();
  });

  test("every flipped bit is refused", () => {
    const bytes = Buffer.from(seal);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const other = Buffer.from(bytes);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, openSession(other.toString("latin1"), KEY, NOW)]).toEqual([bit, undefined]);
    }
  });

  test("and any other text, another key, and what was signed for a form", () => {
    fc.assert(fc.property(fc.string(), (text) => openSession(text, KEY, NOW) === undefined));
    fc.assert(
      fc.property(fc.nat(seal.length), fc.string({ minLength: 1 }), (at, text) => {
        const other = seal.slice(0, at) + text + seal.slice(at);
        return openSession(other, KEY, NOW) === undefined;
      }),
    );
    expect(openSession(seal, Buffer.alloc(32, 2), NOW)).toBeUndefined();
    const body = seal.split(".")[0] ?? "";
    expect(openSession(`${body}.${formToken({ nonce: body }, KEY)}`, KEY, NOW)).toBeUndefined();
  });
});

test("the token of a form is another for each session and key", () => {
  const token = formToken(SESSION, KEY);
  expect(isSame(token, formToken(SESSION, KEY))).toBe(true);
  expect(isSame(token, formToken({ nonce: "m".repeat(22) }, KEY))).toBe(false);
  expect(isSame(token, formToken(SESSION, Buffer.alloc(32, 2)))).toBe(false);
  expect(isSame(token, token.slice(1))).toBe(false);
  expect(isSame("", token)).toBe(false);
});

test("cookies of a name, however many", () => {
  expect(cookiesOf("a=1; dmon_session=x.y; b=2; dmon_session=z; xdmon_session=q", "dmon_session")).toEqual([
    "x.y",
    "z",
  ]);
  expect(cookiesOf(null, "a")).toEqual([]);
  expect(cookiesOf("a=".repeat(10), "b")).toEqual([]);
  expect(cookiesOf("a=1;".repeat(100), "a")).toHaveLength(8);
});

test("no script reads it, no other site sends it along, and it has no path", () => {
  expect(setCookie("a", "b", false, 9)).toBe("a=b; Max-Age=9; HttpOnly; SameSite=Lax");
  expect(setCookie("a", "b", true)).toBe("a=b; HttpOnly; SameSite=Lax; Secure");
});
