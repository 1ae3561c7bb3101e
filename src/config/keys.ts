// Every key of dmon.conf, declared once: form, default, meaning. From this come parsing, errors and documentation.

import { isIP } from "node:net";
import type { Tier } from "../core/consolidation.ts";
import { type Endpoint, formatEndpoint } from "../core/endpoint.ts";
import { formatInterval, INTERVAL_FORM, parseInterval } from "../core/interval.ts";
import { LOG_LEVELS, type LogLevel } from "../core/loglevel.ts";
import { HOSTNAME_FORM, isHostname } from "../core/names.ts";
import { parsePrefix } from "../core/prefix.ts";
import type { Directories } from "./directories.ts";
import { parseHistory } from "./history.ts";
import type { Parsed } from "./parsed.ts";

export interface Key<T> {
  /** What the value looks like, for messages and documentation. */
  form: string;
  doc: string;
  /** One example line. */
  example: string;
  parse(words: readonly string[]): Parsed<T>;
  /** A value as the key's text, for the documentation of defaults. */
  show?(value: T): string;
  /** Said as a warning when the key is given: what it is for is not in this version. */
  later?: string;
  /** A reload takes a change over. Without it a reload executes dmon anew, for what it changes is opened at the start. */
  live?: true;
  /** The value when the key is absent. */
  fallback(dirs: Directories): T;
}

const key = <T>(declaration: Key<T>): Key<T> => declaration;

/** One word, as it is. */
function word(words: readonly string[]): Parsed<string> {
  return words.length === 1 ? { value: words[0] ?? "" } : { error: `${words.length} words` };
}

const DAY_S = 86_400;

const interval = (fallback: string, least_s: number, most_s: number, doc: string, name: string): Key<number> => ({
  live: true,
  form: `${INTERVAL_FORM}, from ${formatInterval(least_s)} to ${formatInterval(most_s)}`,
  doc,
  example: `${name} ${fallback}`,
  parse(words) {
    const seconds = words.length === 1 ? parseInterval(words[0] ?? "") : undefined;
    if (seconds === undefined) return { error: `"${words.join(" ")}" is no interval` };
    if (seconds < least_s) return { error: `${words[0]} is too short` };
    return seconds <= most_s ? { value: seconds } : { error: `${words[0]} is too long` };
  },
  show: formatInterval,
  fallback: () => parseInterval(fallback) ?? 0,
});

const directory = (name: keyof Directories, doc: string, example = `/srv/dmon/${name}`): Key<string> => ({
  form: "an absolute path",
  doc,
  example: `${name} ${example}`,
  parse(words) {
    const parsed = word(words);
    if ("error" in parsed || parsed.value.startsWith("/")) return parsed;
    return { error: `"${parsed.value}" does not begin with /` };
  },
  fallback: (dirs) => dirs[name],
});

const LATER = "nothing in this version uses it yet";

const pattern = (form: string, doc: string, example: string, accepts: RegExp): Key<string | undefined> => ({
  live: true,
  form,
  doc,
  example,
  parse(words) {
    const parsed = word(words);
    return "value" in parsed && !accepts.test(parsed.value)
      ? { error: `"${parsed.value}" is not of that form` }
      : parsed;
  },
  fallback: () => undefined,
});

const hostname = (doc: string, example: string): Key<string | undefined> => ({
  form: HOSTNAME_FORM,
  doc,
  example,
  parse(words) {
    const name = words.length === 1 ? (words[0] ?? "").toLowerCase().replace(/\.$/, "") : "";
    return isHostname(name) ? { value: name } : { error: `"${words.join(" ")}" is no host name` };
  },
  fallback: () => undefined,
});

const DEFAULT_HISTORY = "1m 2d, 10m 2w, 1h 10w, 4h 2y, 2d 10y";

/** Who is called, as long as all is well. */
export interface Heartbeat {
  url: string;
  ival_s: number;
}

export const KEYS = {
  server: hostname(
    "The host that runs the server, by its name or (better, for the day you move it) a CNAME of it. Required.",
    "server dmon.example.org",
  ),
  hostname: hostname(
    "This host's own name, where what `hostname` prints is not the right one.",
    "hostname mars.example.org",
  ),
  domain: hostname(
    "Completes a host name without a dot; default the search list of /etc/resolv.conf.",
    "domain example.org",
  ),
  PORT: key<number>({
    form: "a port number from 1 to 65534",
    doc: "The server listens on this port, each client on the next one.",
    example: "PORT 22007",
    parse(words) {
      const port = /^\d{1,5}$/.test(words.join(" ")) ? Number(words[0]) : 0;
      const ok = port >= 1 && port <= 65_534;
      return ok ? { value: port } : { error: `"${words.join(" ")}" is no such port` };
    },
    fallback: () => 22_007,
  }),
  listen: key<string[]>({
    form: "one or more IP addresses",
    doc: "The addresses that both ports bind to; default all. With a single one dmon also calls others from it.",
    example: "listen 127.0.0.1 10.1.2.3",
    parse(words) {
      const bad = words.find((w) => isIP(w) === 0);
      if (words.length === 0) return { error: "no address" };
      return bad === undefined ? { value: [...words] } : { error: `"${bad}" is no IP address` };
    },
    fallback: () => [],
  }),
  ival_make_state: interval("1m", 1, DAY_S, "How often a client computes its items.", "ival_make_state"),
  ival_send_report: interval("5m", 1, DAY_S, "How often a client reports to the server.", "ival_send_report"),
  ival_check_work: interval(
    "10m",
    1,
    DAY_S,
    "How often a client asks whether there is new work for it.",
    "ival_check_work",
  ),
  ival_keep_events: interval("4w", 60, 100 * 365 * DAY_S, "How long the server keeps events.", "ival_keep_events"),
  ival_digest: interval(
    "30s",
    0,
    3600,
    "What a user is to be told by one channel within so long is one message; 0s: each change at once.",
    "ival_digest",
  ),
  loglvl: key<LogLevel>({
    live: true,
    form: LOG_LEVELS.join(" | "),
    doc: "How much is logged.",
    example: "loglvl Verbose",
    parse(words) {
      const name = LOG_LEVELS.find((level) => level.toLowerCase() === words.join(" ").toLowerCase());
      return name ? { value: name } : { error: `"${words.join(" ")}" is no log level` };
    },
    fallback: () => "Terse",
  }),
  rotate: key<{ keep: number; ival_s: number }>({
    live: true,
    form: "how many old logs to keep, and an interval: 8 1d",
    doc: "Puts the log aside after the interval and keeps so many old ones.",
    example: "rotate 8 1d",
    parse(words) {
      const keep = /^\d{1,4}$/.test(words[0] ?? "") ? Number(words[0]) : Number.NaN;
      const ival_s = parseInterval(words[1] ?? "");
      const ok = words.length === 2 && keep <= 1000;
      return ok && ival_s !== undefined && ival_s >= 60
        ? { value: { keep, ival_s } }
        : { error: `"${words.join(" ")}" is not of that form` };
    },
    show: ({ keep, ival_s }) => `${keep} ${formatInterval(ival_s)}`,
    fallback: () => ({ keep: 8, ival_s: 86_400 }),
  }),
  history: key<Tier[]>({
    live: true,
    form: `pairs of bucket and retention, finest first: ${DEFAULT_HISTORY}`,
    doc: "How finely and how long history is kept. Each bucket is a multiple of the one before, and kept at least as long.",
    example: `history ${DEFAULT_HISTORY}`,
    parse: parseHistory,
    show: (tiers) =>
      tiers.map(({ bucket_s, keep_s }) => `${formatInterval(bucket_s)} ${formatInterval(keep_s)}`).join(", "),
    fallback: () => {
      const parsed = parseHistory(DEFAULT_HISTORY.split(" "));
      if ("error" in parsed) throw new Error(parsed.error);
      return parsed.value;
    },
  }),
  bindir: { ...directory("bindir", "Where an UPGRADE installs dmon."), later: LATER, live: true },
  logdir: directory("logdir", "Where dmon.log is."),
  vardir: directory("vardir", "Where databases and work-files are."),
  rundir: directory("rundir", "Where lock, pid and stop-secret are."),
  lckdir: directory("lckdir", "Where a lock for the system's init scripts is touched, if the directory exists."),
  root: directory(
    "root",
    "Where the host's / is found: for a dmon in a container that sees its host at /host.",
    "/host",
  ),
  http_listen: key<Endpoint | undefined>({
    form: "address:port, [IPv6 address]:port, *:port for all addresses, or off",
    doc: "Where the pagemaker serves the pages.",
    example: "http_listen *:22080",
    parse(words) {
      const joined = words.join(" ");
      const endpoint = joined === "off" ? undefined : parseEndpoint(joined);
      return endpoint || joined === "off" ? { value: endpoint } : { error: `"${joined}" is no address with a port` };
    },
    show: (endpoint) => (endpoint ? formatEndpoint(endpoint) : "off"),
    fallback: () => ({ address: "127.0.0.1", port: 22_080 }),
  }),
  http_names: key<string[]>({
    form: "one or more host names",
    doc: "Names by which browsers may call the pages, beside those of the hosts, of server and of hostname: a proxy's, an alias.",
    example: "http_names monitor.example.org",
    parse(words) {
      const bad = words.find((name) => !isHostname(name.toLowerCase()));
      return bad === undefined
        ? { value: words.map((name) => name.toLowerCase()) }
        : { error: `"${bad}" is no host name` };
    },
    fallback: () => [],
  }),
  http_proxies: key<string[]>({
    form: "one or more IP addresses, prefixes of them (10.1.0.0/16), or none",
    doc: "Proxies in front of the pages: what they say of who asks, and how (X-Forwarded-For, -Proto, -Host), is believed; what others say is not.",
    example: "http_proxies 127.0.0.1 ::1 10.1.2.3",
    parse(words) {
      if (words.length === 0) return { error: "no address" };
      if (words.length === 1 && words[0] === "none") return { value: [] };
      const bad = words.find((each) => !parsePrefix(each));
      return bad === undefined ? { value: [...words] } : { error: `"${bad}" is no address and no prefix` };
    },
    show: (proxies) => (proxies.length === 0 ? "none" : proxies.join(" ")),
    fallback: () => ["127.0.0.0/8", "::1"],
  }),
  page_login: key<boolean>({
    form: "yes or no",
    doc: "Whether reading the pages needs a login (dmon passwd); acting always does.",
    example: "page_login yes",
    parse: (words) =>
      words.length === 1 && /^(yes|no)$/.test(words[0] ?? "")
        ? { value: words[0] === "yes" }
        : { error: `"${words.join(" ")}" is neither` },
    show: (yes) => (yes ? "yes" : "no"),
    fallback: () => false,
  }),
  plot_url: {
    ...pattern(
      "a URL or a path",
      "Where pages of others find the plotter; default the pagemaker's own /plot.",
      "plot_url /plot",
      /^(\/|https?:\/\/)/,
    ),
    later: LATER,
  },
  page_sec: pattern(
    "an https URL",
    "The pages' address for people elsewhere, behind a proxy with TLS: links in alerts and to the login lead there.",
    "page_sec https://dmon.example.org/",
    /^https?:\/\//,
  ),
  httpdgid: {
    ...pattern(
      "a group's name or number",
      "Kept for configs of the original; the daemon serves the pages itself.",
      "httpdgid www-data",
      /^[A-Za-z0-9_-]+$/,
    ),
    later: LATER,
  },
  smtp: pattern(
    "smtp://[user:password@]host[:port], smtps://…, or @FILE that holds it",
    "The mail server; default the local sendmail. TLS begins where it is offered; ?tls=required, ?tls=off or ?ca=/FILE behind the URL say otherwise.",
    "smtp smtp://mail.example.org:587",
    /^(smtps?:\/\/|@\/)/,
  ),
  mail_from: pattern(
    "a mail address",
    "The sender of alerts; default dmon@ this host.",
    "mail_from dmon@example.org",
    /^[^@\s]+@[^@\s]+$/,
  ),
  heartbeat: key<Heartbeat | undefined>({
    live: true,
    form: "a URL of the web, or @FILE that holds it, and an interval of at least 10s",
    doc: "A dead man's switch: the address is called (GET) so often as long as dmon is well: it measures, the server takes its words, and on the server the database can be written and messages are taken. Who listens there tells you when it stays silent.",
    example: "heartbeat https://hc-ping.com/your-uuid 1m",
    parse([url = "", ival = "", ...more]) {
      const ival_s = parseInterval(ival);
      if (!/^(https?:\/\/[^/\s]|@\/)/.test(url)) return { error: `"${url}" is no URL` };
      if (ival_s === undefined || more.length > 0)
        return { error: `"${[ival, ...more].join(" ").trim()}" is no interval` };
      if (ival_s < 10) return { error: `${ival} is too short` };
      return ival_s <= DAY_S ? { value: { url, ival_s } } : { error: `${ival} is too long` };
    },
    show: (wanted) => (wanted ? `${wanted.url} ${formatInterval(wanted.ival_s)}` : ""),
    fallback: () => undefined,
  }),
  upgrade_key: {
    ...pattern(
      "ed25519: and the public key, or @FILE that holds it",
      "Whose signature an UPGRADE must bear.",
      "upgrade_key @/etc/dmon/upgrade.pub",
      /^(ed25519:|@\/)/,
    ),
    later: LATER,
  },
} satisfies Record<string, Key<unknown>>;

/** The values of all keys. */
export type Conf = { [K in keyof typeof KEYS]: (typeof KEYS)[K] extends Key<infer T> ? T : never };

function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:\s]*)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const given = match[1] ?? match[2] ?? "";
  const address = given === "*" || given === "" ? "::" : given === "localhost" ? "127.0.0.1" : given;
  const port = Number(match[3]);
  return port <= 65_535 && isIP(address) !== 0 ? { address, port } : undefined;
}
