// A page of a web server: how long it takes, its status and size, and how long its certificate is good (RFC 9110, 9112).

import { anything, WordError, wholeNumber, YES_OR_NO } from "../src/core/form.ts";
import type { Host } from "../src/core/host.ts";
import { HTTP_BODY_READ_MAX, HTTP_REDIRECTS_MAX, HTTP_UNPACKED_BYTES_MAX, STRETCH_MS_MAX } from "../src/core/limits.ts";
import { PATTERN, type Pattern } from "../src/core/pattern.ts";
import { defineProbe, type Given, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";
import { checkVersion, IP_VERSION } from "../src/reach/address.ts";
import { CERT_DAYS, daysLeft } from "../src/reach/days.ts";
import { deadlineOf } from "../src/reach/deadline.ts";
import { bodyOf, type HttpAnswer, type HttpRequest, request } from "../src/reach/http.ts";
import { HEADER, METHOD, PASSWORD, STATUSES, WEB_PAGE } from "../src/reach/http-forms.ts";

const OWN_PAGE = "http://{host}/";

const OPTIONS = {
  method: { form: METHOD, doc: "how the page is asked for", default: "GET" },
  status: { form: STATUSES, doc: "the status that is right", default: "2xx" },
  match: { form: PATTERN, doc: "what the page must have; (?i) before it: capitals or not" },
  nomatch: { form: PATTERN, doc: "what it must not have" },
  header: { form: HEADER, doc: "a header field more" },
  user: { form: anything(), doc: "the user, where the page wants one" },
  password: { form: PASSWORD, doc: "the user's password" },
  follow: {
    form: wholeNumber(0, HTTP_REDIRECTS_MAX),
    doc: "how many redirects are followed",
    default: String(HTTP_REDIRECTS_MAX),
  },
  ip: { form: IP_VERSION, doc: "the version of IP; left out: what the system prefers" },
  insecure: { form: YES_OR_NO, doc: "yes: the certificate need not be trusted", default: "no" },
} satisfies Options;

export default defineProbe({
  name: "http",
  doc: "A page of a web server: whether it is what it should be, and how long it takes.",
  args: [
    {
      name: "url",
      form: WEB_PAGE,
      doc: `The page; {host} in it is the item's own host. Left out: ${OWN_PAGE}.`,
      optional: true,
    },
  ],
  options: OPTIONS,
  check: ({ args: [url = OWN_PAGE], options }) => {
    const page = WEB_PAGE.parse(url).replace("{host}", "host");
    const { hostname, username } = new URL(page);
    checkVersion(hostname.replace(/^\[(.+)\]$/, "$1"), optionOf(OPTIONS, "ip", { options }));
    if (options.password !== undefined && options.user === undefined && username === "")
      throw new WordError("a password, and no user", "add user=NAME", "password");
    for (const name of ["match", "nomatch"] as const) {
      if (options[name] !== undefined && optionOf(OPTIONS, "method", { options }) === "HEAD")
        throw new WordError(`the answer to HEAD has no text for ${name}=`, "leave it out, or method=HEAD", name);
    }
  },
  values: {
    time: {
      item: "http",
      unit: "s",
      kind: "gauge",
      fit: "soso >5 for 10m",
      doc: "Time until the whole page was there, redirects included. Fails when the page is not there, has another status or not the right text.",
    },
    status: { unit: "", kind: "state", doc: "The status of the page, such as 200, be it the right one or not." },
    size: {
      unit: "B",
      kind: "gauge",
      doc: "Size of the page; what is above 1 MiB is not read. No data where its status is not the right one.",
    },
    cert_days: { ...CERT_DAYS, doc: `${CERT_DAYS.doc} No data for a page that is not encrypted.` },
  },
  example: 'item web http https://www.example.org/ match="Welcome"',
  nodata: "nowhere: a page that is not there is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  read: async (host, given) => {
    const checks = checksOf(given);
    const seen: Seen = {};
    try {
      return { time: await timePage(host, given, checks, seen), cert_days: null, ...seen };
    } catch (error) {
      // Of a page that is there and not right, all that was read is known: its status can be graded.
      if (!(error instanceof ProbeError) || Object.keys(seen).length === 0) throw error;
      return { time: { error: error.message }, cert_days: null, ...seen };
    }
  },
});

/** What was read of the page, until it was not right. */
type Seen = Partial<Record<"status" | "size" | "cert_days", Reading>>;

async function timePage(host: Host, given: Given, checks: Checks, seen: Seen): Promise<Reading> {
  const start_ms = performance.now();
  const { answer, method } = await getPage(host, given, checks, seen);
  try {
    await readBody(answer, method, checks, seen);
    return { value: (performance.now() - start_ms) / 1000, text: `${answer.status} ${answer.reason}`.trim() };
  } finally {
    answer.line.close();
  }
}

interface Checks {
  statuses: string[];
  match: Pattern | undefined;
  nomatch: Pattern | undefined;
  redirects: number;
  insecure: boolean;
}

/** The options that say what is right. */
function checksOf(given: Given): Checks {
  return {
    statuses: optionOf(OPTIONS, "status", given),
    match: optionOf(OPTIONS, "match", given),
    nomatch: optionOf(OPTIONS, "nomatch", given),
    redirects: optionOf(OPTIONS, "follow", given),
    insecure: optionOf(OPTIONS, "insecure", given) === "yes",
  };
}

/** The item's page. */
export function urlOf({ args: [page = OWN_PAGE], target: { host } }: Pick<Given, "args" | "target">): URL {
  return new URL(WEB_PAGE.parse(page).replaceAll("{host}", host.includes(":") ? `[${host}]` : host));
}

/** Asks for the page, and for what it leads to, until a status is right. */
async function getPage(
  host: Host,
  given: Given,
  checks: Checks,
  seen: Seen,
): Promise<{ answer: HttpAnswer; method: string }> {
  const { target } = given;
  const version = optionOf(OPTIONS, "ip", given);
  const first = urlOf(given);
  const deadline = deadlineOf(given);
  let url = first;
  let method = optionOf(OPTIONS, "method", given);
  for (let turn = 0; ; turn++) {
    const wanted: HttpRequest = {
      url,
      method,
      deadline,
      headers: url.origin === first.origin ? headersOf(host, given, first) : {}, // others shall not hear of secrets
      body_bytes_max: HTTP_BODY_READ_MAX,
      ...(version ? { version } : {}),
      ...(target.addr && url.hostname === target.host ? { address: target.addr } : {}),
    };
    delete seen.status; // those before this one only led here
    delete seen.cert_days;
    const answer = await request(wanted, checks.insecure, ({ certificate, fault }) => {
      seen.cert_days = daysLeft(certificate, host.now(), fault ? `, ${fault}` : "");
    });
    seen.status = answer.status;
    if (isWanted(answer.status, checks.statuses)) return { answer, method };
    answer.line.close();
    url = nextOf(answer, url, turn, checks);
    if (answer.status === 303 || (answer.status < 303 && method === "POST")) method = "GET";
  }
}

/** Whether a status is among `200`, `3xx`. */
export function isWanted(status: number, statuses: readonly string[]): boolean {
  return statuses.includes(String(status)) || statuses.includes(`${Math.floor(status / 100)}xx`);
}

// Where a redirect leads. What is none, or one too many, is a status that is not right.
function nextOf(
  { status, reason, headers, line }: HttpAnswer,
  url: URL,
  turn: number,
  { redirects, statuses }: Checks,
): URL {
  const place = headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(status) && place !== undefined;
  const said = `status ${status}${reason ? ` (${reason.slice(0, 40)})` : ""}`;
  if (!isRedirect) throw line.error(`${said} instead of ${statuses.join(" or ")}`);
  const next = URL.parse(place, url.href);
  const shown = place.slice(0, 80).replace(/\?.*/, "");
  if (next?.protocol !== "http:" && next?.protocol !== "https:")
    throw line.error(`${said} leads to ${shown}: no web page`);
  if (redirects === 0)
    throw line.error(`${said} leads to ${shown}: write status=${Math.floor(status / 100)}xx, or follow=1`);
  if (turn >= redirects) throw line.error(`${said}: too many redirects, the last one to ${shown}`);
  return next;
}

function headersOf(host: Host, given: Given, url: URL): Record<string, string> {
  const headers: Record<string, string> = {};
  const header = optionOf(OPTIONS, "header", given);
  if (header) headers[header[0]] = header[1];
  const user = optionOf(OPTIONS, "user", given) ?? decodeURIComponent(url.username);
  if (user !== "") {
    const password = optionOf(OPTIONS, "password", given) ?? { text: decodeURIComponent(url.password) };
    const secret = "path" in password ? host.read(password.path).trim() : password.text;
    headers.Authorization = `Basic ${Buffer.from(`${user}:${secret}`, "utf8").toString("base64")}`;
  }
  return headers;
}

/** Reads the page and looks for what it must and must not have. */
async function readBody(answer: HttpAnswer, method: string, { match, nomatch }: Checks, seen: Seen): Promise<void> {
  const { line } = answer;
  const [wanted, unwanted] = [match?.search(), nomatch?.search()];
  const decoder = new TextDecoder();
  let size = 0;
  let found = match === undefined;
  let rested_ms = performance.now();
  for await (const piece of unpacked(answer, method)) {
    size += piece.length;
    const text = wanted || unwanted ? decoder.decode(piece, { stream: true }) : "";
    found ||= wanted?.feed(text) ?? false;
    if (unwanted?.feed(text)) throw line.error("the page has the text that nomatch= forbids");
    if (size >= HTTP_BODY_READ_MAX) break;
    if (performance.now() - rested_ms < STRETCH_MS_MAX) continue;
    await Bun.sleep(0);
    rested_ms = performance.now();
  }
  seen.size = size;
  if (unwanted?.end()) throw line.error("the page has the text that nomatch= forbids");
  if (found || wanted?.end()) return;
  throw line.error(`text not found: nothing on the page (${size} bytes) is what match= wants`);
}

// Packed only where the server does not care what it was asked for.
async function* unpacked(answer: HttpAnswer, method: string): AsyncGenerator<Uint8Array> {
  const encoding = answer.headers.get("content-encoding")?.toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") {
    yield* bodyOf(answer, method);
    return;
  }
  if (!/^(x-)?gzip$|^deflate$/.test(encoding))
    throw answer.line.error(`the page is packed as ${encoding.slice(0, 20)}`);
  const pieces: Uint8Array[] = [];
  let packed = 0;
  for await (const piece of bodyOf(answer, method)) {
    pieces.push(piece);
    packed += piece.length;
    if (packed >= HTTP_BODY_READ_MAX) break;
  }
  if (packed === 0) return;
  const { unzipSync, constants } = await import("node:zlib");
  try {
    yield unzipSync(Buffer.concat(pieces), {
      maxOutputLength: HTTP_UNPACKED_BYTES_MAX,
      finishFlush: constants.Z_SYNC_FLUSH, // the end may have been left out
    });
  } catch (error) {
    const large = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    const why = large ? `is more than ${HTTP_UNPACKED_BYTES_MAX} bytes` : "is broken";
    throw answer.line.error(`the page, packed as ${encoding}, ${why}`);
  }
}
