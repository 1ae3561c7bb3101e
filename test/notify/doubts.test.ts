// What is said of ways to send that cannot work, before anything is to be sent.

import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseConf } from "../../src/config/parse.ts";
import { channelDoubts, settingsDoubts } from "../../src/notify/doubts.ts";

const dir = mkdtempSync(`${tmpdir()}/dmon-doubts-`);
afterAll(() => rmSync(dir, { recursive: true }));

/** A file with a text, for its owner alone or for all. */
function file(name: string, text: string, mode = 0o600): string {
  writeFileSync(`${dir}/${name}`, text);
  chmodSync(`${dir}/${name}`, mode);
  return `${dir}/${name}`;
}

const DIRS = { vardir: dir, logdir: dir, rundir: dir, lckdir: dir, bindir: dir, root: dir };

function doubts(lines: string, { hostname = "mars.example.org", mode = 0o600 } = {}): string[] {
  const text = `server mars.example.org\n${lines}\n`;
  const conf = parseConf("dmon.conf", text, DIRS);
  const path = file("dmon.conf", text, mode);
  const settings = { conf, file: path, hostname, server: "mars.example.org", aliases: [], warnings: [] };
  return settingsDoubts(settings).map((each) => `${each.isFault ? "error" : "warning"} ${each.text}`);
}

test.each<[line: string, says: RegExp]>([
  ["smtp smtp://127.0.0.1:99999", /^error smtp is no URL of a mail server: write smtp:/],
  ["smtp smtp://dmon:se#cret@h", /^error smtp is no URL of a mail server: .*%23/],
  ["smtp smtp://h?tls=requierd", /^error smtp has tls=requierd: write one of required, offered, off$/],
  ["smtp smtp://h?ca=/nonexistent", /^error smtp: ca=\/nonexistent: no such file$/],
  [`smtp smtp://h?ca=${file("no.pem", "nothing")}`, /^error smtp: ca=.*no\.pem has no certificate in it \(PEM\)$/],
  ["smtp @/nonexistent", /^error smtp: \/nonexistent: no such file; make it on this host/],
  [`smtp @${file("bad", "http://h\n")}`, /^error smtp: .*bad:1: what is in it is no URL of a mail server/],
  [`smtp @${file("worse", "smtp://h?ca=/nonexistent\n")}`, /^error smtp: ca=\/nonexistent: no such file$/],
  [
    `smtp @${file("open", "smtp://a:b@h\n", 0o644)}`,
    /^warning .*open can be read by everybody \(mode 0644\); chmod o= /,
  ],
  ["heartbeat @/nonexistent 1m", /^error heartbeat: \/nonexistent: no such file/],
  ["heartbeat http://[x/ 1m", /^error heartbeat is no URL; write https:/],
  ["mail_from <dmon@example.org>", /^error mail_from <dmon@example.org> is no mail address; write dmon@example.org$/],
  ["mail_from dmon@example,org", /^error mail_from dmon@example,org is no mail address/],
  ["mail_from dmon@example..org", /^error mail_from/],
])("%s", (line, says) => {
  const said = doubts(line);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(says);
  expect(said[0]).not.toContain("cret");
});

test.each([
  "smtp smtp://dmon:secret@mail.example.org",
  "smtp smtps://mail.example.org",
  `smtp @${file("good", "# ours\nsmtp://a:b@h\n")}`,
  `smtp smtp://h?ca=${file("own.pem", "-----BEGIN CERTIFICATE-----\n")}`,
  "mail_from dmon@example.org",
  `heartbeat @${file("beat", "https://hc.example.org/x\n")} 1m`,
])("of %s nothing is said", (line) => expect(doubts(line)).toEqual([]));

test("a password in a dmon.conf that everybody can read", () => {
  const said = doubts("smtp smtp://dmon:secret@h", { mode: 0o644 });
  expect(said).toEqual([
    `warning ${dir}/dmon.conf can be read by everybody, and smtp has a password; chmod o= ${dir}/dmon.conf, or write smtp @/FILE`,
  ]);
  expect(doubts("smtp smtp://h", { mode: 0o644 })).toEqual([]);
});

test("a host that is not the server sends no mail, but its heartbeat", () => {
  const lines = "smtp smtp://h:99999\nheartbeat @/nonexistent 1m";
  expect(doubts(lines, { hostname: "venus.example.org" })).toEqual([expect.stringMatching(/^error heartbeat: /)]);
});

test("files of channels", () => {
  const channels = {
    plain: { type: "slack", url: "https://hooks.slack.example.org/x" },
    gone: { type: "slack", url: "@/nonexistent" },
    wrong: { type: "ntfy", url: `@${file("ntfy", "ntfy\n")}` },
    open: { type: "slack", url: `@${file("slack", "https://hooks.slack.example.org/x\n", 0o644)}` },
    newer: { type: "pigeon", url: "@/nonexistent" },
  };
  expect(channelDoubts(channels).map(({ text, isFault }) => [isFault, text])).toEqual([
    [true, expect.stringMatching(/^channel gone: \/nonexistent: no such file/)],
    [true, expect.stringMatching(/^channel wrong: .*ntfy:1: what is in it is no /)],
    [false, expect.stringMatching(/slack can be read by everybody/)],
  ]);
});
