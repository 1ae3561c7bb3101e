// The frame of every page: head, navigation, main, footer. HTML that works with no script at all.

import { formatMomentFull, isoTime, localParts, zone } from "../plot/clock.ts";
import type { Look } from "../plot/scale.ts";
import { rootOf } from "./address.ts";
import { type Fleet, mattersOf } from "./fleet.ts";
import { type Html, html, raw } from "./html.ts";
import { ALL_FINE_PATH, age, mark, moment, shape } from "./parts.ts";

/** A page asks for itself again after so long: values change once a minute. */
export const REFRESH_S = 60;

export interface Frame {
  title: string;
  main: Html;
  /** The path of the navigation entry that this page belongs to. */
  here?: string;
  /** Its address; absent where that could not be read. */
  url?: URL;
  /** Who is logged in, or how to. */
  account?: Html | null;
  nav: readonly { path: string; nav: string }[];
  /** Absent on pages that are made without the server's answer. */
  fleet?: Fleet;
  refresh_s?: number;
  styleUrl: string;
  scripts: readonly string[];
  version: string;
}

/** The whole document. */
export function layout(frame: Frame): Html {
  const { fleet } = frame;
  const worst = fleet && worstOf(fleet);
  return html`<!doctype html>
<html lang="en"${frame.refresh_s !== undefined && fleet?.overview.seq !== undefined ? html` data-seq="${fleet.overview.seq}"` : null}>
<head>
<meta charset="utf-8">
<base href="${frame.url ? rootOf(frame.url) : "./"}">
<title>${worst && worst.count > 0 ? `${worst.count} ${worst.label} · ` : ""}${frame.title} · dmon${fleet ? ` ${fleet.overview.server}` : ""}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
${frame.refresh_s === undefined ? null : html`<noscript><meta http-equiv="refresh" content="${frame.refresh_s}"></noscript>`}
<link rel="icon" type="image/svg+xml" href="icon/${iconName(worst)}.svg">
<link rel="stylesheet" href="${frame.styleUrl}">
${frame.scripts.map((url) => html`<script src="${url}" defer></script>`)}
</head>
<body>
${skipLink(frame)}
<header class="top"><div class="bar">
<a class="brand" href="./" aria-label="dmon, front page">${LOGO}<span>dmon</span></a>
<nav aria-label="Pages">${frame.nav.map(
    ({ path, nav }) =>
      html`<a data-page="${nav}" href="${path.slice(1) || "./"}"${path === frame.here ? raw(' aria-current="page"') : null}>${nav}${
        path === "/" && fleet ? badge(fleet) : null
      }</a>`,
  )}</nav>
${fleet ? clock(fleet) : null}${frame.account}
</div></header>
<main id="main" tabindex="-1">
${fleet ? staleNotice(fleet) : null}
${frame.main}
</main>
<footer><div class="bar"><span>dmon ${frame.version}</span>${
    fleet
      ? html`<span>server <bdi>${fleet.overview.server}</bdi></span><span>times in ${zone(fleet.overview.now_s)}</span>`
      : null
  }${frame.refresh_s === undefined ? null : html`<noscript><span>updates itself every ${frame.refresh_s} s</span></noscript>`}</div></footer>
</body>
</html>
`;
}

/** With the page's own address, for `#main` alone would be a place on the front page; so not where that is a ticket, which nobody shall copy. */
function skipLink({ url, here }: Frame): Html | null {
  if (!url || here === undefined) return null;
  const own = `./${url.pathname.replace(/^\/+/, "")}${url.search}`;
  return html`<a class="skip" href="${own}#main">Skip to the content</a>`;
}

/** That the pages know nothing new, because the server is not heard. */
function staleNotice({ overview }: Fleet): Html | null {
  const { stale_since_s, server, now_s } = overview;
  if (stale_since_s === undefined) return null;
  return html`<p class="notice away" role="status">${mark("stale")}<span><b>The server <bdi>${server}</bdi> is not heard for ${age(stale_since_s, now_s)}</b>, since ${moment(stale_since_s, now_s)}: this is what was known then. Clients go on measuring, and nothing they see is lost.</span></p>`;
}

/** More are told as so many: an icon has room for two digits. */
export const ICON_COUNT_MAX = 99;

function iconName(worst: ReturnType<typeof worstOf> | undefined): string {
  const { look = "odd", count = 0 } = worst ?? {};
  return count > 0 ? `${look}-${Math.min(count, ICON_COUNT_MAX)}` : look;
}

/** The icon of a page in a browser's tab: how many things are as bad as the worst, in its colour; without any, its shape. */
export function icon(look: Look, count = 0): string {
  const colour: Record<Look, string> = {
    fine: "#2e9e63",
    soso: "#c99700",
    sick: "#e8701a",
    crit: "#d8232f",
    dead: "#d8232f",
    stale: "#7d8790",
    odd: "#7d8790",
  };
  const path = look === "fine" ? ALL_FINE_PATH : shape(look);
  if (count > 0) {
    const size = count > 9 ? 9.5 : 11;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14"><rect width="14" height="14" rx="3" fill="${colour[look]}"/><text x="7" y="${count > 9 ? 10.4 : 11}" font-family="sans-serif" font-size="${size}" font-weight="700" text-anchor="middle" fill="${look === "soso" ? "#1b1f24" : "#fff"}">${count}</text></svg>`;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14"><path fill="${colour[look]}" fill-rule="evenodd" d="${path}"/></svg>`;
}

// A pulse that steps down into a level line.
const LOGO = raw(
  '<svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M1.5 15H6l2.6-9.5L13 20l3-9 1.6 4h4.9" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"/></svg>',
);

/** The worst thing that nobody sees to, for the title and the icon: silent hosts before all else when nothing is as bad. */
export function worstOf(fleet: Fleet): { count: number; label: string; look: Look } {
  const { scale } = fleet;
  let worst: { level: string; count: number } | undefined;
  for (const [level, count] of fleet.open) {
    if (!scale.isBest(level) && (!worst || scale.weight(level) > scale.weight(worst.level))) worst = { level, count };
  }
  const isLast = worst !== undefined && scale.weight(worst.level) >= scale.levels.length - 1;
  if (fleet.silentHosts > 0 && !isLast) {
    return { count: fleet.silentHosts, label: fleet.silentHosts === 1 ? "host silent" : "hosts silent", look: "stale" };
  }
  if (!worst) return { count: 0, label: "fine", look: fleet.items > 0 && fleet.troubled.length === 0 ? "fine" : "odd" };
  return { count: worst.count, label: scale.label(worst.level), look: scale.look(worst.level) };
}

function badge(fleet: Fleet): Html | null {
  const count = fleet.hosts.flatMap(mattersOf).filter(({ care }) => !care).length;
  if (count === 0) return null;
  return html` <span class="badge k-${worstOf(fleet).look}">${count > 99 ? "99+" : count}<span class="unseen"> to look at</span></span>`;
}

function clock({ overview }: Fleet): Html {
  const t = localParts(overview.now_s);
  return html`<p class="asof"><bdi>${overview.server}</bdi> <time datetime="${isoTime(overview.now_s)}" title="${formatMomentFull(overview.now_s)}">${t.weekday} ${t.day} ${t.month} <b>${t.clock}</b><span class="sec">:${t.second}</span></time></p>`;
}
