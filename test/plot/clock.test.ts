import { expect, test } from "bun:test";
import { timeTicks } from "../../src/plot/axis.ts";
import { localParts, zone } from "../../src/plot/clock.ts";
import { clockOf } from "../../src/plot/local-clock.ts";

const DAY_S = 86_400;
/** Sun 22 Nov 2026 00:00 UTC. */
const MIDNIGHT_S = Date.UTC(2026, 10, 22) / 1000;
/** Berlin in 2026, by its two changes. */
const SUMMER_S = { from: Date.UTC(2026, 2, 29, 1) / 1000, to: Date.UTC(2026, 9, 25, 1) / 1000 };
const berlin = clockOf((time_s) => (time_s >= SUMMER_S.from && time_s < SUMMER_S.to ? 7200 : 3600));

test.each([
  [clockOf(() => 0), "Sun 22 Nov 2026 00:00", "UTC"],
  [berlin, "Sun 22 Nov 2026 01:00", "UTC+1"],
  [clockOf(() => -3.5 * 3600), "Sat 21 Nov 2026 20:30", "UTC-3:30"],
  [clockOf(() => 14 * 3600), "Sun 22 Nov 2026 14:00", "UTC+14"],
])("the time of a zone of which the offset is known: %#", (clock, text, name) => {
  const { weekday, day, month, year, clock: time } = localParts(MIDNIGHT_S, clock);
  expect(`${weekday} ${day} ${month} ${year} ${time}`).toBe(text);
  expect(zone(MIDNIGHT_S, clock)).toBe(name);
});

test("ticks are on the hour of who reads them, also when the clocks change", () => {
  for (const around_s of [SUMMER_S.from, SUMMER_S.to, MIDNIGHT_S]) {
    const labels = timeTicks(around_s - DAY_S / 2, around_s + DAY_S / 2, 9, berlin).map(({ label }) => label);
    const clocks = labels.filter((label) => label.includes(":"));
    expect(clocks.filter((label) => !/^(03|06|09|12|15|18|21):00$/.test(label))).toEqual([]);
    expect(labels.length).toBeGreaterThan(6);
  }
});

// libc knows the zone of its process alone, so each zone has one.
test.each(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])(
  "it agrees with libc's own time: %s",
  (zoneName) => {
    const script = `
      import { HOST_CLOCK } from "./src/plot/clock.ts";
      import { clockOf } from "./src/plot/local-clock.ts";
      const clock = clockOf((time_s) => HOST_CLOCK.localTime(time_s).offset_s);
      const wrong = [];
      for (let time_s = 1767225600; time_s < 1767225600 + 366 * 86400; time_s += 2700) {
        const [mine, libc] = [clock, HOST_CLOCK].map((each) => each.localTime(time_s));
        if (!Bun.deepEquals(mine, libc)) wrong.push(time_s);
        const { year, month, day } = libc;
        if (clock.fromLocalTime(year, month, day) !== HOST_CLOCK.fromLocalTime(year, month, day)) wrong.push(time_s);
        if (clock.fromLocalTime(year, month, day + 40, 43200) !== HOST_CLOCK.fromLocalTime(year, month, day + 40, 43200)) wrong.push(time_s);
      }
      console.log(HOST_CLOCK.localTime(1767225600).offset_s, wrong.length);`;
    const { stdout } = Bun.spawnSync([process.execPath, "-e", script], {
      cwd: `${import.meta.dir}/../..`,
      env: { TZ: zoneName },
    });
    const [offset_s, wrong] = stdout.toString().trim().split(" ");
    expect(wrong).toBe("0");
    expect(offset_s === "0").toBe(zoneName === "UTC");
  },
);
