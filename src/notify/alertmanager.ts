// Prometheus' Alertmanager, API v2 (its api/v2/openapi.yaml). An alert is its labels: one whose level changes is ended, and
// another one begins. It keeps none for ever and forgets all when it is restarted, so what lasts is sent again.

import type { Message, Notice } from "../core/alert/message.ts";
import { brief, details, oneLine } from "../core/alert/short.ts";
import { ALERTMANAGER_AGAIN_S, ALERTMANAGER_LASTS_S, COMMAND_VARIABLE_CHARS_MAX } from "../core/limits.ts";
import { formatValue } from "../core/units.ts";
import { defineChannel } from "./channel.ts";
import { pageOf } from "./links.ts";
import { send } from "./web-channel.ts";
import { isWebUrl } from "./web-url.ts";

/** What only tries the way is over soon. */
const TEST_S = 60;
const API = "/api/v2/alerts";

export default defineChannel({
  name: "alertmanager",
  is: "URL of an Alertmanager",
  form: "http://alertmanager.example.org:9093",
  doc: "Alerts to Prometheus' Alertmanager, which then tells people by its own routes; they end when the item is well again.",
  example: "channel am alertmanager http://alertmanager.example.org:9093",
  accepts: isWebUrl,
  fault: (url) => {
    const { pathname, search, hash } = new URL(url);
    if (/\/(api|-|metrics)(\/|$)/.test(pathname))
      return { message: "the URL leads to a part of Alertmanager", hint: `write where it begins: dmon adds ${API}` };
    const extra = search !== "" ? "?" : hash !== "" ? "#" : undefined;
    return (
      extra && { message: `a ${extra} in the URL of an Alertmanager`, hint: `leave it out, and what is behind it` }
    );
  },
  wantsAll: true,
  again_s: ALERTMANAGER_AGAIN_S,
  send: (message, delivery) => {
    const url = new URL(delivery.url);
    url.pathname = `${url.pathname.replace(/\/+$/, "")}${API}`;
    const body = JSON.stringify(alertsOf(message, (delivery.now_ms?.() ?? Date.now()) / 1000));
    return send({ url, body }, delivery);
  },
});

interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt?: string;
  endsAt: string;
  generatorURL?: string;
}

/** What it is told at this moment. Users are no labels: what two of them are told is one alert. */
export function alertsOf(message: Message, now_s: number): Alert[] {
  return message.notices.flatMap((notice) => {
    const { kind, level, prev, since_s } = notice;
    if (kind === "test") return [alert(notice, message, level, { ends_s: now_s + TEST_S, starts_s: now_s })];
    // It ended when the level of now began; never in the future, where it would go on.
    const ended = alert(notice, message, prev, { ends_s: Math.min(since_s, now_s) });
    const begun = { starts_s: Math.min(since_s, now_s), ends_s: now_s + ALERTMANAGER_LASTS_S };
    if (kind === "recovery") return [ended];
    const now = alert(notice, message, level, begun);
    // Only of a change it has the other one. One that it never had would be shown as resolved beside others.
    return kind === "change" && prev !== level ? [ended, now] : [now];
  });
}

function alert(
  notice: Notice,
  message: Message,
  severity: string,
  times: { starts_s?: number; ends_s: number },
): Alert {
  const { kind, host, tag, item, value, unit, reason, rule, prev } = notice;
  const page = pageOf(notice);
  const annotations = {
    summary: brief(notice),
    description: details(notice, message.made_s),
    value: value === null ? "" : formatValue(value, unit),
    prev,
    reason: reason ?? "",
    rule,
    server: message.server,
  };
  return {
    labels: lined({
      alertname: item,
      host,
      tag,
      item,
      severity,
      source: "dmon",
      ...(kind === "test" ? { test: "yes" } : {}),
    }),
    annotations: lined(annotations),
    ...(times.starts_s === undefined ? {} : { startsAt: moment(times.starts_s) }),
    endsAt: moment(times.ends_s),
    ...(page === undefined ? {} : { generatorURL: page }),
  };
}

/** Without empty ones, which are none there. */
function lined(texts: Record<string, string>): Record<string, string> {
  const lines = Object.entries(texts).map(([name, text]) => [name, oneLine(text, COMMAND_VARIABLE_CHARS_MAX)] as const);
  return Object.fromEntries(lines.filter(([, text]) => text !== ""));
}

/** RFC 3339. */
function moment(time_s: number): string {
  return new Date(time_s * 1000).toISOString();
}
