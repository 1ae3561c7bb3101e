import { describe, expect, test } from "bun:test";
import { resolveWork } from "../../src/work/compile.ts";
import { explain } from "../../src/work/explain.ts";
import { HOSTS, SERVER } from "./fixture.ts";

const TEXT = `${HOSTS}
item data disk.avail "/srv/a b" every=5m label=room
get * uptime root_usage
get mars
  procs
  data
fit *_usage soso >70
fit root_usage soso >80% sick >90% for 5m until <85%
fit root_usage on www* soso >60 dead fail
`;
const told = (target: string) => explain(resolveWork("work.conf", TEXT, SERVER), target);

describe("HOST:ITEM", () => {
  test("a built-in item under the last of two fits", () => {
    expect(told("mars:root_usage")).toBe(`mars:root_usage
  host        work.conf:1   host mars.example.org mars
  given by    work.conf:7   get * uptime root_usage
  item        built in      item root_usage disk.usage root  (as {mount}_usage)
  reads                     disk.usage root in %, every 1m, given up after 10s: Space used, of what there is without the blocks that are reserved for root: at 100% programs fail
  fitness     work.conf:12  fit root_usage soso >80% sick >90% for 5m until <85%  (the last of 2)
              work.conf:12    soso >80%
              work.conf:12    sick >90% for 5m until <85%
              default         dead fail
  overridden  work.conf:11  fit *_usage soso >70
  alerts                    none: nobody is told
`);
  });

  test("a fit for some hosts, that says itself what a failing probe is", () => {
    const text = told("www1.example.org:root_usage");
    expect(text).toContain("work.conf:13  fit root_usage on www* soso >60 dead fail  (the last of 3)\n");
    expect(text).not.toContain("default");
    expect(text.indexOf("work.conf:12")).toBeLessThan(text.indexOf("work.conf:11"));
  });

  test("an item of one's own, got on a line of its own, without fitness", () => {
    const text = told("mars:data");
    expect(text).toContain('item      work.conf:6   item data disk.avail "/srv/a b" every=5m label=room\n');
    expect(text).toContain("given by  work.conf:10  get mars\n");
    expect(text).toContain("disk.avail /srv/a b in B, every 5m, given up after 10s: Space left");
    expect(text).toContain("none: fine, unless the probe fails\n");
  });

  test("got in a group, which stands on a line of its own", () => {
    const text = `${TEXT}items more forks basics\nitems basics cpu_load\nget www1\n  procs\n  more\n`;
    const lines = explain(resolveWork("work.conf", text, SERVER), "www1:cpu_load").split("\n");
    expect(lines.find((line) => line.includes("given by"))).toMatch(/^ {2}given by +work\.conf:18 +get www1$/);
  });

  test("who is told, and what may keep that back", () => {
    const text = `${TEXT}user anna a@example.org
users ops anna
hosts web www*
alert ops web *_usage >=sick after 2m
alert anna mars * any
flap root_usage off
needs www1 mars
downtime web root_usage sun 2-4
`;
    const rows = explain(resolveWork("work.conf", text, SERVER), "www1:root_usage")
      .split("\n")
      .slice(-6, -1);
    expect(rows.map((row) => row.trim().replace(/ {2,}/g, "  "))).toEqual([
      "flapping  work.conf:19  flap root_usage off",
      "alerts  work.conf:17  alert ops web *_usage >=sick after 2m",
      "tells anna",
      "kept back by  work.conf:20  needs www1 mars",
      "work.conf:21  downtime web root_usage sun 2-4",
    ]);
    expect(told("mars:dmon_work")).toContain("every client has it");
  });

  test("the default of the probe", () => {
    expect(told("mars:uptime")).toMatch(
      /fitness +default +of the probe, for no fit matches\n +soso <10m\n +default +dead fail\n/,
    );
  });

  test.each([
    ["mras:uptime", 'there is no host "mras" in the work-config; did you mean "mars"?'],
    ["mars:uptme", 'mars has no item "uptme"; did you mean "uptime"?'],
    ["www1:data", "www1 does not get data; add: get www1 data"],
    ["mars:cpu_load", "mars does not get cpu_load; add: get mars cpu_load"],
    ["mars:home_usage", "mars does not get home_usage; add: get mars home_usage"],
    ["mars:rot_usage", 'mars has no item "rot_usage"; did you mean "root_usage"?'],
    ["mars:CPU_LOAD", 'mars has no item "CPU_LOAD"; did you mean "cpu_load"?'],
    ["mars:cpu_laod", 'mars has no item "cpu_laod"; did you mean "cpu_load"?'],
    ["mars:", "ITEM is missing; write --explain mars:ITEM, or --explain mars"],
    ["", "HOST is missing; write HOST:ITEM, such as --explain mars:uptime"],
    [":uptime", "HOST is missing; write HOST:ITEM"],
  ])("%j is not there", (target, message) => {
    expect(() => told(target)).toThrow(message);
  });
});

test("HOST: its items, where their fitness is written, and which it is", () => {
  expect(told("mars")).toBe(`mars (mars.example.org), 6 items and their fitness:
  data          default       (no fitness)
  dmon_history  default       sick <1 for 2m
  dmon_work     default       sick <1
  procs         default       (no fitness)
  root_usage    work.conf:12  soso >80%  sick >90% for 5m until <85%
  uptime        default       soso <10m
`);
});

test("a group is not one host", () => {
  const work = resolveWork("work.conf", `${TEXT}hosts web www*\n`, SERVER);
  expect(() => explain(work, "web:uptime")).toThrow('"web" is a group; name one host');
});
