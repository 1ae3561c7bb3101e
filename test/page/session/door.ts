// A door with users and passwords of a test, a clock that is set by hand, and browsers that keep cookies.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { parsePrefix } from "../../../src/core/prefix.ts";
import { handle } from "../../../src/page/handle.ts";
import type { PageSource } from "../../../src/page/model.ts";
import { EndedSessions } from "../../../src/page/session/ended.ts";
import type { Door } from "../../../src/page/session/guest.ts";
import { Logins } from "../../../src/page/session/logins.ts";
import { PasswordFile } from "../../../src/page/session/password-file.ts";
import { NOBODYS_HASH } from "../../../src/page/session/passwords.ts";

export const START_S = 1_795_369_274;
/** A hash of the right form; what it is of is told by `verify`. */
export const hashOf = (user: string) =>
  NOBODYS_HASH.slice(0, -10) +
  Buffer.from(user.padEnd(8, "x")).toString("base64url").slice(0, 10).replace(/[-_]/g, "a");
export const passwordOf = (user: string) => `the word of ${user}`;

export class TestDoor {
  readonly dir = mkdtempSync(`${tmpdir()}/dmon-door-`);
  readonly said: string[] = [];
  users: string[] | undefined = ["anna", "ben"];
  now_s = START_S;
  mono_ms = 0;
  /** Hashes that were made, and those at work. */
  hashes = 0;
  atWork = 0;
  mostAtWork = 0;
  hang: Promise<void> | undefined;
  readonly passwords: PasswordFile;
  readonly door: Door;

  constructor(more: Partial<Door> = {}) {
    const say = (text: string) => void this.said.push(text);
    this.passwords = new PasswordFile(`${this.dir}/passwords`, say);
    for (const user of this.users ?? []) this.passwords.set(user, hashOf(user), START_S);
    this.door = { isClosed: false, proxies: [], logins: this.logins(), ...more };
  }

  /** As after a restart: what is on disk is the same. */
  logins(): Logins {
    const say = (text: string) => void this.said.push(text);
    return new Logins({
      users: () => this.users,
      passwords: this.passwords,
      ended: new EndedSessions(`${this.dir}/sessions-ended`, say),
      key: Buffer.alloc(32, 7),
      clock: { now_s: () => this.now_s, mono_ms: () => this.mono_ms },
      log: say,
      verify: (password, hash) => this.verify(password, hash),
    });
  }

  pass(seconds: number): void {
    this.now_s += seconds;
    this.mono_ms += seconds * 1000;
  }

  private async verify(password: string, hash: string): Promise<boolean> {
    this.hashes++;
    this.atWork++;
    this.mostAtWork = Math.max(this.mostAtWork, this.atWork);
    await this.hang;
    this.atWork--;
    const user = (this.users ?? []).concat("carl").find((each) => hashOf(each) === hash);
    return user !== undefined && password === passwordOf(user);
  }

  browser(source: PageSource, options: Partial<BrowserOptions> = {}): Browser {
    return new Browser({ door: this.door, source, peer: "192.0.2.1", prefix: "", headers: {}, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export const prefixes = (...texts: string[]) => texts.flatMap((text) => parsePrefix(text) ?? []);

interface BrowserOptions {
  door: Door;
  source: PageSource;
  peer: string;
  prefix: string;
  headers: Record<string, string>;
}

/** What a browser does without script: keeps cookies, follows redirects, fills in forms. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly options: BrowserOptions;
  /** Set-Cookie as they came. */
  readonly set: string[] = [];

  constructor(options: BrowserOptions) {
    this.options = options;
  }

  async ask(
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; headers: Headers; page: string; url: URL }> {
    const { door, source, peer, headers } = this.options;
    const url = new URL(path, "http://localhost/");
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(url.href, {
      ...init,
      headers: { ...headers, ...(cookie ? { Cookie: cookie } : {}), ...(init.headers as object) },
    });
    const response = await handle(request, source, { door, peer, log: (line) => this.logged.push(line) });
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return {
      status: response.status,
      headers: response.headers,
      page: (await response.text()).replaceAll("<wbr>", ""),
      url,
    };
  }
  readonly logged: string[] = [];

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    return this.ask(path, {
      method: "POST",
      headers: { ...type, ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** Opens a page, fills in its form, and sends it with all its hidden fields. */
  async fill(path: string, fields: Record<string, string>, action?: string) {
    const { page } = await this.ask(path);
    const hidden = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const own = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value.replaceAll("&amp;", "&")]));
    return this.post(action ?? path, { ...own, ...fields });
  }

  login(user: string, password = passwordOf(user), to = "") {
    return this.fill(`/login${to && `?to=${encodeURIComponent(to)}`}`, { user, password }, "/login");
  }
}
