import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { isHostname, isName, slug } from "../../src/core/names.ts";

test.each(["a", "9", "cpu_load", "root.usage", "x+y-z", "mem_avail5", "constructor", "a".repeat(100)])(
  "%p is a name",
  (text) => {
    expect(isName(text)).toBe(true);
  },
);

test.each([
  "",
  "_a",
  ".a",
  "..",
  "-a",
  "a b",
  "a/b",
  "a\n",
  "ä",
  "a,b",
  "!a",
  "a*",
  "a:b",
  "__proto__",
  "a".repeat(101),
])("%p is no name", (text) => {
  expect(isName(text)).toBe(false);
});

test.each([
  "a",
  "mars",
  "mars.example.org",
  "web_1.example.org",
  "3com.com",
  "a-b.c",
  "192.0.2.1",
  "xn--bcher-kva.example",
])("%p is a host name", (text) => {
  expect(isHostname(text)).toBe(true);
});

test.each([
  "",
  ".",
  "a.",
  ".a",
  "a..b",
  "-a",
  "a-",
  "a-.b",
  "A.example.org",
  "a b",
  "a/b",
  "../etc",
  "a\n",
  "[::1]",
  "::1",
  "_a",
  "-client",
  `${"a".repeat(64)}.b`,
  `${"a.".repeat(127)}a`,
])("%p is no host name", (text) => {
  expect(isHostname(text)).toBe(text.length <= 253 && text === `${"a.".repeat(126)}a`);
});

test("the longest label and the longest name", () => {
  expect(isHostname(`${"a".repeat(63)}.b`)).toBe(true);
  expect(isHostname(`${"a.".repeat(126)}a`)).toBe(true);
});

test("a hostile name is refused in a moment", () => {
  expect(isHostname(`${"a-".repeat(126)}!`)).toBe(false);
  expect(isHostname("a".repeat(1e6))).toBe(false);
});

test.each([
  ["/", "root"],
  ["/var/lib", "var_lib"],
  ["eth0.7", "eth0_7"],
  ["/mnt/two words/ä", "mnt_two_words_ae"],
  ["Größe der Über-Äpfel", "Groesse_der_Ueber_Aepfel"],
  ["u\u0308ber", "ueber"],
  ["café x\u0303 Ångström Łódź m² ﬁ", "cafe_x_Angstroem_Lodz_m2_fi"],
  ["日本", "u65e5u672c"],
  ["日木 6", "u65e5u6728_6"],
  ["Δ–t °C", "u394_t_C"],
  ["🔥", "u1f525"],
  ["\ud800", "ud800"],
  ["***", "u2au2au2a"],
  ["///", "root"],
  ["", "root"],
])("slug(%p) = %p", (text, wanted) => {
  expect(slug(text)).toBe(wanted);
});

test("a slug is always a name, with room for what stands before and behind", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => isName(`${slug(text)}_inodes`)));
});
