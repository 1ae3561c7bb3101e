// What mk-work warns for in hosts, levels and items, where each is legal by itself.

import { describe, expect, test } from "bun:test";
import { SERVER, told } from "./fixture.ts";

describe("hosts", () => {
  test.each<[string, string[]]>([
    ["host db.example.org db", []],
    ["host db db", []],
    ["host db.example.org db.room7", []],
    [
      "host db db.example.org",
      ['3 "db" looks like the tag and "db.example.org" like the name; write host db.example.org db'],
    ],
    ["host 10.0.0.5 db", ['3 "10.0.0.5" is an address, no name; write host NAME db addr=10.0.0.5']],
    ["host mars.example.com other", []],
    [
      "host mars m3",
      [
        `3 "mars" is another host than ${SERVER} (/etc/dmon/work.conf:1); a name is not completed here (domain of dmon.conf): write the whole name, each host once`,
      ],
    ],
    ["host db.example.org db snmp=v1:public", []],
  ])("%s", (line, wanted) => {
    expect(told(`host ${SERVER} mars\nget * uptime\n${line}\n`)).toEqual(wanted);
  });
});

describe("levels", () => {
  const BASE = `host ${SERVER} mars\nget mars uptime root_usage procs\n`;
  const declare = (...names: string[]) => names.map((name) => `fit_level ${name}\n`).join("");
  const fits = "fit uptime bad fail\nfit root_usage bad >9\n";
  const right =
    "declare fine, soso, sick, crit, dead (with other words for people: fit_level crit critical), or write a fit for these items";
  const lost = (items: string) => `3 default fitness in levels that are not declared is lost: ${items}; ${right}`;
  const both = lost("uptime (soso: all that it had), root_usage (soso, sick, crit: all that it had)");
  test.each<[string, string, string[]]>([
    ["the usual ones", declare("fine", "soso", "sick", "crit critical", "dead"), []],
    ["more than the usual ones", declare("fine", "soso", "sick", "crit", "dead", "beyond"), []],
    [
      "some of the usual ones",
      declare("fine", "sick", "dead"),
      [lost("uptime (soso: all that it had), root_usage (soso, crit)")],
    ],
    [
      "some of the usual ones, with a fit for what they take away",
      `${declare("fine", "soso", "dead")}fit root_usage soso >9\n`,
      [],
    ],
    ["one of the usual ones, in which no default is", declare("fine", "dead"), [both]],
    ["one's own", declare("ok", "bad"), [both]],
    [
      "one's own beside usual ones",
      declare("fine", "bad", "crit"),
      [lost("uptime (soso: all that it had), root_usage (soso, sick)")],
    ],
    ["one's own, with a fit for all that had one", declare("ok", "bad") + fits, []],
    [
      "one's own, with a fit for some hosts only",
      `${declare("ok", "bad")}${fits.replace("uptime", "procs")}fit uptime on mars bad fail\nhost db1.example.org db1\nget db1 uptime\n`,
      [lost("uptime (soso: all that it had)")],
    ],
    [
      "one's own, with a fit for all hosts that get it",
      `${declare("ok", "bad")}${fits.replace("uptime", "procs")}fit uptime on mars bad fail\nhost db1.example.org db1\nget db1 procs\n`,
      [],
    ],
    [
      "a level for a label",
      declare("fine soso", "sick", "crit", "dead"),
      [
        '3 "soso" is here only what people see for fine, no level; write a fit_level for each level; if people are to see it: fit_level fine "soso"',
      ],
    ],
    [
      "a level for a label, in quotes",
      declare('fine "soso"', "sick", "crit", "dead"),
      [lost("uptime (soso: all that it had), root_usage (soso)")],
    ],
  ])("%s", (_, text, wanted) => {
    expect(told(BASE + text)).toEqual(wanted);
  });
});

describe("items", () => {
  const BASE = `host ${SERVER} mars\nhost db1.example.org db1\nhost db2.example.org db2\nget * uptime root_usage mem_usage\n`;
  const meant = (name: string, source: string, near: string) =>
    `5 "${name}" would be ${source}; did you mean "${near}"? If not, add: item ${name} ${source}`;
  test.each<[string, string[]]>([
    ["get mars boot_usage home_inodes var_usage srv_avail data2_usage mnt_usage", []],
    [
      "get mars eth0_rx eth1_rx eno1_rx ens3_rx enp3s0f1_rx lan0_tx wan0_tx br10_rx lo_rx veth3_rx eth0_7_rx sr0_rx",
      [],
    ],
    ["get mars rot_usage", [meant("rot_usage", "disk.usage rot", "root_usage")]],
    ["get mars men_usage", [meant("men_usage", "disk.usage men", "mem_usage")]],
    ["get mars swop_usage", [meant("swop_usage", "disk.usage swop", "swap_usage")]],
    ["get mars eht1_rx", [meant("eht1_rx", "net.rx eht1", "eth1_rx")]],
    ["items g uptime rot_usage\nget mars g", [meant("rot_usage", "disk.usage rot", "root_usage")]],
    ["get db2 dumps_usage\nget db1,mars dump_usage", [meant("dumps_usage", "disk.usage dumps", "dump_usage")]],
    ["get db1,db2 dumps_usage\nget db1,db2,mars dump_usage", []],
    ["item rot_usage disk.usage rot\nget mars rot_usage", []],
    ["item x disk /srv", ["5 no host gets x; add: get HOSTS x"]],
    ["item uptime disk.usage /", ["5 uptime is built in (uptime.uptime), and this item hides it; choose another name"]],
    ["item uptime uptime every=5m", []],
    ["item root_usage disk /other", []],
  ])("%s", (text, wanted) => {
    expect(told(`${BASE}${text}\n`)).toEqual(wanted);
  });
});
