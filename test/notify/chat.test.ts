// What ntfy, Slack and Mattermost are sent, and that nothing in it does anything there.

import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Message } from "../../src/core/alert/message.ts";
import { CHAT_NOTICES_MAX, PUSH_BYTES_MAX, PUSH_TITLE_CHARS_MAX } from "../../src/core/limits.ts";
import mattermost from "../../src/notify/mattermost.ts";
import ntfy, { pushOf } from "../../src/notify/ntfy.ts";
import slack from "../../src/notify/slack.ts";
import { LINKS, linked, message, notice } from "../core/alert/messages.ts";
import { delivery } from "./delivery.ts";
import { receiver } from "./receiver.ts";

/** Its link has what must be escaped. */
const noticed = linked({ links: { ...LINKS, ack: `${LINKS.ack}&s=b2` } });
const trouble = {
  host: "mars.example.org",
  tag: "mars",
  more: 0,
  items: [{ item: "load1", level: "sick", rank: 2, value: 23, unit: "", since_s: 0 }],
};

async function sent(type: typeof slack, told: Message, path = "/hooks/x1y2") {
  using web = await receiver();
  await type.send(told, delivery(web.url(path)));
  const [got] = web.received;
  return { path: got?.path, headers: got?.headers, body: JSON.parse(got?.body ?? "") };
}

describe("ntfy", () => {
  test("one problem: title, priority, tags, link and buttons", async () => {
    const { path, body } = await sent(ntfy, message([noticed], { others: [trouble] }), "/our-site");
    expect(path).toBe("/");
    expect(body).toEqual({
      topic: "our-site",
      title: "crit mars root_usage 97%",
      message: "was sick, for 12m 5s, >95% (work.conf:41)\nalso on mars: sick load1 23",
      priority: 5,
      tags: ["rotating_light", "crit", "mars"],
      click: "https://dmon.example.org/host/mars",
      actions: [
        { action: "view", label: "Acknowledge", url: "https://dmon.example.org/ack?t=b3BhcXVl.c2lnbmVk&s=b2" },
        { action: "view", label: "Downtime", url: "https://dmon.example.org/downtime?t=b3BhcXVl.c2lnbmVk" },
      ],
    });
  });

  test.each<[string, Parameters<typeof notice>[0], number, string]>([
    ["dead", { level: "dead" }, 5, "rotating_light"],
    ["sick", { level: "sick" }, 4, "warning"],
    ["soso", { level: "soso" }, 3, "warning"],
    ["well again", { kind: "recovery", level: "fine" }, 3, "white_check_mark"],
    ["less bad, for who is told of crit only", { kind: "recovery", level: "sick" }, 3, "white_check_mark"],
    ["a test", { kind: "test", level: "dead" }, 3, "white_check_mark"],
  ])("%s: its priority and picture", (_, fields, priority, picture) => {
    const push = pushOf(message([notice(fields)]));
    expect([push.priority, push.tags[0]]).toEqual([priority, picture]);
  });

  test("several: buttons name what they are for; a storm fits", () => {
    const storm = Array.from({ length: 1000 }, (_, i) => linked({ tag: `host${i}`, text: "ü".repeat(150) }));
    const push = pushOf(message(storm));
    expect(push.actions?.map(({ label }) => label)).toEqual(
      ["host0", "host1", "host2"].map((tag) => `Acknowledge ${tag} root_usage`),
    );
    expect(push.title).toBe("1000 crit on 1000 hosts");
    expect(Buffer.byteLength(push.message)).toBeLessThanOrEqual(PUSH_BYTES_MAX);
    expect(push.message).toMatch(/… and \d+ lines more$/);
    expect(pushOf(message([notice({ tag: "x".repeat(300) })])).title.length).toBeLessThanOrEqual(PUSH_TITLE_CHARS_MAX);
  });

  test("a token or a password goes as HTTP has it", async () => {
    using web = await receiver();
    await ntfy.send(message(), delivery(`http://:tk_abc%21@127.0.0.1:${web.port}/our-site`));
    expect(web.received[0]?.headers.authorization).toBe(`Basic ${btoa(":tk_abc!")}`);
  });

  test("links that are none of the web are left out", () => {
    const push = pushOf(message([notice({ links: { page: "javascript:alert(1)", ack: "/ack" } })]));
    expect(push).not.toContainAnyKeys(["click", "actions"]);
  });
});

describe("slack and mattermost", () => {
  test.each([
    [
      "slack",
      slack,
      "<https://dmon.example.org/ack?t=b3BhcXVl.c2lnbmVk&amp;s=b2|Acknowledge> · <https://dmon.example.org/downtime?t=b3BhcXVl.c2lnbmVk|Downtime>",
      "&gt;95% (work.conf:41)",
    ],
    [
      "mattermost",
      mattermost,
      "[Acknowledge](https://dmon.example.org/ack?t=b3BhcXVl.c2lnbmVk&s=b2) · [Downtime](https://dmon.example.org/downtime?t=b3BhcXVl.c2lnbmVk)",
      "\\>95% \\(work.conf:41\\)",
    ],
  ] as const)("%s: one problem", async (_, type, links, reason) => {
    const { body, path } = await sent(type, message([noticed], { others: [trouble] }));
    expect(path).toBe("/hooks/x1y2");
    expect(body).toMatchObject({
      text: "crit mars root_usage 97%",
      parse: "none",
      link_names: false,
      unfurl_links: false,
    });
    expect(body.attachments).toEqual([
      {
        color: "#c1121f",
        fallback: "crit mars root_usage 97%",
        title: "crit mars root_usage 97%",
        title_link: "https://dmon.example.org/host/mars",
        text: `was sick, for 12m 5s, ${reason}\n${links}`,
        footer: "mars.example.org, work.conf:52",
        ts: notice().time_s,
        mrkdwn_in: [],
      },
      { color: "#59616b", fallback: "also on mars: sick load1 23", text: "also on mars: sick load1 23", mrkdwn_in: [] },
    ]);
  });

  test.each([
    ["fine", "#1a7f4b"],
    ["soso", "#8a6100"],
    ["sick", "#b8450a"],
    ["crit", "#c1121f"],
    ["dead", "#1b1f24"],
  ])("%s has its colour", async (level, colour) => {
    const { body } = await sent(slack, message([notice({ level })]));
    expect(body.attachments[0].color).toBe(colour);
  });

  test("a storm is bounded and counted", async () => {
    const { body } = await sent(
      slack,
      message(
        Array.from({ length: 40 }, (_, i) => notice({ tag: `h${i}` })),
        { more: 960 },
      ),
    );
    expect(body.text).toBe("40 crit on 40 hosts, 960 more");
    expect(body.attachments).toHaveLength(CHAT_NOTICES_MAX + 1);
    expect(body.attachments.at(-1).text).toBe(`… and ${1000 - CHAT_NOTICES_MAX} more`);
  });

  const HOSTILE =
    "<!channel> <@U1|x> @all @channel *b* `c` [a](http://evil.example) ![i](x) # h ~~s~~ :skull: www.evil.example _e_ root_usage";
  test("slack: nothing is obeyed", async () => {
    const { body } = await sent(slack, message([notice({ item: HOSTILE, text: HOSTILE })]));
    for (const text of [body.text, body.attachments[0].title, body.attachments[0].fallback])
      expect(text).not.toMatch(/[<>]/);
    expect(body.attachments[0].text.split("\n")[0]).not.toMatch(/[<>]/);
  });

  test("mattermost: nothing is obeyed", async () => {
    const { body } = await sent(mattermost, message([notice({ item: HOSTILE, text: HOSTILE })]));
    for (const text of [body.text, body.attachments[0].title, body.attachments[0].text.split("\n")[0]]) {
      expect(text).not.toMatch(/@\w/);
      expect(text).not.toMatch(/(?<!\\)[*`<>[\]#!]/);
      expect(text).not.toMatch(/:\/\/\w|www\.\w|:skull:/);
      expect(text).toContain("root_usage"); // within words it is as it was
    }
  });

  test("a link cannot be ended from within", async () => {
    await fc.assert(
      fc.asyncProperty(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), async (url, end) => {
        const ack = `${url}?x=${end.replace(/\s/g, "")})|>`;
        const [first, second] = await Promise.all(
          [slack, mattermost].map(async (type) => {
            const { body } = await sent(type, message([notice({ links: { ack } })]));
            return String(body.attachments[0].text.split("\n")[1] ?? "");
          }),
        );
        expect(first).toMatch(/^<[^<>|]+\|Acknowledge>$/);
        expect(second).toMatch(/^\[Acknowledge\]\([^()\s]+\)$/);
      }),
      { numRuns: 30 },
    );
  });
});
