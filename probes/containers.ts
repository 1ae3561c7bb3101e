// Containers, from the Docker Engine API (v1.24 and later) on its socket; Podman's socket speaks it too. Linux.

import { PATH } from "../src/core/form.ts";
import type { Host } from "../src/core/host.ts";
import { CONTAINERS_MAX, DOCKER_ANSWER_BYTES_MAX } from "../src/core/limits.ts";
import { defineFinder, type Found } from "../src/core/probe.ts";
import { counted, ProbeError, type Reading } from "../src/core/reading.ts";

const SOCKETS = ["/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock"];
const TIMEOUT_S = 20;
/** Statistics of so many are asked for at a time: the engine looks into cgroups for each. */
const AT_ONCE = 8;

export default defineFinder({
  name: "containers",
  doc: "Containers of Docker or Podman: how many run, and of each its state, health, cpu and memory.",
  args: [
    { name: "socket", form: PATH, doc: "The engine's socket; left out: that of Docker or Podman.", optional: true },
  ],
  example: "get mars containers containers_unhealthy",
  values: {
    running: { item: "containers", unit: "", kind: "gauge", doc: "Containers that run." },
    unhealthy: {
      item: "containers_unhealthy",
      unit: "",
      kind: "gauge",
      fit: "sick >0 for 5m",
      doc: "Containers whose own health check fails; the text names them.",
    },
    restarting: {
      item: "containers_restarting",
      unit: "",
      kind: "gauge",
      fit: "sick >0 for 5m",
      doc: "Containers that the engine is just starting anew, because they ended; the text names them. One that does so for minutes is in a loop.",
    },
    stopped: {
      item: "containers_stopped",
      unit: "",
      kind: "gauge",
      doc: "Containers that do not run. Without a default fitness: many are kept so on purpose; what must run is graded by its own item, `fit containers.web sick <1`.",
    },
  },
  finds: "of each container its state (1 while it runs), NAME_cpu (% of one cpu) and NAME_memory (B)",
  needs: "root, or the group of the socket (docker).",
  nodata: "hosts without such a socket.",
  timeout_s: TIMEOUT_S,
  find: async (host, { args: [socket] }) => {
    const path = socket === undefined ? SOCKETS.find((each) => isSocket(host, each)) : PATH.parse(socket);
    if (path === undefined) return { readings: {} };
    if (!isSocket(host, path)) throw new ProbeError(`${path} ${host.stat(path) ? "is no socket" : "is missing"}`);
    const ask = engine(host, path);
    const containers = parseList(await ask("/containers/json?all=1"));
    const running = containers.filter(({ state }) => state === "running");
    const stats = await inGroups(running, AT_ONCE, async ({ id }) =>
      parseStats(await ask(`/containers/${id}/stats?stream=false&one-shot=true`)),
    );
    const used = new Map(running.map(({ id }, i) => [id, stats[i]]));
    return {
      readings: {
        running: running.length,
        stopped: containers.filter(({ state }) => !["running", "restarting"].includes(state)).length,
        unhealthy: named(containers.filter(({ unhealthy }) => unhealthy)),
        restarting: named(containers.filter(({ state }) => state === "restarting")),
      },
      found: containers.flatMap((container) => asFound(container, used.get(container.id))),
    };
  },
});

/** Asks the engine for JSON. Throws ProbeError that says what to do. */
function engine(host: Host, path: string): (question: string) => Promise<unknown> {
  return async (question) => {
    const response = await fetch(`http://localhost${question}`, {
      unix: host.real(path),
      signal: AbortSignal.timeout((TIMEOUT_S - 1) * 1000),
    }).catch((error: Error) => {
      throw new ProbeError(`no answer from ${path}: ${whyOf(error)}`);
    });
    const text = await bounded(response, path);
    if (response.status === 404) return undefined; // it ended since the list was made
    if (!response.ok) throw new ProbeError(`${path} answers ${response.status} to ${question}: ${text.slice(0, 80)}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new ProbeError(`${path} answers ${question} with what is no JSON`);
    }
  };
}

function isSocket(host: Host, path: string): boolean {
  return host.stat(path)?.kind === "socket";
}

/** Why there is no answer, in words and not in Bun's. */
function whyOf(error: Error & { code?: unknown }): string {
  if (error.name === "TimeoutError") return "the engine does not answer in time";
  if (error.code === "ECONNREFUSED") return "no engine listens there; does it run?";
  if (error.code === "EACCES" || error.code === "EPERM") return "dmon may not use it: run as root, or in its group";
  if (error.code === "ECONNRESET") return "what listens there is no container engine";
  return typeof error.code === "string" ? error.code : error.name;
}

async function bounded(response: Response, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > DOCKER_ANSWER_BYTES_MAX)
      throw new ProbeError(`${path} answers more than ${DOCKER_ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export interface Container {
  id: string;
  name: string;
  /** created, running, paused, restarting, removing, exited, dead. */
  state: string;
  /** In words: `Up 3 hours (healthy)`. */
  status: string;
  unhealthy: boolean;
}

/** Containers of /containers/json. Throws ProbeError on another form. */
export function parseList(answer: unknown): Container[] {
  if (!Array.isArray(answer)) throw new ProbeError("the engine's list of containers is no list");
  return answer.slice(0, CONTAINERS_MAX).map((each: Record<string, unknown> | null) => {
    const { Id, Names, State, Status } = each ?? {};
    if (typeof Id !== "string" || !/^[0-9a-f]{12,64}$/.test(Id) || typeof State !== "string")
      throw new ProbeError("the engine's list of containers is not of the known form (Id, Names, State)");
    const [first] = Array.isArray(Names) ? Names : [];
    const name = typeof first === "string" ? first.replace(/^\//, "") : Id.slice(0, 12);
    const status = typeof Status === "string" ? Status : State;
    return { id: Id, name, state: State, status, unhealthy: status.includes("(unhealthy)") };
  });
}

export interface Used {
  /** Percent-seconds of one cpu: a counter. */
  cpu: number | null;
  memory: number | null;
}

/** Of /containers/ID/stats what is shown; null where the engine does not tell it. */
export function parseStats(answer: unknown): Used {
  const all = (answer ?? {}) as {
    cpu_stats?: { cpu_usage?: { total_usage?: unknown } };
    memory_stats?: { usage?: unknown; stats?: Record<string, unknown> };
  };
  const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null);
  const total_ns = number(all.cpu_stats?.cpu_usage?.total_usage);
  const usage = number(all.memory_stats?.usage);
  // As `docker stats` does: the page cache that is not in use does not count (cgroup v2, v1).
  const { inactive_file, total_inactive_file } = all.memory_stats?.stats ?? {};
  const idle = number(inactive_file) ?? number(total_inactive_file) ?? 0;
  return { cpu: total_ns === null ? null : total_ns / 1e7, memory: usage === null ? null : Math.max(0, usage - idle) };
}

function named(containers: readonly Container[]): Reading {
  return counted(containers.map(({ name }) => name).sort());
}

function asFound({ name, state, status }: Container, used: Used | undefined): Found[] {
  const state01: Found = {
    key: name,
    reading: { value: state === "running" ? 1 : 0, text: status },
    unit: "",
    kind: "state",
  };
  if (state !== "running") return [state01];
  return [
    state01,
    { key: `${name}_cpu`, reading: used?.cpu ?? null, unit: "%", kind: "rate" },
    { key: `${name}_memory`, reading: used?.memory ?? null, unit: "B", kind: "gauge" },
  ];
}

async function inGroups<T, R>(all: readonly T[], size: number, ask: (each: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let at = 0; at < all.length; at += size) answers.push(...(await Promise.all(all.slice(at, at + size).map(ask))));
  return answers;
}
