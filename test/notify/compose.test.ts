// A message as a mail: its headers, its thread, its graphs.

import { expect, test } from "bun:test";
import * as fc from "fast-check";
import PostalMime from "postal-mime";
import type { Message } from "../../src/core/alert/message.ts";
import { subjectOf } from "../../src/core/alert/subject.ts";
import { MAIL_GRAPH_BYTES_MAX } from "../../src/core/limits.ts";
import type { Delivery } from "../../src/notify/channel.ts";
import { composeMail } from "../../src/notify/compose.ts";
import { digest, hostile, message, notice, one, recovery, reminder, storm } from "../core/alert/messages.ts";

type Graph = Delivery["graph"];
const none: Graph = async () => undefined;

async function compose(it: Message, graph: Graph = none, graphs_ms = 20_000) {
  const mail = await composeMail(it, { from: "dmon@server.example.org", version: "1.2.3", graph }, graphs_ms);
  const parsed = await PostalMime.parse(mail.raw);
  const header = (name: string) =>
    parsed.headers.filter(({ key }) => key === name.toLowerCase()).map(({ value }) => value);
  return { ...mail, parsed, header };
}

test("who writes, who gets it, and what filters and other machines go by", async () => {
  const { from, to, parsed, header } = await compose(one);
  expect([from, to]).toEqual(["dmon@server.example.org", "anna@example.org"]);
  expect(parsed.from).toEqual({ name: "dmon", address: "dmon@server.example.org" });
  expect(parsed.to).toEqual([{ name: "anna", address: "anna@example.org" }]);
  expect(parsed.date).toBe("2026-11-22T16:40:00.000Z");
  expect(header("Message-ID")).toEqual(["<5f0c6c1e-8f6c-4c53-9d1f-1b1f0e6f2a11@server.example.org>"]);
  expect(header("Auto-Submitted")).toEqual(["auto-generated"]);
  expect(header("X-Auto-Response-Suppress")).toEqual(["All"]);
  expect(header("X-Mailer")).toEqual(["dmon 1.2.3"]);
  expect(header("X-Dmon-Host")).toEqual(["mars"]);
  expect(header("X-Dmon-Level")).toEqual(["crit"]);
  expect(header("X-Dmon-Kind")).toEqual(["problem"]);
  expect(header("Precedence")).toEqual([]);
  expect(header("List-Id")).toEqual([]);
});

test("each attempt sends the same mail, byte by byte", async () => {
  expect((await compose(digest)).raw).toEqual((await compose(digest)).raw);
});

test("all mails of one problem are one thread, of which the first is no answer", async () => {
  const root = "<problem.019aab12-0000-7000-8000-000000000001@server.example.org>";
  for (const [it, answers] of [
    [one, []],
    [reminder, [root]],
    [recovery, [root]],
  ] as const) {
    const { header } = await compose(it);
    expect(header("References")).toEqual([root]);
    expect(header("In-Reply-To")).toEqual([...answers]);
  }
});

test("a digest refers to each of its problems once, and a storm to those that it tells", async () => {
  const two = message([
    notice(),
    notice({ item: "inodes" }),
    notice({ problem: "019aab12-0000-7000-8000-000000000002" }),
  ]);
  const references = async (it: Message) => (await compose(it)).header("References")[0]?.split(/\s+/);
  expect(await references(two)).toHaveLength(2);
  expect(await references(storm)).toHaveLength(50);
});

test("graphs of the three worst that are no recoveries, each where it belongs", async () => {
  const asked: string[] = [];
  const items = ["a", "b", "c", "d"].map((item) => notice({ item }));
  const all = [notice({ item: "r", kind: "recovery" }), ...items];
  const { parsed } = await compose(message(all), async ({ item }) => {
    asked.push(item);
    return item === "b" ? undefined : new TextEncoder().encode(item);
  });
  expect(asked).toEqual(["a", "b", "c"]);
  expect(parsed.attachments.map(({ content }) => new TextDecoder().decode(content as ArrayBuffer))).toEqual(["a", "c"]);
  const cids = parsed.attachments.map(({ contentId }) => contentId?.replace(/[<>]/g, ""));
  const html = parsed.html ?? "";
  expect([...html.matchAll(/src="cid:([^"]+)" alt="(\w) on mars/g)].map(([, cid, item]) => [cid, item])).toEqual([
    [cids[0], "a"],
    [cids[1], "c"],
  ]);
  expect(
    parsed.attachments.every(({ disposition, mimeType }) => disposition === "inline" && mimeType === "image/png"),
  ).toBe(true);
});

test.each<[what: string, graph: Graph]>([
  ["there is none", none],
  ["it is empty", async () => new Uint8Array()],
  ["it is too large", async () => new Uint8Array(MAIL_GRAPH_BYTES_MAX + 1)],
  ["it fails", () => Promise.reject(new Error("no history"))],
])("a mail goes without a graph when %s", async (_, graph) => {
  const { parsed } = await compose(one, graph);
  expect(parsed.attachments).toEqual([]);
  expect(parsed.html).not.toContain("<img");
});

test("a graph that does not come in time is not waited for", async () => {
  const { parsed } = await compose(one, () => new Promise(() => {}), 20);
  expect(parsed.attachments).toEqual([]);
});

test("whatever the names are, they begin no header of their own", async () => {
  const { parsed: odd, header } = await compose(hostile);
  expect(odd.to).toEqual([{ name: 'Eve" <eve@example.org>, X', address: "anna@example.org" }]);
  for (const name of ["Bcc", "Cc", "X", "Y"]) expect(header(name)).toEqual([]);
  expect(odd.subject).toBe(subjectOf(hostile));
  const words = fc.string({ unit: "binary", maxLength: 60 });
  const usual = (await compose(one)).parsed.headers.map(({ key }) => key);
  await fc.assert(
    fc.asyncProperty(words, words, words, words, async (tag, level, name, server) => {
      const it = message([notice({ tag, level, problem: name })], {
        id: tag,
        server,
        user: { ...one.user, name },
      });
      const { parsed, raw } = await compose(it);
      const keys = parsed.headers.map(({ key }) => key); // without those that would be empty
      expect(keys).toEqual(usual.filter((key) => keys.includes(key)));
      expect(parsed.to?.map(({ address }) => address)).toEqual(["anna@example.org"]);
      expect(parsed.messageId).toMatch(/^<[A-Za-z0-9.-]+@[A-Za-z0-9.-]+>$/);
      expect(raw.toString("latin1")).toMatch(/^[\r\n\t -~]*$/);
    }),
    { numRuns: 60 },
  );
});
