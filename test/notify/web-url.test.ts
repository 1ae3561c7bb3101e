import { describe, expect, test } from "bun:test";
import { channelTypes } from "../../src/notify/index.ts";
import { fragmentOf, hasPath, hide, isWebUrl, secretsOf } from "../../src/notify/web-url.ts";

test.each([
  ["https://x.example.org", true, false],
  ["http://x.example.org:9093/", true, false],
  ["https://u:p@[::1]:8080/a/b?c=d#e", true, true],
  ["HTTPS://x.example.org/a", true, true],
  ["x.example.org/a", false, false],
  ["https://", false, false],
  ["https:///a", false, false],
  ["https://x.example.org/a b", false, false],
  ["https://x:99999/a", false, false],
  ["javascript:alert(1)", false, false],
  ["ftp://x.example.org/a", false, false],
])("%s", (text, isUrl, isWithPath) => {
  expect([isWebUrl(text), hasPath(text)]).toEqual([isUrl, isWithPath]);
});

describe("hiding", () => {
  const url = "https://us%21er:pass@x.example.org/hooks/a/tok%2Fen?k=value#frag%ment";
  test("the secrets are all but scheme and host, in each form", () => {
    const secrets = secretsOf(url);
    for (const secret of [
      "us%21er",
      "us!er",
      "pass",
      btoa("us!er:pass"),
      "tok%2Fen",
      "tok/en",
      "value",
      "k=value",
      "frag%ment",
    ])
      expect(secrets).toContain(secret);
    expect(secrets).not.toContain("a"); // in every text
    expect(fragmentOf(url)).toBe("frag%ment");
  });

  test.each([
    ["Cannot POST /hooks/a/tok%2Fen", false, "Cannot POST /…/a/…"],
    ["for US!ER:PASS", false, "for …:…"],
    ["cut at val", true, "cut at "],
    ["cut at val", false, "cut at val"],
    ["nothing", true, "nothing"],
  ])("%p, cut: %p", (text, isCut, wanted) => {
    expect(hide(text, secretsOf(url), isCut)).toBe(wanted);
  });

  test("a text that has a password of a letter is not shown at all", () => {
    expect(hide("so it is", secretsOf("https://me:s@x.example.org/"))).toBe("…");
    expect(hide("no", secretsOf("https://me:s@x.example.org/"))).toBe("no");
  });
});

test("types are in order of name", () => {
  const names = channelTypes.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
});

test.each(channelTypes.map((type) => [type.name, type] as const))("%s takes its own example", (name, type) => {
  const [, , word, ...url] = type.example.split(" ");
  const own = url.join(" ").replace(/^"(.*)"$/, "$1");
  expect(word).toBe(name);
  if (!own.startsWith("@/")) {
    expect(type.accepts(own)).toBe(true);
    expect(type.fault?.(own)).toBeUndefined();
  }
});
