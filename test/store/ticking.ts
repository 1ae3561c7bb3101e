// A process that stores minutes, one after the other, until it is killed: `bun ticking.ts FILE MINUTE` goes on with that minute.
// Each comes with an event and a change of level, and its number is written when it is stored.

import { writeSync } from "node:fs";
import { ClientStore } from "../../src/store/client-store.ts";
import { eventOf, HOST, LONG_TIERS, START } from "./fixture.ts";

const [, , file = "", first = "0"] = process.argv;
const store = new ClientStore(file, LONG_TIERS);
for (let minute = Number(first); ; minute++) {
  const time_s = START + minute * 60;
  const values = new Map(Array.from({ length: 20 }, (_, i) => [`item${i}`, minute + i / 7]));
  const changes = [{ item: "item0", time_s, level: minute % 2 ? "sick" : "fine", isLevel: true }];
  const events = [eventOf(minute, { level: minute % 2 ? "sick" : "fine", item: "item0" })];
  store.tick([{ host: HOST, time_s, values, events, changes }], time_s);
  if (minute % 50 === 49) store.outbox.confirm(store.outbox.first(100).map(({ id }) => id));
  writeSync(1, `${minute}\n`);
}
