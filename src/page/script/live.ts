// Keeps the page as the server would make it now: a stream tells what changed, line by line. While nobody looks, a minute is
// soon enough, for the title and its count.

import { applyDelta, type Delta } from "../../core/delta.ts";
import { ADDRESS } from "./address.ts";
import { noteServerNow, showAges } from "./ages.ts";
import { showConnection } from "./connection.ts";
import { morph } from "./morph.ts";

/** So often a page that nobody looks at is made new, and one whose text did not come. */
const POLL_MS = 60_000;
/** The server beats each 10 s: without a word for so long the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 25_000;
const AGAIN_MS = { least: 1000, most: 30_000 };
/** A text that takes longer does not come. */
const TEXT_MS = 20_000;
/** A page that is refused right after it was loaded is not loaded again at once, and so on for ever. */
const RELOAD_MS = 5000;

interface Text {
  lines: readonly string[];
  version: string;
}

/** The text of the page as it was last told; none before the first change. */
let text: Text | undefined;
let stream: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;
let wait_ms = AGAIN_MS.least;
let heard_ms = 0;
let isFetching = false;
/** Something was asked for while a text was on its way, which may be of before. */
let isWanted = false;
/** The last text did not come. */
let isBehind = false;
/** The changes told while a text was on its way: only with it is it seen which of them it has. */
let missed: Changed[] = [];

/** Follows the changes of this page, as long as it is open. Pages that are of one moment have no `data-seq`. */
export function followPage(): void {
  if (document.documentElement.dataset.seq === undefined) return;
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : connect()));
  addEventListener("pageshow", (event) => event.persisted && connect());
  addEventListener("pagehide", () => stream?.close());
  document.addEventListener(ADDRESS, () => {
    text = undefined;
    if (stream) connect();
  });
  setInterval(listen, 5000);
  setInterval(() => (document.hidden || isBehind) && void refetch(), POLL_MS);
  if (!document.hidden) connect();
}

/** This page's address from the root of all. */
function here(): string {
  return location.href.slice(document.baseURI.length).replace(/#.*/, "");
}

function connect(): void {
  clearTimeout(again);
  stream?.close();
  const opened = new EventSource(`live?at=${encodeURIComponent(here())}`);
  stream = opened;
  missed = []; // what it says first tells whether there were any
  heard_ms = performance.now();
  on(opened, "hello", ({ seq, version }) => {
    wait_ms = AGAIN_MS.least;
    const isSame = text ? text.version === version : document.documentElement.dataset.seq === seq;
    if (!isSame) void refetch();
  });
  on(opened, "beat", () => {});
  on(opened, "change", (data) => changed(data as unknown as Changed));
  on(opened, "gone", reload);
  opened.addEventListener("error", () => {
    opened.close(); // the browser's own tries know no patience that grows
    if (stream === opened) retry();
  });
}

function rest(): void {
  stream?.close();
  stream = undefined;
  clearTimeout(again);
}

function retry(): void {
  stream = undefined;
  showConnection("lost");
  clearTimeout(again);
  again = setTimeout(connect, wait_ms * (0.75 + Math.random() / 2));
  wait_ms = Math.min(AGAIN_MS.most, wait_ms * 2);
  void refetch(); // which tells why: no right to read any more, too many streams, or something between that holds them back
}

/** A connection that says nothing is none: of a laptop that slept, or behind a router that forgot it. */
function listen(): void {
  if (!stream || performance.now() - heard_ms < SILENCE_MS) return;
  stream.close();
  retry();
}

function on(source: EventSource, name: string, act: (data: Record<string, unknown>) => void): void {
  source.addEventListener(name, (event) => {
    if (source !== stream) return;
    heard_ms = performance.now();
    const data = JSON.parse(event.data);
    if (typeof data.now === "number") noteServerNow(data.now);
    showConnection("well");
    act(data);
  });
}

interface Changed {
  from: string;
  to: string;
  seq: string;
  delta: Delta;
}

function changed(change: Changed): void {
  if (isFetching) missed.push(change);
  else apply(change);
}

function apply({ from, to, seq, delta }: Changed): void {
  if (text?.version === to) return;
  const lines = text?.version === from ? applyDelta(text.lines, delta) : undefined;
  if (lines) show({ lines, version: to }, seq);
  else void refetch();
}

/** The page as a whole, where what we have is not what the changes are of. */
async function refetch(): Promise<void> {
  isWanted = true;
  if (isFetching) return;
  isFetching = true;
  while (isWanted) {
    isWanted = false;
    isBehind = !(await fetchText());
  }
  isFetching = false;
  const told = missed;
  missed = [];
  if (isBehind) return;
  const known = told.findLastIndex(({ to }) => to === text?.version);
  for (const change of told.slice(known + 1)) changed(change);
}

/** Whether the page is now as the server would make it. */
async function fetchText(): Promise<boolean> {
  const at = here();
  try {
    const response = await fetch(`live/text?at=${encodeURIComponent(at)}`, {
      headers: text ? { "If-None-Match": `"${text.version}"` } : {},
      cache: "no-store",
      signal: AbortSignal.timeout(TEXT_MS),
    });
    const isGone = response.status === 404 || response.status === 401 || response.redirected;
    if (isGone) reload();
    if (isGone || (!response.ok && response.status !== 304)) return false;
    const version = (response.headers.get("ETag") ?? "").replaceAll('"', "");
    const lines = response.status === 304 ? undefined : (await response.text()).split("\n");
    if (here() !== at)
      isWanted = true; // this is another page's
    else if (lines) show({ lines, version }, response.headers.get("X-Seq") ?? "0");
    showConnection("well");
    return true;
  } catch {
    return false; // the stream, or the next look, tells that there is no connection
  }
}

/** Where there is no such page, or no right to read it, the server says so itself. */
function reload(): void {
  setTimeout(() => location.reload(), RELOAD_MS - performance.now());
}

function show(now: Text, seq: string): void {
  text = now;
  const made = new DOMParser().parseFromString(now.lines.join("\n"), "text/html");
  for (const selector of ["title", 'link[rel="icon"]']) {
    const [old, wanted] = [document.head.querySelector(selector), made.head.querySelector(selector)];
    if (old && wanted) morph(old, wanted);
  }
  morph(document.body, made.body);
  document.documentElement.dataset.seq = seq;
  showAges();
  document.dispatchEvent(new Event("dmon:shown"));
}
