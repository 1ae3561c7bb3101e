// Texts for properties: statements and words of the language in any order, most of them nearly right.

import * as fc from "fast-check";
import { statements } from "../../src/work/statements/index.ts";

const WORDS =
  `mars www1 www2 ups * !www1 web basics ops anna chat , ,, ! = on for until off any after every hours via no-recovery mail
fine soso sick crit dead fail stale >=sick fine->* sick->fine >90 <5% 10..40 !1..2 >1e308T >-0 5m 1h 500ms 99999999w 0.5s
high=9 low=1 high=50% low=10% root_usage *_usage root_avail uptime cpu_load dmon_work disk disk.usage / via=mars via= snmp=v2c:x
addr=::1 addr=fe80::1%eth0 port=1 every=0.0001s every=5m timeout=1s unit= unit=s label= label="a_b" phone=1 ${"k".repeat(120)}=x
webhook ntfy slack mattermost command https://x.example.org/y /bin/x @/f a@example.org mon-fri sun daily 8-18 22-6 0-24 8-18,8-18
Europe/Berlin UTC Europe/${"A".repeat(80)} 2026-11-22T22:00+4h 2026-11-22T22:00..2026-11-23T01:00 2026-01-01+9999999y 9999-12-31+5d
0000-01-01+1d 2026-11-22T22:00+0.5s www1:uptime mars:root_usage mars.example.org work.d/*.conf constructor __proto__ toString=1 1`.split(
    /\s+/,
  );

const GOOD = [
  "get * root_usage root_avail uptime cpu_load",
  "get www1 uptime",
  "item own disk / every=5m",
  "get mars own",
  "hosts web www*,!www2",
  "items basics uptime cpu_load",
  "get web basics",
  "fit basics on web sick >5 for 5m until <2",
  "fit root_usage soso >80% sick >90% crit fail",
  "flap * high=50% low=10%",
  "user anna a@example.org phone=1",
  "user ben b@example.org",
  "users ops anna ben",
  "channel chat ntfy https://x.example.org/y",
  "alert ops * * >=sick after 2m every 4h hours mon-fri 8-18",
  "alert anna web basics any via chat,mail",
  "needs www1 mars",
  "needs www2 mars:uptime",
  "downtime * * sun 2-4",
  "downtime web basics 2026-11-22T22:00+4h Europe/Berlin",
  "fit_level good",
  "fit_level bad",
  "pmaker www1",
];

/** Right but for their size. */
const TOO_MUCH = [
  "fit root_avail sick >1e308T",
  "fit cpu_load sick 1..1e300P",
  `user anna a@example.org ${"k".repeat(120)}=x`,
  `alert anna * * any hours mon-fri 8-18 Europe/${"A".repeat(300)}`,
  `alert anna * * any hours ${Array.from({ length: 1500 }, () => "8-18").join(",")}`,
  `host odd.example.org odd addr=fe80::1%${"a".repeat(150)}`,
  "downtime * * 9999-12-31T22:00+5d",
];

const word = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: "binary" }) },
  { weight: 1, arbitrary: fc.constantFrom('"a b"', '"', "#", "\n ") },
);
const more = (start: fc.Arbitrary<string>, maxLength: number) =>
  fc.tuple(start, fc.array(word, { maxLength })).map(([first, words]) => [first, ...words].join(" "));
const line = fc.oneof(
  fc.constantFrom(...GOOD),
  fc.constantFrom(...GOOD, ...TOO_MUCH),
  more(fc.constantFrom(...GOOD), 3),
  more(fc.constantFrom(...statements.map(({ name }) => name)), 9),
);

/** Texts of a few lines. */
export const workTexts: fc.Arbitrary<string> = fc
  .array(line, { maxLength: 12 })
  .map((lines) => `${lines.join("\n")}\n`);
