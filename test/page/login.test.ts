// Logging in, reading behind a login, acting and logging out, through handle() without a socket.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { BASIC_KEPT_S, FORM_BYTES_MAX, SESSION_LASTS_S, SESSION_RENEWED_S, WRONG_FREE } from "../../src/core/limits.ts";
import { type PageSource, SourceRefused, SourceUnavailable } from "../../src/page/model.ts";
import { NOW_S, troubled } from "./fixture.ts";
import { passwordOf, prefixes, TestDoor } from "./session/door.ts";
import { sourceOf } from "./source.ts";

let at: TestDoor;
let source: PageSource;
beforeEach(() => {
  at = new TestDoor();
  source = sourceOf(troubled());
});
afterEach(() => at[Symbol.dispose]());

const WRONG = "Name or password is wrong.";

describe("logging in", () => {
  test("leads back to where somebody was, and every page says who they are", async () => {
    const browser = at.browser(source);
    const before = await browser.ask("/host/mars");
    expect(before.page).toContain('href="login?to=host%2Fmars">log in</a>');
    expect(before.headers.getSetCookie()).toEqual([]); // nobody who only reads gets a cookie
    const { status, headers } = await browser.login("anna", undefined, "host/mars");
    expect([status, headers.get("Location")]).toEqual([303, "./host/mars"]);
    expect(browser.set.at(-1)).toMatch(/^dmon_session=[\w-]+\.[\w-]+; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
    const after = await browser.ask("/host/mars");
    expect(after.page).toContain('href="user" aria-label="anna, your own page"');
    expect((await browser.ask("/login")).headers.get("Location")).toBe("./");
    expect(at.said).toContain("anna logs in from 192.0.2.1");
  });

  test.each([
    ["anna", "wrong"],
    ["anna", ""],
    ["anna", passwordOf("anna").toUpperCase()],
    ["carl", passwordOf("carl")], // not in the work
    ["nobody", "x"],
    ["", ""],
    ["../etc", "x"],
    ["a\0b", "x\0y"],
    ["__proto__", "x"],
    ["a".repeat(5000), "b".repeat(5000)],
    ["<b>&\"'", "x"],
  ])("as %j with %j does not: the same answer and the same work", async (user, password) => {
    const browser = at.browser(source);
    const { status, page } = await browser.login(user, password);
    if (user.length > 1000) return expect(status).toBe(413);
    expect([status, page.includes(WRONG), at.hashes]).toEqual([403, true, 1]);
    expect(page).not.toContain("<b>&");
    expect(browser.cookies.has("dmon_session")).toBe(false);
    expect(page).not.toMatch(/dead|crit|mars/); // nothing of what is monitored
  });

  test("what is logged is no password that somebody typed as a name", async () => {
    await at.browser(source).login("my-secret-word", "x");
    await at.browser(source).login("anna", "x");
    expect(at.said).toEqual([
      "a wrong password for nobody of the work from 192.0.2.1",
      "a wrong password for anna from 192.0.2.1",
    ]);
  });

  test("is open to nobody while the work does not say who they are, and the page says why", async () => {
    const browser = at.browser(source);
    at.users = undefined;
    expect((await browser.ask("/login")).page).toContain("made by an older mk-work");
    expect((await browser.login("anna")).status).toBe(403);
    at.users = [];
    expect((await browser.ask("/login")).page).toContain("add to it: user NAME MAIL");
    at.users = ["anna"];
    expect((await browser.ask("/login")).page).not.toContain("Nobody can log in");
    for (const user of ["anna", "ben"]) at.passwords.drop(user);
    expect((await browser.ask("/login")).page).toContain("dmon passwd USER");
    writeFileSync(at.passwords.path, "anna damaged\n");
    expect((await browser.ask("/login")).page).toContain("The file of passwords is damaged");
    expect((await browser.login("anna")).status).toBe(403);
  });

  test("works while the server is away; so does logging out", async () => {
    const away: PageSource = { ...source, fleet: () => Promise.reject(new SourceUnavailable("the server is away")) };
    const browser = at.browser(away);
    expect((await browser.login("anna")).status).toBe(303);
    expect((await browser.ask("/")).status).toBe(503);
    expect((await browser.fill("/logout", {})).status).toBe(303);
    expect(browser.cookies.has("dmon_session")).toBe(false);
  });
});

describe("a login form", () => {
  test("is taken from the browser alone that it was given to", async () => {
    const { page } = await at.browser(source).ask("/login");
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const victim = at.browser(source);
    const fields = { user: "anna", password: passwordOf("anna") };
    for (const given of [token, "", "x"]) {
      const { status, page: answer } = await victim.post("/login", { ...fields, token: given });
      expect([status, answer.includes("keeps no cookies")]).toEqual([403, true]);
    }
    expect(victim.cookies.has("dmon_session")).toBe(false);
    expect(at.hashes).toBe(0);
    expect((await victim.login("anna")).status).toBe(303); // and then it works
  });

  test("of two tabs works in both", async () => {
    const browser = at.browser(source);
    const { page } = await browser.ask("/login");
    await browser.ask("/login");
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    expect((await browser.post("/login", { user: "anna", password: passwordOf("anna"), token })).status).toBe(303);
  });

  test.each([
    [{ "Sec-Fetch-Site": "cross-site" }, 403],
    [{ "Sec-Fetch-Site": "same-site" }, 403],
    [{ "Sec-Fetch-Site": "same-origin" }, 303],
    [{ Origin: "https://evil.example" }, 403],
    [{ Origin: "null" }, 303],
    [{ Origin: "http://localhost" }, 303],
    [{ "Content-Type": "text/plain" }, 415],
    [{ "Content-Type": "multipart/form-data; boundary=x" }, 415],
    [{ "Content-Type": "application/json" }, 415],
  ])("with %j: %d", async (headers, wanted) => {
    const browser = at.browser(source);
    const { page } = await browser.ask("/login");
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const fields = { user: "anna", password: passwordOf("anna"), token };
    expect((await browser.post("/login", fields, headers)).status).toBe(wanted);
  });

  test("of 10 MB is not read to its end", async () => {
    let given = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 64 * 1024;
        if (given > 10 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024).fill(97));
      },
    });
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const { status, page } = await at.browser(source).ask("/login", { method: "POST", headers, body });
    expect([status, page.includes(String(FORM_BYTES_MAX))]).toEqual([413, true]);
    expect(given).toBeLessThan(1024 * 1024);
  });

  test("of a name that nobody has is a page, whatever it is", async () => {
    for (const method of ["PUT", "DELETE"])
      expect((await at.browser(source).ask("/login", { method })).status).toBe(405);
  });
});

describe("too many attempts", () => {
  test("are told when to come again, and cost no hash", async () => {
    const browser = at.browser(source);
    for (let i = 0; i < WRONG_FREE; i++) expect((await browser.login("anna", "x")).status).toBe(403);
    const { status, headers, page } = await browser.login("anna");
    expect([status, headers.get("Retry-After"), page.includes("Try again in 2 s")]).toEqual([429, "2", true]);
    expect(at.hashes).toBe(WRONG_FREE);
    at.pass(2);
    expect((await browser.login("anna")).status).toBe(303);
  });

  test("of somebody else keep nobody out, and a new password begins anew", async () => {
    const attacker = at.browser(source, { peer: "203.0.113.9" });
    for (let i = 0; i < 50; i++) await attacker.login("anna", `x${i}`);
    expect((await attacker.login("anna")).status).toBe(429);
    expect((await at.browser(source).login("anna")).status).toBe(303);
    const kept = at.passwords.get("anna");
    at.passwords.set("anna", kept?.hash ?? "", at.now_s); // dmon passwd
    expect((await attacker.login("anna")).status).toBe(303);
  });

  test("a thousand at once are few hashes, two at a time, and no trouble", async () => {
    const browser = at.browser(source);
    const { page } = await browser.ask("/login");
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const open = Promise.withResolvers<void>();
    at.hang = open.promise;
    const all = Array.from({ length: 1000 }, (_, i) => {
      const user = i % 2 === 0 ? "anna" : `user${i}`;
      return browser.post("/login", { user, password: `x${i}`, token });
    });
    setTimeout(() => open.resolve(), 50);
    const counts = Map.groupBy(await Promise.all(all), ({ status }) => status);
    expect(new Set(counts.keys())).toEqual(new Set([403, 429]));
    expect(at.hashes).toBeLessThanOrEqual(22);
    expect(at.mostAtWork).toBe(2);
    expect(browser.logged).toEqual([]);
  }, 20_000);
});

describe("a session", () => {
  test("ends when it is not used for long, and is renewed when it is", async () => {
    const browser = at.browser(source);
    await browser.login("anna");
    const first = browser.cookies.get("dmon_session");
    await browser.ask("/");
    expect(browser.cookies.get("dmon_session")).toBe(first);
    at.pass(SESSION_RENEWED_S);
    await browser.ask("/host/mars"); // one below another directory would be for that alone
    expect(browser.cookies.get("dmon_session")).toBe(first);
    await browser.ask("/hosts");
    const second = browser.cookies.get("dmon_session");
    expect(second).not.toBe(first);
    at.pass(SESSION_LASTS_S - 1);
    expect((await browser.ask("/")).page).toContain(">anna<");
    at.pass(SESSION_LASTS_S + 1);
    expect((await browser.ask("/")).page).toContain(">log in<");
  });

  test("ends with the user: who left the work is out at once", async () => {
    const browser = at.browser(source);
    await browser.login("anna");
    at.users = ["ben"];
    expect((await browser.ask("/")).page).toContain(">log in<");
    expect((await browser.ask("/user")).status).toBe(303);
  });

  test("ends when it is logged out, also for who copied the cookie, and over a restart", async () => {
    const [browser, thief, phone] = [at.browser(source), at.browser(source), at.browser(source)];
    await browser.login("anna");
    await phone.login("anna");
    thief.cookies.set("dmon_session", browser.cookies.get("dmon_session") ?? "");
    at.pass(SESSION_RENEWED_S);
    await thief.ask("/"); // a renewed cookie is the same session
    expect((await browser.ask("/logout")).page).toContain("Log out everywhere");
    expect((await thief.ask("/")).page).toContain(">anna<");
    const { status, headers } = await browser.fill("/logout", {});
    expect([status, headers.get("Location")]).toEqual([303, "./"]);
    expect(browser.set.at(-1)).toBe("dmon_session=; Max-Age=0; HttpOnly; SameSite=Lax");
    expect((await thief.ask("/")).page).toContain(">log in<");
    expect((await phone.ask("/")).page).toContain(">anna<");
    Object.assign(at.door, { logins: at.logins() });
    expect((await thief.ask("/")).page).toContain(">log in<");
    expect((await phone.ask("/")).page).toContain(">anna<");
  });

  test("of all phones ends everywhere, and of nobody else", async () => {
    const [browser, phone, ben] = [at.browser(source), at.browser(source), at.browser(source)];
    await Promise.all([browser.login("anna"), phone.login("anna"), ben.login("ben")]);
    expect((await browser.fill("/logout", { everywhere: "yes" })).status).toBe(303);
    expect((await phone.ask("/")).page).toContain(">log in<");
    expect((await ben.ask("/")).page).toContain(">ben<");
    expect((await phone.login("anna")).status).toBe(303);
  });

  test("is not ended by a link, another site's form, or another session's", async () => {
    const [anna, ben] = [at.browser(source), at.browser(source)];
    await Promise.all([anna.login("anna"), ben.login("ben")]);
    await anna.ask("/logout");
    const token = /name="token" value="([^"]+)"/.exec((await ben.ask("/logout")).page)?.[1] ?? "";
    for (const given of ["", "x", token]) expect((await anna.post("/logout", { token: given })).status).toBe(403);
    expect((await anna.ask("/")).page).toContain(">anna<");
  });

  test("of a cookie that is none is no session, and no error", async () => {
    const browser = at.browser(source);
    for (const value of ["", "x", "x.y", "..", "%00", "é", "a".repeat(3000)]) {
      browser.cookies.set("dmon_session", value);
      expect((await browser.ask("/")).page).toContain(">log in<");
    }
    expect(browser.logged).toEqual([]);
  });

  test("beside another dmon's cookie at a shorter path is found", async () => {
    const browser = at.browser(source);
    await browser.login("anna");
    const own = browser.cookies.get("dmon_session");
    browser.cookies.clear();
    const { page } = await browser.ask("/", { headers: { Cookie: `dmon_session=x.y; dmon_session=${own}` } });
    expect(page).toContain(">anna<");
  });
});

describe("page_login yes", () => {
  beforeEach(() => Object.assign(at.door, { isClosed: true }));
  const basic = (user: string, password = passwordOf(user)) => ({
    headers: { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
  });

  test.each([
    ["/", "./login"],
    ["/hosts", "./login?to=hosts"],
    ["/host/mars", "../login?to=host%2Fmars"],
    ["/graph/mars/root_usage?range=day", "../../login?to=graph%2Fmars%2Froot_usage%3Frange%3Dday"],
    ["/no/such/page", "../../login?to=no%2Fsuch%2Fpage"],
    ["/user", "./login?to=user"],
  ])("%s leads to %s", async (path, location) => {
    const { status, headers, page } = await at.browser(source).ask(path);
    expect([status, headers.get("Location"), page]).toEqual([303, location, ""]);
  });

  test("the login, its style and tickets of mails are open, and show nothing else", async () => {
    const browser = at.browser(source);
    const { status, page } = await browser.ask("/login");
    expect(status).toBe(200);
    expect(page).not.toMatch(/mars|dead|crit/);
    const style = /style-\w+\.css/.exec(page)?.[0];
    expect((await browser.ask(`/${style}`)).status).toBe(200);
    expect((await browser.ask("/act/x.y")).status).toBe(403); // a forged one; the ticket itself is the right
  });

  test.each([
    ["forged", 403, /mars|dead|crit|sick|fine|badge|asof|<footer>.*server|dmon \d/],
    ["expired", 410, /mars|dead|crit|sick|fine|badge|asof|<footer>.*server|dmon \d/],
    ["valid", 200, /dead|sick|web10|badge|asof|<footer>.*server|dmon \d/],
    ["unheard", 503, /mars|192\.0\.2|badge|asof|<footer>.*server/],
  ])("a ticket that is %s shows at most its own problem", async (kind, wanted, nothing) => {
    const ticket = {
      action: "ack",
      host: "mars.example.org",
      tag: "mars",
      item: "root_usage",
      user: "anna",
      level: "crit",
      since_s: NOW_S - 60,
      over: false,
    } as const;
    const from: PageSource = {
      ...source,
      ticket: async () => {
        if (kind === "unheard") throw new SourceUnavailable("mars (192.0.2.9, port 22008) cannot be asked");
        return kind === "valid" ? ticket : { fault: kind === "forged" ? "forged" : "expired", why: "" };
      },
    };
    const { status, page } = await at.browser(from).ask("/act/x.y");
    expect([status, nothing.exec(page)?.[0]]).toEqual([wanted, undefined]);
    if (kind === "valid") expect(page).toMatch(/mars.*root_usage/s);
    const reader = at.browser(from);
    await reader.login("anna");
    expect((await reader.ask("/act/x.y")).page).toContain('class="asof"');
  });

  test("who has logged in reads, and is out at once when the session ends", async () => {
    const browser = at.browser(source);
    expect((await browser.login("anna", undefined, "hosts")).headers.get("Location")).toBe("./hosts");
    expect((await browser.ask("/hosts")).status).toBe(200);
    expect((await browser.fill("/logout", {})).headers.get("Location")).toBe("./login");
    expect((await browser.ask("/hosts")).status).toBe(303);
  });

  test("programs are asked for name and password, and a scrape each 15 s costs no hash", async () => {
    const browser = at.browser(source);
    const bare = await browser.ask("/plot?host=mars&item=root_usage");
    expect([bare.status, bare.headers.get("WWW-Authenticate")]).toEqual([401, 'Basic realm="dmon", charset="UTF-8"']);
    for (let i = 0; i < 10; i++) {
      expect((await browser.ask("/plot?host=mars&item=root_usage", basic("anna"))).status).toBe(200);
      at.pass(15);
    }
    expect(at.hashes).toBe(1);
    at.pass(BASIC_KEPT_S);
    expect((await browser.ask("/hosts", basic("anna"))).status).toBe(200);
    expect(at.hashes).toBe(2);
    expect((await browser.ask("/live?at=hosts")).headers.get("WWW-Authenticate")).toBeNull(); // no window of the browser's
    expect(browser.set).toEqual([]);
  });

  test("a script whose session ended is told so, and not led to a form", async () => {
    const { status, headers, page } = await at.browser(source).ask("/graph-data/mars/root_usage");
    expect([status, headers.get("WWW-Authenticate"), headers.get("Content-Type")?.split(";")[0]]).toEqual([
      401,
      null,
      "application/json",
    ]);
    expect(page).not.toContain("<html");
  });

  test("a program's wrong password waits as a person's does; a left user's is wrong at once", async () => {
    const browser = at.browser(source);
    expect((await browser.ask("/plot", basic("anna"))).status).not.toBe(401);
    at.users = ["ben"];
    expect((await browser.ask("/plot", basic("anna"))).status).toBe(401);
    for (let i = 0; i < WRONG_FREE; i++) expect((await browser.ask("/plot", basic("ben", "x"))).status).toBe(401);
    const { status, headers } = await browser.ask("/plot", basic("ben"));
    expect([status, headers.get("Retry-After")]).toEqual([429, "2"]);
  });

  test("nobody acts by a program's password: a browser would send it along with another site's form", async () => {
    const { status, headers } = await at.browser(source).ask("/do/ack?host=mars&item=root_usage", basic("anna"));
    expect([status, headers.get("Location")]).toEqual([303, "../login?to=do%2Fack%3Fhost%3Dmars%26item%3Droot_usage"]);
  });
});

describe("behind a proxy", () => {
  const forwarded = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "dmon.example.org",
    "X-Forwarded-For": "198.51.100.7",
  };
  beforeEach(() =>
    Object.assign(at.door, { proxies: prefixes("127.0.0.1"), pageSec: new URL("https://dmon.example.org/mon/") }),
  );

  test("with TLS the cookie is for TLS alone, under a name of its own", async () => {
    const browser = at.browser(source, { peer: "127.0.0.1", headers: forwarded });
    expect((await browser.login("anna")).status).toBe(303);
    expect(browser.set.at(-1)).toMatch(/^__Secure-dmon_session=.*; HttpOnly; SameSite=Lax; Secure$/);
    expect((await browser.ask("/")).page).toContain(">anna<");
    expect(at.said).toContain("anna logs in from 198.51.100.7");
    const plain = at.browser(source, { peer: "127.0.0.1" });
    plain.cookies.set("__Secure-dmon_session", browser.cookies.get("__Secure-dmon_session") ?? "");
    expect((await plain.ask("/")).page).toContain(">log in<");
  });

  test("what says so without being one is not believed", async () => {
    const browser = at.browser(source, { peer: "192.0.2.1", headers: forwarded });
    await browser.login("anna");
    expect(browser.set.at(-1)).toMatch(/^dmon_session=.*Lax$/);
    expect(at.said).toContain("anna logs in from 192.0.2.1");
  });

  test("people who come without TLS are led to page_sec, and its name is ours", async () => {
    const { page } = await at.browser(source).ask("/hosts");
    expect(page).toContain('href="https://dmon.example.org/mon/login?to=hosts"');
    const secure = await at.browser(source, { peer: "127.0.0.1", headers: forwarded }).ask("/hosts");
    expect(secure.page).toContain('href="login?to=hosts"');
    expect((await at.browser(source).ask("/", { headers: { Host: "dmon.example.org" } })).status).toBe(200);
    expect((await at.browser(source).ask("/", { headers: { Host: "evil.example" } })).status).toBe(421);
  });

  test("a name that it was called by must be ours, beside that of the header Host", async () => {
    const ask = (headers: Record<string, string>) => at.browser(source, { peer: "127.0.0.1" }).ask("/", { headers });
    expect((await ask({ "X-Forwarded-Host": "evil.example" })).status).toBe(421);
    // A page elsewhere whose name leads to us may send any header but Host.
    expect((await ask({ Host: "evil.example", "X-Forwarded-Host": "dmon.example.org" })).status).toBe(421);
  });

  test("a form whose origin is the proxy's name is ours", async () => {
    const browser = at.browser(source, { peer: "127.0.0.1", headers: { ...forwarded, Host: "127.0.0.1:22080" } });
    const { page } = await browser.ask("/login");
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const fields = { user: "anna", password: passwordOf("anna"), token };
    expect((await browser.post("/login", fields, { Origin: "https://evil.example" })).status).toBe(403);
    expect((await browser.post("/login", fields, { Origin: "https://dmon.example.org" })).status).toBe(303);
  });
});

describe("one's own page", () => {
  const lines = [
    {
      where: "work.conf:12",
      text: "alert anna * * >=sick via mail",
      via: ["mail"],
      now: false,
      hosts: 120,
      tags: ["mars", "venus"],
      items: 2,
      names: ["cpu_load", "root_usage"],
    },
  ];
  const told = [
    {
      at_s: 1_795_369_000,
      channel: "mail",
      host: "mars.example.org",
      tag: "mars",
      item: "root_usage",
      prev: "fine",
      level: "sick",
      kind: "unsaid",
      why: "it was <over>",
    },
  ];
  beforeEach(() => {
    source = { ...source, person: () => Promise.resolve({ mail: "anna@example.org", lines, told }) };
  });

  test("says which alerts reach me, by which lines, and what I was told", async () => {
    const browser = at.browser(source);
    await browser.login("anna");
    const { status, page } = await browser.ask("/user");
    expect(status).toBe(200);
    for (const text of [
      "anna@example.org",
      "work.conf:12",
      "alert anna * * &gt;=sick via mail",
      "not in its hours now",
      "and 118 more",
      "it was &lt;over&gt;",
      "not told",
    ])
      expect(page).toContain(text);
    expect(page).not.toContain('http-equiv="refresh"'); // what is typed stays
  });

  test("without the server's answer has the password all the same", async () => {
    const older: PageSource = { ...source, person: () => Promise.reject(new SourceRefused('unknown command "USER"')) };
    const browser = at.browser(older);
    await browser.login("anna");
    const { status, page } = await browser.ask("/user");
    expect([status, page.includes("Unknown command &quot;USER&quot;."), page.includes("Change the password")]).toEqual([
      200,
      true,
      true,
    ]);
  });

  test("sends a test message, and shows what each channel answered", async () => {
    source.sendTest = (user) =>
      Promise.resolve([
        { channel: "mail", outcome: "taken", answer: `250 ok ${user}` },
        { channel: "chat", outcome: "refused", answer: "<no>" },
      ]);
    const browser = at.browser(source);
    await browser.login("anna");
    const { page } = await browser.fill("/user", { what: "test" });
    expect(page).toContain("mail</bdi>: taken</b> <bdi>250 ok anna</bdi>");
    expect(page).toContain("chat</bdi>: not taken</b> <bdi>&lt;no&gt;</bdi>");
    source.sendTest = () => Promise.reject(new SourceRefused("no alert line of the work tells anna"));
    const refused = await browser.fill("/user", { what: "test" });
    expect([refused.status, refused.page.includes("No alert line of the work tells anna.")]).toEqual([409, true]);
  });

  test("changes the password: this session goes on, all others end", async () => {
    const [browser, other] = [at.browser(source), at.browser(source)];
    await Promise.all([browser.login("anna"), other.login("anna")]);
    const before = at.passwords.get("anna")?.hash;
    const { status, headers } = await browser.fill("/user", {
      what: "password",
      old: passwordOf("anna"),
      new: "another word",
      again: "another word",
    });
    expect([status, headers.get("Location")]).toEqual([303, "./user?done=password"]);
    expect(at.passwords.get("anna")?.hash).not.toBe(before);
    expect((await browser.ask("/user?done=password")).page).toContain("The password is changed.");
    expect((await other.ask("/user")).status).toBe(303);
    expect((await other.login("anna")).status).toBe(403);
  });

  test.each([
    [{ old: "wrong", new: "another word", again: "another word" }, 403, "The old password is wrong."],
    [{ old: passwordOf("anna"), new: "another word", again: "another wodr" }, 400, "are not the same"],
    [{ old: passwordOf("anna"), new: "short", again: "short" }, 400, "at least 8 are needed"],
    [{ old: passwordOf("anna"), new: "x".repeat(300), again: "x".repeat(300) }, 400, "longer than 256"],
    [{}, 400, "has 0 characters"],
  ])("keeps the password with %j", async (fields, wanted, message) => {
    const browser = at.browser(source);
    await browser.login("anna");
    const before = at.passwords.get("anna");
    const { status, page } = await browser.fill("/user", { what: "password", ...fields });
    expect([status, page.includes(message)]).toEqual([wanted, true]);
    expect(at.passwords.get("anna")).toEqual(before);
  });

  test("guesses of the old password wait, too; and a disk that is full is said", async () => {
    const browser = at.browser(source);
    await browser.login("anna");
    const change = { what: "password", new: "another word", again: "another word" };
    for (let i = 0; i < WRONG_FREE; i++) await browser.fill("/user", { ...change, old: "x" });
    expect((await browser.fill("/user", { ...change, old: "x" })).headers.get("Retry-After")).toBe("2");
    at.pass(2);
    rmSync(`${at.passwords.path}.lck`);
    mkdirSync(`${at.passwords.path}.lck`); // stands for what cannot be written
    const { status, page } = await browser.fill("/user", { ...change, old: passwordOf("anna") });
    expect([status, page.includes("The password could not be kept")]).toEqual([500, true]);
    chmodSync(at.dir, 0o700);
  });

  test("is for who has logged in, and its forms for that session", async () => {
    const browser = at.browser(source);
    expect((await browser.ask("/user")).headers.get("Location")).toBe("./login?to=user");
    await browser.login("anna");
    const { status, page } = await browser.post("/user", { what: "test", token: "x" });
    expect([status, page.includes("made for another login")]).toEqual([403, true]);
  });
});
