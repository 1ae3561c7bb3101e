// What people see where a work.conf is legal and surely not meant so, each as a work.conf of its own.

import { expect, test } from "bun:test";
import { formatAll } from "../../src/core/diagnostic.ts";
import { expectGolden } from "../config/golden.ts";
import { SERVER, told, works } from "./fixture.ts";

const HOSTS = `host ${SERVER} mars\nhost www1.example.org www1\nhost www2.example.org www2\n`;
const GET = "get * procs\n";

const ROWS: [string, string][] = [
  ["fit of a valid item that nobody gets", "get * procs_usage\nfit root_usage sick >50%"],
  ["fit of a mount that nobody gets", "get * root_usage\nfit home_usage sick >50%"],
  ["fit of a mount that is none", "get * root_usage\nfit rot_usage sick >50%"],
  ["fit of an interface that nobody gets", "get * eth0_rx\nfit eth1_rx sick >50M"],
  ["fit of an item in capitals", "get * uptime\nfit UPTIME sick <5m"],
  ["get of a mount in capitals", "get * MEM_usage Root_usage"],
  [
    "alert of a mount that is none",
    "get * root_usage\nuser anna a@example.org\nalert anna * root_usage,rot_inodes sick",
  ],
  ["the same advice for many fits", `${GET}${"fit root_usage sick >50%\n".repeat(12)}`],
  ["fit of a time with a plain number", "get * uptime\nfit uptime sick <10"],
  ["fit of a time with a plain way back", "get * uptime\nfit uptime sick <10m until >20"],
  ["fit of bytes with a plain number", "get * mem_avail\nfit mem_avail sick <512"],
  ["fit of a rate of bytes with a plain number", "get * eth0_rx\nfit eth0_rx soso >100"],
  ["fit of a group of several units", "items g cpu_load mem_usage root_usage uptime\nget * g\nfit g sick >90"],
  ["fit of two of several units", "get * uptime mem_avail procs\nfit uptime,mem_avail,procs sick 10..40"],
  ["fit of all with a plain number", "get * uptime mem_avail eth0_rx eth0_tx mem_usage\nfit * sick >90"],
  ["fit of what nobody gets with a plain number", `${GET}fit mem_avail sick <512`],
  ["hosts with a set of a shell", `${GET}get www[12] uptime`],
  ["hosts with a range of a shell", `${GET}get mars,!www[1-2] uptime`],
  ["hosts with braces of a shell", `${GET}get mars,www{1,2} uptime`],
  ["hosts with a bar", `${GET}get www1|mars uptime`],
  ["hosts from to", `${GET}get www1-www3 uptime`],
  ["hosts from to far away", `${GET}get www1-www300 uptime`],
  ["hosts with a wide comma", `${GET}get www1，www2 uptime`],
  ["hosts with a semicolon", `${GET}hosts g www1;www2\nget g uptime`],
  ["hosts by a regular expression", `${GET}get ^www.*$ uptime`],
  ["hosts by what LIKE takes", `${GET}get www% uptime`],
  ["hosts by a pattern that nothing matches", `${GET}get db[!1] uptime`],
  ["hosts by how their names begin", `${GET}get www uptime`],
  [
    "hosts in capitals, where others begin so",
    `${GET}host w.example.org w\nhost W1.example.org W1\nhost W2.example.org W2\nget W,w uptime`,
  ],
  ["an item that nobody gets", `${GET}item web http http://x.example.org/`],
  ["items that nobody gets", `${GET}item web http http://x.example.org/\nitem port tcp mars 22`],
  [
    "users and a channel of no alert",
    `${GET}user anna a@example.org\nuser ben b@example.org\nchannel chat ntfy https://n.example.org/x`,
  ],
];

test("what people see for each", () => {
  const texts = ROWS.map(([name, lines]) => {
    const warnings = works(`${HOSTS}${lines}\n`).warnings;
    return `# ${name}\n${formatAll(warnings, () => "") || "(no warning)"}\n`;
  });
  expect(texts.filter((text) => text.includes("(no warning)"))).toEqual([]);
  expectGolden("work-warnings.txt", texts.join("\n"));
});

test.each([
  ["root_usage sick >90"],
  ["root_usage,mem_usage sick >90 crit >=95"],
  ["procs,cpu_load,mem_usage,disk_readonly sick >90"],
  ["uptime sick <10m until >20m"],
  ["uptime sick <10s"],
  ["uptime soso <3600"],
  ["uptime soso <0"],
  ["mem_avail sick <100000000"],
  ["mem_avail sick <512B"],
  ["swap_in soso >5000"],
  ["eth0_rx,uptime crit fail"],
  ["http,time_offset sick >3"],
  ["loaded sick >3"],
])("a number that is meant as it stands: %s", (fit) => {
  const items =
    "item loaded exec unit=s /bin/x\nget * root_usage mem_usage procs cpu_load disk_readonly uptime mem_avail swap_in eth0_rx http time_offset loaded\n";
  expect(told(`${HOSTS}${items}fit ${fit}\n`)).toEqual([]);
});
