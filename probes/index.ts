// All probes, alphabetically. A new one is one file and one line here.

import type { Probe } from "../src/core/probe.ts";
import certificate from "./certificate.ts";
import cpu from "./cpu.ts";
import disk from "./disk.ts";
import dmon from "./dmon.ts";
import dns from "./dns.ts";
import exec from "./exec.ts";
import file from "./file.ts";
import http from "./http.ts";
import load from "./load.ts";
import log from "./log.ts";
import memory from "./memory.ts";
import net from "./net.ts";
import ping from "./ping.ts";
import processes from "./processes.ts";
import smtp from "./smtp.ts";
import ssh from "./ssh.ts";
import tcp from "./tcp.ts";
import uptime from "./uptime.ts";

export const probes: readonly Probe[] = [
  certificate,
  cpu,
  disk,
  dmon,
  dns,
  exec,
  file,
  http,
  load,
  log,
  memory,
  net,
  ping,
  processes,
  smtp,
  ssh,
  tcp,
  uptime,
];
