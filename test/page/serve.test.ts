import { describe, expect, test } from "bun:test";
import { acceptsGzip } from "../../src/page/answer.ts";
import { handle } from "../../src/page/handle.ts";
import { isOwnName } from "../../src/page/hostname.ts";
import { type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { servePages } from "../../src/page/serve.ts";
import { LOOKS } from "../../src/plot/scale.ts";
import { troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const source = sourceOf(troubled());

function get(path: string, init: RequestInit = {}, from: PageSource = source): Promise<Response> {
  return handle(new Request(`http://localhost${path}`, init), from, { answer_ms_max: 50 });
}

describe("what is refused, and how", () => {
  const rows: [string, RequestInit, number, string][] = [
    ["/nix", {}, 404, "There is no page at this address."],
    ["/host/marss", {}, 404, 'href="host/mars"'],
    ["/graph/mars/root_usag", {}, 404, 'href="graph/mars/root_usage"'],
    ["/graph/mars", {}, 404, "There is no page"],
    ["/host/", {}, 404, "There is no page"],
    ["/../../etc/passwd", {}, 404, "There is no page"],
    ["/%2e%2e/etc/passwd", {}, 404, "There is no page"],
    ["/host/..%2f..%2fetc", {}, 404, "no host"],
    ["/host/%zz", {}, 400, "This address is broken"],
    ["/host/%ff", {}, 400, "This address is broken"],
    ["/host/a%00b", {}, 400, "This address is broken"],
    [`/host/${"a".repeat(5000)}`, {}, 414, "too long"],
    ["/", { method: "POST", body: "x" }, 405, "GET and HEAD"],
    ["/", { method: "DELETE" }, 405, "GET and HEAD"],
    ["/", { headers: { Host: "evil.com" } }, 421, "another name"],
    ["/graph/new1/cpu_load", {}, 404, "has not reported yet"],
    ["/style-0.css", {}, 404, "There is no page"],
    ["/icon/nix.svg", {}, 404, "There is no page"],
    ["//evil.com/", {}, 404, "There is no page"],
  ];
  for (const [path, init, status, text] of rows) {
    test(`${init.method ?? "GET"} ${path.slice(0, 40)}`, async () => {
      const response = await get(path, init);
      expect(response.status).toBe(status);
      const page = await response.text();
      expect(page).toContain(text);
      expect(page).toContain('<a href="hosts">');
      expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    });
  }

  test("what is near is asked for, what is not is only a way on", async () => {
    const near = await (await get("/graph/mars/root_usag")).text();
    expect(near).toContain('Did you mean <a href="graph/mars/root_usage">');
    const far = await (await get("/graph/mars/zzzzzz")).text();
    expect(far).not.toContain("Did you mean");
    expect(far).toContain('<a href="host/mars"><bdi>all of mars</bdi></a>');
  });

  test("each example of a range is one", async () => {
    const page = await (await get("/graph/mars/root_usage?ival=x")).text();
    const examples = /such as ([^()]*) \((\w+) to (\w+)\)/
      .exec(page)
      ?.slice(1)
      .flatMap((text) => text.split(", "));
    expect(examples?.length).toBeGreaterThan(4);
    for (const example of examples ?? []) {
      expect((await get(`/graph/mars/root_usage?ival=${example}`)).status).toBe(200);
    }
    expect((await get("/graph/mars/root_usage?ival=90s")).status).toBe(400);
  });

  test("all links lead from the root, wherever the pages are: none begins with a slash or is only a query or an anchor", async () => {
    const paths = [
      "/",
      "/hosts",
      "/events",
      "/host/mars",
      "/graph/mars/root_usage?ival=week",
      "/nix/nix/nix",
      "/%zz",
      "//x",
    ];
    for (const path of paths) {
      const page = await (await get(path)).text();
      const links = [...page.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, link = ""]) => link);
      expect(links.length).toBeGreaterThan(5);
      expect(links.filter((link) => /^[/?#]/.test(link))).toEqual([]);
      const base = new URL(/<base href="([^"]*)">/.exec(page)?.[1] ?? "", `http://localhost/proxy${path}`);
      expect(base.pathname).toBe("/proxy/");
    }
  });

  test("a trailing slash leads to the page", async () => {
    const response = await get("/hosts/?a=b");
    expect(response.status).toBe(308);
    expect(response.headers.get("Location")).toBe("../hosts?a=b");
  });

  test("405 names what is allowed", async () =>
    expect((await get("/", { method: "PUT" })).headers.get("Allow")).toBe("GET, HEAD"));

  test("a server that cannot be asked: 503 that says what is waited for, and tries again", async () => {
    const down: PageSource = {
      ...source,
      fleet: () => Promise.reject(new SourceUnavailable("mars.example.org, port 22007, refused the connection")),
      events: async () => [],
      history: () => Promise.reject(new Error("not asked")),
    };
    const response = await get("/", {}, down);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("10");
    const page = await response.text();
    expect(page).toContain("refused the connection");
    expect(page).toContain('http-equiv="refresh" content="10"');
  });

  test("a server that never answers: the same", async () => {
    const never = () => new Promise<never>(() => {});
    const mute: PageSource = { ...source, fleet: never, events: never, history: never };
    expect((await get("/", {}, mute)).status).toBe(503);
    expect((await get("/graph/mars/root_usage", {}, { ...source, histories: never })).status).toBe(503);
  });

  test("an error of ours: 500, logged in one line, no stack shown", async () => {
    const lines: string[] = [];
    const broken: PageSource = {
      ...source,
      fleet: () => Promise.reject(new TypeError("x is not\na function")),
      events: async () => [],
      history: () => Promise.reject(new Error("not asked")),
    };
    const response = await handle(new Request("http://localhost/"), broken, { log: (line) => lines.push(line) });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/not a function|\.ts/);
    expect(lines).toEqual(["page GET http://localhost/: x is not?a function"]);
  });
});

describe("headers", () => {
  test("a page: no script, no frame, not kept", async () => {
    const { headers } = await get("/");
    expect(headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'",
    );
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  test("the style sheet: kept for ever at its own address, 304 for whom has it", async () => {
    const path = `/${/href="(style-[^"]*)"/.exec(await (await get("/")).text())?.[1]}`;
    const response = await get(path);
    expect(response.headers.get("Cache-Control")).toContain("immutable");
    const etag = response.headers.get("ETag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get(path, { headers: { "If-None-Match": tag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
    }
    expect((await get(path, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
    expect(await response.text()).not.toContain("/*");
  });

  test("an icon for every look", async () => {
    for (const look of LOOKS) expect((await get(`/icon/${look}.svg`)).status).toBe(200);
    expect(await (await get("/icon/crit-13.svg")).text()).toContain(">13</text>");
    expect(await (await get("/")).text()).toContain('href="icon/dead-1.svg"');
    for (const path of ["/icon/crit-0.svg", "/icon/crit-100.svg", "/icon/crit-<b>.svg"])
      expect((await get(path)).status).toBe(404);
  });

  test("gzip for those who take it", async () => {
    const plain = await (await get("/")).text();
    const packed = await get("/", { headers: { "Accept-Encoding": "br, gzip" } });
    expect(packed.headers.get("Content-Encoding")).toBe("gzip");
    expect(packed.headers.get("Vary")).toBe("Accept-Encoding");
    const bytes = new Uint8Array(await packed.arrayBuffer());
    expect(bytes.length).toBeLessThan(plain.length / 3);
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(plain);
  });

  const encodings: [string, boolean][] = [
    ["gzip", true],
    ["br;q=1, gzip;q=0.5", true],
    ["gzip;q=0", false],
    ["gzip; q=0.0, *", false],
    ["*", true],
    ["*;q=0", false],
    ["br", false],
    ["", false],
  ];
  for (const [header, accepted] of encodings)
    test(`Accept-Encoding: ${header}`, () => expect(acceptsGzip(header)).toBe(accepted));

  test("HEAD: the headers of GET and no body", async () => {
    const [head, full] = [await get("/hosts", { method: "HEAD" }), await get("/hosts")];
    expect(head.headers.get("Content-Length")).toBe(full.headers.get("Content-Length"));
    expect(await head.text()).toBe("");
  });
});

describe("/plot", () => {
  test("a picture that other pages may show", async () => {
    const response = await get("/plot?host=mars&item=root_usage&ival=day&w=640&h=240");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toStartWith("image/svg+xml");
    expect(response.headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
    const svg = await response.text();
    expect(svg).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240"');
    const style = /<style>(.*)<\/style>/s.exec(svg)?.[1] ?? "";
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    expect(response.headers.get("Content-Security-Policy")).toContain(`'sha256-${hash}'`);
  });
  const wrong: [string, number, string][] = [
    ["?host=marss&item=root_usage", 404, "Did you mean"],
    ["?host=mars&item=nix", 404, "no item"],
    ["", 400, "for example /plot?host=db1&amp;item=cpu_iowait It takes host, item, ival, w, h, fmt, with, small."],
    ["?item=root_usage", 400, "It takes host, item, ival, w, h, fmt, with, small."],
    ["?host=mars", 400, "It takes host, item, ival, w, h, fmt, with, small."],
    ["?host=new1&item=cpu_load", 404, "has not reported yet"],
    ["?host=mars&item=root_usage&ival=x", 400, "no range"],
    ["?host=mars&item=root_usage&widht=3", 400, "widht"],
    ["?host=backup&item=root_usage", 503, "did not accept"],
    ["?host=mars&item=root_usage&w=99999&h=-1", 200, "4000"],
  ];
  for (const [query, status, text] of wrong) {
    test(`what is wrong is said in the picture: ${query}`, async () => {
      const response = await get(`/plot${query}`);
      expect(response.status).toBe(status);
      expect((await response.text()).replace(/<\/text><text[^>]*>/g, " ")).toContain(text);
    });
  }
});

describe("names of this server", () => {
  const known = ["mars.example.org", "mars", "org", "example.net"];
  const rows: [string, boolean][] = [
    ["127.0.0.1", true],
    ["[::1]", true],
    ["localhost", true],
    ["LOCALHOST.", true],
    ["mars", true],
    ["any", true],
    ["mars.example.org", true],
    ["monitor.example.org", false],
    ["www.example.net", true],
    ["evil.com", false],
    ["mars.example.org.evil.com", false],
    ["evil.org", false],
    ["example.org", false],
    ["a<b", false],
    ["", false],
  ];
  for (const [name, own] of rows) test(name, () => expect(isOwnName(name, known)).toBe(own));
});

describe("listening", () => {
  for (const address of ["127.0.0.1", "::1", "::"]) {
    test(`a real one on ${address}`, async () => {
      const server = servePages({ endpoint: { address, port: 0 }, source, log: () => {} });
      try {
        expect(server.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):[1-9]\d+\/$/);
        const response = await fetch(server.url);
        expect(response.status).toBe(200);
        expect(await response.text()).toContain("11 problems");
        expect((await fetch(`${server.url}hosts`, { method: "HEAD" })).headers.get("Content-Length")).toMatch(
          /^\d{3,}$/,
        );
        expect((await fetch(server.url, { headers: { Host: "evil.com" } })).status).toBe(421);
      } finally {
        await server.stop();
      }
      expect(fetch(server.url)).rejects.toThrow();
    });
  }

  test("a port in use is said so", () => {
    // Not a second Bun.serve: under `bun test` that takes the place of the first.
    const other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const endpoint = { address: "127.0.0.1", port: other.port };
    const why = `pages cannot listen on 127.0.0.1:${other.port}`;
    expect(() => servePages({ endpoint, source, log: () => {} })).toThrow(why);
    other.stop(true);
  });
});
