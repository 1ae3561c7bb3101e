// Logging in with the compiled binary: dmon passwd, a browser without script, a proxy with a path prefix, programs.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { lacks } from "../skips.ts";
import { BINARY, endAll, freePorts, run, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

const WORK = `user anna anna@example.org
user ben ben@example.org
get * uptime dmon
item never uptime
get * never
fit never sick >0
alert anna * * >=sick
`;
const PASSWORD = "correct horse";

afterAll(endAll);

async function withPassword(user: string, dmon: TestDmon, password = PASSWORD) {
  const ended = await run([BINARY, "-c", dmon.confFile, "passwd", user], { stdin: `${password}\n` });
  expect([ended.code, ended.err]).toEqual([0, ""]);
  return ended.out;
}

describe("dmon passwd", () => {
  test(
    "sets a password from standard input, and refuses what is wrong with what would be right",
    async () => {
      await using dmon = await TestDmon.make({ work: WORK });
      const passwd = (stdin: string, ...args: string[]) =>
        run([BINARY, "-c", dmon.confFile, "passwd", ...args], { stdin });
      expect(await withPassword("anna", dmon)).toBe(
        "anna logs in with the new password; all sessions of anna have ended\n",
      );
      const file = dmon.path("var/passwords");
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).toMatch(/^anna \$argon2id\$v=19\$m=19456,t=2,p=1\$\S+ [0-9a-f]{16} 2\S+Z$/m);
      expect(readFileSync(file, "utf8")).not.toContain(PASSWORD);
      for (const [stdin, args, code, words] of [
        ["short\n", ["anna"], 1, "the password has 5 characters; at least 8 are needed"],
        ["", ["anna"], 1, "the password has 0 characters"],
        [`${PASSWORD}\n`, ["ana"], 2, 'the work has no user "ana"; did you mean "anna"?'],
        [`${PASSWORD}\n`, ["zoe"], 2, 'the work has no user "zoe"; users are anna, ben'],
        [`${PASSWORD}\n`, ["../x"], 2, "is no name of a user"],
        ["", [], 2, "too few words"],
        ["", ["--delete", "ben"], 1, "ben has no password"],
      ] as const) {
        const ended = await passwd(stdin, ...args);
        expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(words)]);
      }
      expect((await passwd("", "--delete", "anna")).out).toContain("anna has no password any more");
      expect(readFileSync(file, "utf8")).not.toContain("anna $");
    },
    TEST_MS_MAX,
  );

  test(
    "where the work cannot be read warns; where there is none says what to do",
    async () => {
      await using dmon = await TestDmon.make({ workConf: null });
      const ended = await run([BINARY, "-c", dmon.confFile, "passwd", "anna"], { stdin: `${PASSWORD}\n` });
      expect([ended.code, ended.err]).toEqual([
        0,
        expect.stringContaining("whether the work has a user anna is not known"),
      ]);
    },
    TEST_MS_MAX,
  );

  test.skipIf(lacks("script"))(
    "asks twice on a terminal, and shows nothing of what is typed",
    async () => {
      const script = Bun.which("script") ?? "";
      await using dmon = await TestDmon.make({ work: WORK });
      const typed = async (...lines: string[]) => {
        const child = Bun.spawn([script, "-qec", `${BINARY} -c ${dmon.confFile} passwd anna`, "/dev/null"], {
          stdin: "pipe",
          stdout: "pipe",
        });
        let seen = "";
        const reading = (async () => {
          for await (const chunk of child.stdout) seen += Buffer.from(chunk).toString();
        })();
        for (const [i, line] of lines.entries()) {
          await until("a prompt", () => (seen.match(/: /g) ?? []).length > i || child.exitCode !== null);
          void child.stdin.write(line);
          void child.stdin.flush();
        }
        const code = await child.exited;
        void child.stdin.end();
        await reading;
        return { code, seen };
      };
      const good = await typed("correct hoxx\u007f\u007frse\r", "correct horse\r");
      expect(good).toEqual({ code: 0, seen: expect.stringContaining("anna logs in with the new password") });
      expect(good.seen).toStartWith("New password of anna: \r\nThe same again: \r\n");
      expect(good.seen).not.toContain("orse");
      expect(await typed("correct horse\r", "correct hrose\r")).toEqual({
        code: 1,
        seen: expect.stringContaining("the two are not the same"),
      });
      expect(await typed("\u0003")).toEqual({ code: 1, seen: expect.stringContaining("nothing was changed") });
      expect(await typed("short\r")).toEqual({ code: 1, seen: expect.stringContaining("at least 8 are needed") });
    },
    TEST_MS_MAX,
  );
});

describe.skipIf(lacks("chromium"))("in a browser without script", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: Bun.which("chromium") ?? "", args: ["--no-sandbox"] });
  }, TEST_MS_MAX);
  afterAll(async () => await browser.close());

  async function login(page: Page, password = PASSWORD) {
    await page.fill('input[name="user"]', "anna");
    await page.fill('input[name="password"]', password);
    await page.click('button:has-text("Log in")');
  }

  test(
    "wrong password, login, act, log out, the back button; everywhere; a user who left",
    async () => {
      await using dmon = await TestDmon.started({ work: WORK });
      await withPassword("anna", dmon); // the daemon needs no reload
      await until("the item", async () => (await dmon.item("never"))?.level === "sick");
      const base = `http://127.0.0.1:${dmon.http}/`;
      await until("a page that shows it", async () => (await dmon.page("/")).includes("do/ack?host=al&amp;item=never"));
      await behaves(base, dmon);
    },
    3 * TEST_MS_MAX,
  );

  test(
    "the same behind a proxy with a path prefix, reading behind the login",
    async () => {
      const port = await freePorts(1);
      await using dmon = await TestDmon.started({ work: WORK, conf: { page_login: "yes" } });
      await withPassword("anna", dmon);
      await until("the item", async () => (await dmon.item("never"))?.level === "sick");
      const seen: string[] = [];
      const proxy = Bun.serve({
        hostname: "127.0.0.1",
        port,
        idleTimeout: 60,
        async fetch(request) {
          const url = new URL(request.url);
          if (!url.pathname.startsWith("/mon/")) return new Response("not ours", { status: 404 });
          seen.push(url.pathname);
          const headers = new Headers(request.headers);
          headers.set("X-Forwarded-For", "198.51.100.7");
          headers.set("X-Forwarded-Host", url.host);
          headers.set("X-Forwarded-Proto", "http");
          headers.set("Host", `127.0.0.1:${dmon.http}`);
          const body = request.method === "POST" ? await request.arrayBuffer() : undefined;
          return await fetch(`http://127.0.0.1:${dmon.http}${url.pathname.slice(4)}${url.search}`, {
            method: request.method,
            headers,
            redirect: "manual",
            decompress: false,
            ...(body ? { body } : {}),
          });
        },
      });
      try {
        expect((await dmon.fetch("/hosts")).status).toBe(303);
        await behaves(`http://127.0.0.1:${port}/mon/`, dmon);
        expect(dmon.log()).toContain("anna logs in from 198.51.100.7");
        expect(seen.every((path) => path.startsWith("/mon/"))).toBe(true);
      } finally {
        await proxy.stop(true);
      }
    },
    3 * TEST_MS_MAX,
  );

  async function behaves(base: string, dmon: TestDmon): Promise<void> {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const phone = await browser.newContext({ javaScriptEnabled: false });
    try {
      const page = await context.newPage();
      await page.goto(`${base}do/ack?host=al&item=never`);
      expect(page.url()).toStartWith(`${base}login?to=`);
      await login(page, "wrong");
      expect(await page.textContent("[role=alert]")).toContain("Name or password is wrong.");
      await page.fill('input[name="password"]', PASSWORD);
      await page.click('button:has-text("Log in")');
      expect(page.url()).toBe(`${base}do/ack?host=al&item=never`);
      const cookie = (await context.cookies()).find(({ name }) => name === "dmon_session");
      expect(cookie).toMatchObject({
        httpOnly: true,
        sameSite: "Lax",
        path: new URL(base).pathname.replace(/(?<=.)\/$/, ""),
      });

      await page.fill('input[name="text"]', "<i>on it</i>");
      await page.click('button:has-text("Acknowledge as anna")');
      expect(page.url()).toBe(`${base}host/al`);
      await until("the ack", async () => {
        await page.reload();
        return (await page.textContent("main"))?.includes("acknowledged by anna");
      });
      expect(await page.textContent("main")).toContain(": <i>on it</i>");
      expect(dmon.log()).toContain("anna acknowledges al:never: <i>on it</i>");

      await page.click("a.account");
      expect(page.url()).toBe(`${base}user`);
      expect(await page.textContent("main")).toMatch(/work\.conf:\d+\s+alert anna \* \* >=sick/);
      const other = await phone.newPage();
      await other.goto(`${base}login`);
      await login(other);
      expect(await other.textContent("a.account")).toBe("anna");

      await page.click('button:has-text("Log out"):not(.second)');
      await page.waitForLoadState("load");
      await page.goBack();
      expect(await page.textContent("body")).not.toContain("anna@example.org"); // not kept by the browser
      expect(page.url()).toContain("login?to=user");
      await login(page);
      expect(page.url()).toBe(`${base}user`);
      await page.click("button.second");
      await other.goto(`${base}user`);
      expect(other.url()).toContain("login?to=user");

      await login(other);
      expect(other.url()).toBe(`${base}user`);
      dmon.writeWork(dmon.workText(WORK.replace(/^user anna.*\n/m, "").replace("alert anna", "alert ben")));
      const made = await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
      expect([made.code, made.err]).toEqual([0, ""]);
      await until("the user is out", async () => {
        await other.goto(`${base}user`);
        return other.url().includes("login?to=user");
      });
    } finally {
      await context.close();
      await phone.close();
    }
  }
});

describe("over the socket", () => {
  test(
    "programs, large forms, many attempts, and no password on the disk or in the log",
    async () => {
      await using dmon = await TestDmon.started({ work: WORK, conf: { page_login: "yes" } });
      await withPassword("anna", dmon);
      const bare = await dmon.fetch("/plot?host=al&item=uptime");
      expect([bare.status, bare.headers.get("WWW-Authenticate")]).toEqual([401, 'Basic realm="dmon", charset="UTF-8"']);
      const authorization = `Basic ${Buffer.from(`anna:${PASSWORD}`).toString("base64")}`;
      const plot = await dmon.fetch("/plot?host=al&item=uptime", { headers: { Authorization: authorization } });
      expect([plot.status, plot.headers.get("Content-Type")]).toEqual([200, "image/svg+xml; charset=utf-8"]);

      const form = { "Content-Type": "application/x-www-form-urlencoded" };
      const large = await dmon.fetch("/login", { method: "POST", headers: form, body: "a".repeat(10 * 1024 * 1024) });
      expect(large.status).toBe(413);
      const attempts = Array.from({ length: 1000 }, (_, i) =>
        dmon
          .fetch("/plot", { headers: { Authorization: `Basic ${Buffer.from(`ben:${i}`).toString("base64")}` } })
          .then(({ status }) => status),
      );
      const counts = Map.groupBy(await Promise.all(attempts), (status) => status);
      expect(new Set(counts.keys())).toEqual(new Set([401, 429]));
      expect(counts.get(429)?.length ?? 0).toBeGreaterThan(900);
      expect(
        (await dmon.fetch("/plot?host=al&item=uptime", { headers: { Authorization: authorization } })).status,
      ).toBe(200);
      expect(dmon.log()).not.toContain(PASSWORD);
      expect(statSync(dmon.path("var/cgi-secret")).mode & 0o777).toBe(0o600);
    },
    TEST_MS_MAX,
  );

  test(
    "a session outlives a restart; a damaged file of passwords lets nobody in",
    async () => {
      await using dmon = await TestDmon.started({ work: WORK });
      await withPassword("anna", dmon);
      const first = await dmon.fetch("/login");
      const token = /name="token" value="([^"]+)"/.exec(await first.text())?.[1] ?? "";
      const cookie = first.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const body = new URLSearchParams({ user: "anna", password: PASSWORD, token }).toString();
      const headers = { "Content-Type": "application/x-www-form-urlencoded", Cookie: cookie };
      const { status, headers: sent } = await dmon.fetch("/login", { method: "POST", headers, body });
      expect(status).toBe(303);
      const session = sent.getSetCookie()[0]?.split(";")[0] ?? "";
      const isIn = async () => (await dmon.fetch("/user", { headers: { Cookie: session } })).status === 200;
      expect(await isIn()).toBe(true);
      await dmon.stop();
      await dmon.start();
      expect(await isIn()).toBe(true);
      writeFileSync(dmon.path("var/passwords"), "anna garbage\n");
      expect(await isIn()).toBe(false);
      expect(await (await dmon.fetch("/login")).text()).toContain("The file of passwords is damaged");
      expect(dmon.log()).toContain("anna has not four words; set it anew with: dmon passwd anna");
    },
    TEST_MS_MAX,
  );
});
