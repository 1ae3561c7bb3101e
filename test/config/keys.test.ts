import { describe, expect, test } from "bun:test";
import { defaultDirectories } from "../../src/config/directories.ts";
import { KEYS, type Key } from "../../src/config/keys.ts";
import { parseConf } from "../../src/config/parse.ts";

const DIRS = defaultDirectories(0, {});
const keys: [string, Key<unknown>][] = Object.entries(KEYS);

describe("each declaration", () => {
  test.each(keys)("%s: its example is a good line", (name, key) => {
    expect(key.example.split(" ")[0]).toBe(name);
    const conf = parseConf("dmon.conf", `${name === "server" ? "" : "server a\n"}${key.example}\n`, DIRS);
    expect(conf[name as keyof typeof conf] as unknown).not.toBeUndefined();
  });

  test.each(keys)("%s: its default is a value that its own parser accepts", (_, key) => {
    const fallback = key.fallback(DIRS);
    if (typeof fallback === "string") expect(key.parse([fallback])).toEqual({ value: fallback });
    if (typeof fallback === "number") expect(key.parse([String(fallback)])).toEqual({ value: fallback });
    if (typeof fallback === "boolean") expect(key.parse([fallback ? "yes" : "no"])).toEqual({ value: fallback });
    // The others show theirs as the example, where they have one.
    if (typeof fallback === "object" && fallback !== null && !Array.isArray(fallback))
      expect(Object.keys(fallback).length).toBeGreaterThan(0);
  });

  test.each(keys)("%s: says what it is, and does not throw at anything", (_, key) => {
    expect(key.doc).toMatch(/^[A-Z].*\.$/s);
    expect(key.form.length).toBeGreaterThan(5);
    for (const words of [
      [""],
      ["", ""],
      ["\u0000"],
      ["x".repeat(1e5)],
      ["-1"],
      ["1", "2", "3"],
      ["[::1]:"],
      ["@"],
      ["@/"],
    ])
      expect(Object.keys(key.parse(words))[0]).toMatch(/^(value|error)$/);
  });
});

const accepted: [keyof typeof KEYS, string, unknown][] = [
  ["server", "Dmon.Example.ORG.", "dmon.example.org"],
  ["PORT", "1", 1],
  ["PORT", "65534", 65_534],
  ["listen", "::1 10.0.0.1", ["::1", "10.0.0.1"]],
  ["ival_make_state", "90", 90],
  ["ival_make_state", "1d", 86_400],
  ["ival_send_report", "1m30s", 90],
  ["loglvl", "debug", "Debug"],
  ["rotate", "0 1h", { keep: 0, ival_s: 3600 }],
  ["rotate", "1000 1w", { keep: 1000, ival_s: 604_800 }],
  ["http_listen", "off", undefined],
  ["http_listen", "localhost:80", { address: "127.0.0.1", port: 80 }],
  ["http_listen", "[::]:22080", { address: "::", port: 22_080 }],
  ["page_login", "no", false],
  ["plot_url", "https://example.org/plotter.php", "https://example.org/plotter.php"],
  ["smtp", "@/etc/dmon/smtp", "@/etc/dmon/smtp"],
  ["history", "1m 1d", [{ bucket_s: 60, keep_s: 86_400 }]],
];
test.each(accepted)("%s %s is taken", (name, text, wanted) => {
  expect(KEYS[name].parse(text.split(" "))).toEqual({ value: wanted as never });
});

const refused: [keyof typeof KEYS, string][] = [
  ["server", "a b"],
  ["server", "-a"],
  ["hostname", "a/b"],
  ["PORT", "0"],
  ["PORT", "65535"],
  ["PORT", "0x10"],
  ["PORT", "1e3"],
  ["PORT", "22007.5"],
  ["PORT", " "],
  ["listen", "example.org"],
  ["listen", ":"],
  ["listen", ":::::"],
  ["listen", "10.0.0.256"],
  ["ival_make_state", "0.5s"],
  ["ival_make_state", "-1m"],
  ["ival_make_state", "1 m"],
  // A timer of more than 24.8 days would fire at once and for ever.
  ["ival_make_state", "25d"],
  ["ival_send_report", "5w"],
  ["ival_check_work", "1y"],
  ["ival_keep_events", "0"],
  ["loglvl", "Chatty"],
  ["rotate", "8"],
  ["rotate", " 1d"],
  ["rotate", "0x8 1d"],
  ["rotate", "-1 1d"],
  ["rotate", "8.5 1d"],
  ["rotate", "1001 1d"],
  ["rotate", "8 1s"],
  ["rotate", "8 1d x"],
  ["logdir", "var/log"],
  ["logdir", "/a b"],
  ["http_listen", "22080"],
  ["http_listen", "example.org:80"],
  ["http_listen", "127.0.0.1:65536"],
  ["http_listen", "::1:80"],
  ["http_listen", "127.0.0.1:"],
  ["page_login", "true"],
  ["plot_url", "javascript:alert(1)"],
  ["page_sec", "/login"],
  ["httpdgid", "a b"],
  ["mail_from", "dmon"],
  ["upgrade_key", "abc"],
  ["history", "1m"],
  ["history", "30s 2d"],
  ["history", "1m 2d, 1m 2w"],
  ["history", "1m 2d, 90s 2w"],
  ["history", "10m 2d, 1m 2w"],
  ["history", "1m 5m, 10m 2w"],
  ["history", "1m 2d,"],
  ["history", "1m 2w, 10m 2d"], // the coarser one is kept shorter
  ["history", "1m 2d 3d"],
  ["history", "1h 1m"],
  ["history", "1m 1d,2m 2d,4m 3d,8m 4d,16m 5d,32m 6d,64m 7d,128m 8d,256m 9d"],
];
test.each(refused)("%s %s is refused", (name, text) => {
  expect(KEYS[name].parse(text.split(" "))).toMatchObject({ error: expect.any(String) });
});
