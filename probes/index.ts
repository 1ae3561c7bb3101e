// All probes, alphabetically. A new one is one file and one line here.

import type { Probe } from "../src/core/probe.ts";
import battery from "./battery.ts";
import certificate from "./certificate.ts";
import checkmk from "./checkmk.ts";
import conntrack from "./conntrack.ts";
import containers from "./containers.ts";
import cpu from "./cpu.ts";
import disk from "./disk.ts";
import diskio from "./diskio.ts";
import disks from "./disks.ts";
import disksio from "./disksio.ts";
import dmon from "./dmon.ts";
import dns from "./dns.ts";
import exec from "./exec.ts";
import file from "./file.ts";
import http from "./http.ts";
import ifmib from "./ifmib.ts";
import load from "./load.ts";
import log from "./log.ts";
import mailqueue from "./mailqueue.ts";
import mdraid from "./mdraid.ts";
import memory from "./memory.ts";
import munin from "./munin.ts";
import nagios from "./nagios.ts";
import net from "./net.ts";
import network from "./network.ts";
import openfiles from "./openfiles.ts";
import ping from "./ping.ts";
import pressure from "./pressure.ts";
import printer from "./printer.ts";
import process from "./process.ts";
import processes from "./processes.ts";
import sensors from "./sensors.ts";
import smart from "./smart.ts";
import smtp from "./smtp.ts";
import snmp from "./snmp.ts";
import sockets from "./sockets.ts";
import ssh from "./ssh.ts";
import systemd from "./systemd.ts";
import tcp from "./tcp.ts";
import textfile from "./textfile.ts";
import time from "./time.ts";
import unit from "./unit.ts";
import updates from "./updates.ts";
import ups from "./ups.ts";
import uptime from "./uptime.ts";
import users from "./users.ts";
import zfs from "./zfs.ts";

export const probes: readonly Probe[] = [
  battery,
  certificate,
  checkmk,
  conntrack,
  containers,
  cpu,
  disk,
  diskio,
  disks,
  disksio,
  dmon,
  dns,
  exec,
  file,
  http,
  ifmib,
  load,
  log,
  mailqueue,
  mdraid,
  memory,
  munin,
  nagios,
  net,
  network,
  openfiles,
  ping,
  pressure,
  printer,
  process,
  processes,
  sensors,
  smart,
  smtp,
  snmp,
  sockets,
  ssh,
  systemd,
  tcp,
  textfile,
  time,
  unit,
  updates,
  ups,
  uptime,
  users,
  zfs,
];
