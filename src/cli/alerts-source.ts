// The server's answer to ALERTS: what waits to be told, messages that were not taken, acknowledgements, planned work, what was told.

import { ALERTS_SHOWN_MAX, CONFIG_LINE_CHARS_MAX, HOSTNAME_CHARS_MAX, NAME_CHARS_MAX } from "../core/limits.ts";
import { boolean, list, number, object, type Shape, text } from "../core/shape.ts";

/** Why something waits quotes what people wrote, and a mail server's answer. */
const SAID_CHARS_MAX = 16_384;

const host = text(HOSTNAME_CHARS_MAX);
const name = text(NAME_CHARS_MAX);
const said = text(SAID_CHARS_MAX);
const selector = text(CONFIG_LINE_CHARS_MAX);
const rows = <T>(shape: Shape<T>) => list(shape, ALERTS_SHOWN_MAX);
const about = { host, tag: host, item: name, level: name };
const listener = { user: name, channel: name };

export const downtimeShape = object({
  id: number,
  hosts: selector,
  items: selector,
  when: said,
  user: name,
  made: number,
  text: said,
  now: boolean,
});
const ofWorkShape = object({ where: said, hosts: selector, items: selector, when: said, text: said, now: boolean });
export const plannedShape = object({ now: number, downtimes: rows(downtimeShape), planned: rows(ofWorkShape) });

export const alertsShape = object({
  now: number,
  pending: rows(object({ ...about, ...listener, prev: name, why: said, rule: said }, { until_s: number })),
  queue: rows(
    object(
      { ...listener, id: name, made: number, notices: number, attempts: number, next: number },
      { state: name, answer: said, first: object({ tag: host, item: name, level: name }) },
    ),
  ),
  acks: rows(object({ ...about, user: name, at_s: number, text: said }, { until_s: number })),
  downtimes: rows(downtimeShape),
  planned: rows(ofWorkShape),
  told: rows(
    object(
      { ...about, ...listener, at_s: number, prev: name, kind: name, why: said },
      { message: name, sent: object({ at_s: number, attempts: number, answer: said }) },
    ),
  ),
});

export type AlertsAnswer = ReturnType<typeof alertsShape>;
export type Planned = Pick<AlertsAnswer, "downtimes" | "planned">;
