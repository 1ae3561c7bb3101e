// ALERTTEST: who would be told if an item had a level, when and by which line; and who not, and why. Nobody is told.

import { object } from "../../core/shape.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson } from "./foreign.ts";
import { hostname, moment, name, parseUntil } from "./wishes.ts";

const shape = object({ host: hostname, item: name, level: name }, { at: moment });

export default defineCommand<ServerDesk>({
  name: "ALERTTEST",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'Who would be told if {"item"} of {"host"} had {"level"} now or {"at"} a moment to come, when, and by which line; who not, and why.',
  handle(desk, [given = ""]) {
    const { host, item, level, at } = foreignJson(given, (value) => shape(value, ""));
    const at_s = at === undefined ? desk.now_s() : parseUntil(at, desk.now_s());
    const prospects = desk.people.prospects(host, item, level, at_s);
    return json({ resp: "ok alerttest", at: at_s, prospects });
  },
});
