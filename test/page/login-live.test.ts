// Pages that are watched: nobody sees another's name, and the stream ends with the right to read.

import { expect, test } from "bun:test";
import { handle } from "../../src/page/handle.ts";
import { Live } from "../../src/page/live/live.ts";
import type { Change } from "../../src/page/model.ts";
import { troubled } from "./fixture.ts";
import { hashOf, passwordOf, TestDoor } from "./session/door.ts";
import { sourceOf } from "./source.ts";

test("a stream that a program opened ends with its password", async () => {
  using at = new TestDoor({ isClosed: true });
  const source = sourceOf(troubled());
  let tell: (change: Change) => void = () => {};
  const live = new Live({
    onChange: (listener) => {
      tell = listener;
      return () => {};
    },
    now_s: () => at.now_s,
    log: () => {},
    beat_ms: 200,
  });
  try {
    const headers = { Authorization: `Basic ${Buffer.from(`anna:${passwordOf("anna")}`).toString("base64")}` };
    const request = new Request("http://localhost/live?at=hosts", { headers });
    const response = await handle(request, source, { door: at.door, peer: "192.0.2.1", site: { live } });
    const stream = response.body?.getReader();
    expect((await stream?.read())?.done).toBe(false);
    at.passwords.set("anna", hashOf("ben"), at.now_s); // dmon passwd
    tell({ hosts: new Set(["mars.example.org"]), more: true });
    const next = await Promise.race([stream?.read(), Bun.sleep(20_000).then(() => "nothing")]);
    expect(next).toMatchObject({ done: true });
  } finally {
    live.stop();
  }
}, 30_000);

test("a stream is of who watches it, and ends with the session", async () => {
  using at = new TestDoor({ isClosed: true });
  const source = sourceOf(troubled());
  let tell: (change: Change) => void = () => {};
  const live = new Live({
    onChange: (listener) => {
      tell = listener;
      return () => {};
    },
    now_s: () => at.now_s,
    log: () => {},
    beat_ms: 200,
  });
  try {
    const [anna, ben] = [at.browser(source), at.browser(source)];
    await Promise.all([anna.login("anna"), ben.login("ben")]);
    const ask = (path: string, browser: typeof anna) => {
      const headers = { Cookie: `dmon_session=${browser.cookies.get("dmon_session")}` };
      const request = new Request(`http://localhost${path}`, { headers });
      return handle(request, source, { door: at.door, peer: "192.0.2.1", site: { live } });
    };
    const stream = (await ask("/live?at=hosts", anna)).body?.getReader();
    expect((await stream?.read())?.done).toBe(false);
    const text = await (await ask("/live/text?at=hosts", ben)).text();
    expect(text).toContain('aria-label="ben, your own page"');
    expect(text).not.toContain("anna");
    at.door.logins.endAll("anna");
    tell({ hosts: new Set(["mars.example.org"]), more: true });
    const next = await Promise.race([stream?.read(), Bun.sleep(20_000).then(() => "nothing")]);
    expect(next).toMatchObject({ done: true });
    expect((await ask("/live?at=hosts", anna)).status).toBe(401);
  } finally {
    live.stop();
  }
}, 30_000);
