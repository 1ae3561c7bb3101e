// ALERTTEST: who would be told if an item had a level, when and by which line; and who not, and why. Nobody is told.

import { object } from "../../core/shape.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson } from "./foreign.ts";
import { SILENCE_ITEM, unknownItem } from "./known-item.ts";
import { hostname, moment, name, parseUntil } from "./wishes.ts";

const shape = object({ host: hostname, item: name, level: name }, { at: moment });

export default defineCommand<ServerDesk>({
  name: "ALERTTEST",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'Who would be told if {"item"} of {"host"} had {"level"} now or {"at"} a moment to come, when, and by which line; who not, and why. {"unknown"} says that the host has no such item.',
  handle(desk, [given = ""]) {
    const { host, item, level, at } = foreignJson(given, (value) => shape(value, ""));
    const at_s = at === undefined ? desk.now_s() : parseUntil(at, desk.now_s());
    const trial = desk.people.prospects(host, item, level, at_s);
    const unknown = item === SILENCE_ITEM ? undefined : unknownItem(desk, trial.host, item);
    return json({
      resp: "ok alerttest",
      now: desk.now_s(),
      at: at_s,
      host: trial.host,
      tag: trial.tag,
      item,
      prev: trial.prev,
      level,
      digest: trial.digest_s,
      prospects: trial.prospects,
      ...(unknown === undefined ? {} : { unknown }),
    });
  },
});
