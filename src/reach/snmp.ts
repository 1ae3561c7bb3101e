// How probes ask SNMP agents: single values, and tables by walks. One question at a time for each agent; what probes want of
// it at the same time goes in one packet; and only so many agents are asked at once. RFC 3416.

import type { Varbind } from "net-snmp";
import { AgentLife } from "../core/agent-life.ts";
import { SNMP_AGENTS_MAX, SNMP_VALUES_PER_PACKET, SNMP_WALK_BYTES_MAX, SNMP_WALK_VALUES_MAX } from "../core/limits.ts";
import type { Target } from "../core/probe.ts";
import { ProbeError } from "../core/reading.ts";
import { isBehind, parseSnmpAccess, type SnmpAccess } from "../core/snmp.ts";
import { deadlineIn } from "./deadline.ts";
import { addressesOf } from "./resolve.ts";
import { REFUSED, RefusedError, SilentError, SnmpSession } from "./snmp-session.ts";
import { turn } from "./snmp-turn.ts";
import { END_OF_MIB, isNothing, readValue, type SnmpValue } from "./snmp-value.ts";

/** An agent that was silent is not asked again for so long: in this minute all that is wanted of it fails at once. */
const SILENT_MS = 20_000;
/** A name may take so long; the agents behind it wait. */
const RESOLVE_MS = 5000;
/** One that nobody asked for so long left the work. */
const IDLE_MS = 3_600_000;

const UPTIME = "1.3.6.1.2.1.1.3.0";

/** Values by object identifier; what the agent does not have is not in it. */
export type SnmpValues = ReadonlyMap<string, SnmpValue>;
/** Rows of a table by the end of their object identifiers, each with a value for each column asked for. */
export type SnmpRows = Map<string, (SnmpValue | undefined)[]>;

interface Wanted {
  oids: readonly string[];
  resolve: (values: SnmpValues) => void;
  reject: (error: unknown) => void;
}

const agents = new Map<string, SnmpAgent>();

/** The agent of a host; the same for the same host, so that what it was asked before helps. Throws ProbeError. */
export function agentOf(target: Target): SnmpAgent {
  const key = JSON.stringify([target.addr ?? target.host, target.snmp]);
  const known = agents.get(key);
  if (known) return known;
  if (target.snmp === undefined)
    throw new ProbeError(
      `${target.host} has no SNMP access: write in its host statement snmp=v2c:COMMUNITY or snmp=v3:…`,
    );
  const access = parseSnmpAccess(target.snmp);
  if ("error" in access) throw new ProbeError(`snmp= of ${target.host}: ${access.error}; ${access.hint}`);
  if (agents.size >= SNMP_AGENTS_MAX) forgetIdle();
  const agent = new SnmpAgent(target.addr ?? target.host, access);
  agents.set(key, agent);
  return agent;
}

function forgetIdle(): void {
  for (const [key, agent] of agents) {
    if (agent.idle_ms() <= IDLE_MS) continue;
    agent.close();
    agents.delete(key);
  }
  if (agents.size >= SNMP_AGENTS_MAX)
    throw new ProbeError(`more than ${SNMP_AGENTS_MAX} SNMP agents behind one client`);
}

export class SnmpAgent {
  private readonly host: string;
  private readonly access: SnmpAccess;
  private session: SnmpSession | undefined;
  private wanted: Wanted[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private asked_ms = 0;
  private readonly life = new AgentLife();
  private silence: { error: SilentError; at_ms: number } | undefined;

  constructor(host: string, access: SnmpAccess) {
    this.host = host;
    this.access = access;
  }

  idle_ms(): number {
    return performance.now() - this.asked_ms;
  }

  close(): void {
    this.session?.close();
    this.session = undefined;
  }

  /**
   * Values of these object identifiers. Throws ProbeError where nothing can be had, and where the only value asked for is
   * refused; of several those that the agent cannot tell are left out.
   */
  get(oids: readonly string[]): Promise<SnmpValues> {
    const { promise, resolve, reject } = Promise.withResolvers<SnmpValues>();
    this.wanted.push({ oids, resolve, reject });
    if (this.wanted.length === 1) void this.inTurn(() => this.serve()).catch(() => {});
    return promise;
  }

  /** Version 1 has no counters of 64 bits. */
  get hasWideCounters(): boolean {
    return this.access.version !== "v1";
  }

  /**
   * Which life of the agent this is: counters of another one are no continuation of those before. Asked for in the same moment as
   * values it costs no packet.
   */
  async epoch(): Promise<number> {
    const values = await this.get([UPTIME]).catch(() => undefined); // who asks for values is told why there are none
    const ticks = values?.get(UPTIME);
    return this.life.look(ticks && "number" in ticks ? ticks.number : undefined, performance.now());
  }

  /** Asks for all that is wanted by now: what others want in the same moment is in it. */
  private async serve(): Promise<void> {
    const all = this.wanted;
    this.wanted = [];
    try {
      const values = new Map<string, SnmpValue | ProbeError>();
      const oids = [...new Set(all.flatMap((each) => each.oids))];
      for (let from = 0; from < oids.length; from += SNMP_VALUES_PER_PACKET)
        await this.fetch(oids.slice(from, from + SNMP_VALUES_PER_PACKET), values);
      for (const each of all) settle(each, values);
    } catch (error) {
      for (const each of all) each.reject(error);
    }
  }

  /** One packet, or several where the agent refuses one for the sake of a single value. */
  private async fetch(oids: readonly string[], into: Map<string, SnmpValue | ProbeError>): Promise<void> {
    if (oids.length === 0) return;
    try {
      const varbinds = await this.ask<Varbind[]>((session, done) => session.get([...oids], done));
      for (const [index, oid] of oids.entries()) {
        const value = readValue(varbinds[index]);
        if (value) into.set(oid, value);
      }
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const culprit = oids[error.index - 1];
      if (oids.length > 1 && (error.status === REFUSED.tooBig || culprit === undefined)) {
        const half = Math.ceil(oids.length / 2);
        await this.fetch(oids.slice(0, half), into);
        await this.fetch(oids.slice(half), into);
        return;
      }
      const refused = culprit ?? oids[0] ?? "";
      if (error.status !== REFUSED.noSuchName) into.set(refused, this.refusal(error, refused));
      await this.fetch(
        oids.filter((oid) => oid !== refused),
        into,
      );
    }
  }

  /**
   * The rows of a table: of each of these columns what comes behind it, below it. Bounded in rows and bytes; an agent that goes
   * in circles is a ProbeError. No rows where the agent has no such table.
   */
  async walk(columns: readonly string[]): Promise<SnmpRows> {
    const rows: SnmpRows = new Map();
    // Where each column is, as the end of the last object identifier that it had.
    const open = new Map(columns.map((column, index) => [index, { column, at: "" }]));
    let values = 0;
    let bytes = 0;
    while (open.size > 0) {
      const asked = [...open];
      const answers = await this.inTurn(async () => {
        const before = this.session?.bytes ?? 0;
        const varbinds = await this.next(asked.map(([, { column, at }]) => column + at)).catch((error: unknown) => {
          throw error instanceof RefusedError ? this.refusal(error, columns[0]) : error;
        });
        bytes += Math.max(0, (this.session?.bytes ?? 0) - before);
        return varbinds;
      });
      if (answers.flat().length === 0) throw new ProbeError(`${this.host} answers a walk with nothing`);
      for (const [place, [index, cursor]] of asked.entries()) {
        for (const varbind of answers[place] ?? []) {
          const end = isNothing(varbind) ? undefined : endOf(varbind.oid, cursor.column);
          if (end === undefined) {
            open.delete(index);
            break;
          }
          if (!isBehind(end, cursor.at))
            throw new ProbeError(
              `${this.host} goes in circles: ${varbind.oid} came behind ${cursor.column}${cursor.at}`,
            );
          cursor.at = end;
          const row = rows.get(end) ?? [];
          rows.set(end, row);
          row[index] = readValue(varbind);
          values++;
        }
      }
      if (values > SNMP_WALK_VALUES_MAX || bytes > SNMP_WALK_BYTES_MAX)
        throw new ProbeError(`${this.host} has more at ${columns[0]} than is read: ${values} values, ${bytes} bytes`);
    }
    return rows;
  }

  /** What comes behind each of these names, one or more of each. */
  private async next(oids: string[]): Promise<Varbind[][]> {
    if (this.access.version !== "v1") {
      const count = Math.max(1, Math.floor(SNMP_VALUES_PER_PACKET / oids.length));
      return this.ask((session, done) => session.getBulk(oids, 0, count, done));
    }
    const ends = oids.map((oid): Varbind[] => [{ oid, type: END_OF_MIB, value: null }]);
    const left = new Map(oids.entries());
    // Version 1 refuses the whole packet when one of the names is the last that it has.
    while (left.size > 0) {
      const places = [...left.keys()];
      try {
        const varbinds = await this.ask<Varbind[]>((session, done) => session.getNext([...left.values()], done));
        for (const [index, varbind] of varbinds.entries()) ends[places[index] ?? -1] = [varbind];
        return ends;
      } catch (error) {
        if (!(error instanceof RefusedError) || error.status !== REFUSED.noSuchName) throw error;
        left.delete(places[error.index - 1] ?? places.at(-1) ?? 0);
      }
    }
    return ends;
  }

  /** Runs something that asks this agent, when nothing else does, and when not too many others are asked. */
  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.last.then(() => turn(task));
    this.last = mine.catch(() => {});
    return mine;
  }

  private async open(): Promise<SnmpSession> {
    const [first] = await addressesOf(this.host, deadlineIn(RESOLVE_MS));
    return SnmpSession.open(first?.address ?? this.host, this.access);
  }

  private async ask<T>(put: Parameters<typeof SnmpSession.prototype.ask<T>>[1]): Promise<T> {
    const now_ms = performance.now();
    this.asked_ms = now_ms;
    const { silence } = this;
    if (silence && now_ms - silence.at_ms < SILENT_MS) throw silence.error;
    const isNew = !this.session;
    try {
      const session = this.session ?? (await this.open());
      this.session = session;
      const answer = await session.ask<T>(silence !== undefined, put);
      this.silence = undefined;
      return answer;
    } catch (error) {
      if (error instanceof RefusedError) {
        this.silence = undefined;
        throw error;
      }
      this.close();
      if (error instanceof SilentError) this.silence = { error, at_ms: performance.now() };
      // Of v3 a session knows the agent's clock and boots. Another device at that address, or a reset, begins anew.
      else if (!isNew && this.access.version === "v3") return this.ask(put);
      throw error;
    }
  }

  private refusal({ status }: RefusedError, oid = ""): ProbeError {
    const closed = status === REFUSED.noAccess || status === REFUSED.authorization;
    const why = closed ? "its access rules forbid it" : `error-status ${status}, a fault of the device's own`;
    return new ProbeError(`${this.host} refuses ${oid}: ${why}`);
  }
}

/** A value that is refused is an error only for who asked for nothing else. */
function settle({ oids, resolve, reject }: Wanted, values: ReadonlyMap<string, SnmpValue | ProbeError>): void {
  const only = oids.length === 1 ? values.get(oids[0] ?? "") : undefined;
  if (only instanceof ProbeError) {
    reject(only);
    return;
  }
  const mine = new Map<string, SnmpValue>();
  for (const oid of oids) {
    const value = values.get(oid);
    if (value && !(value instanceof ProbeError)) mine.set(oid, value);
  }
  resolve(mine);
}

/** `.7` of `1.3.6.7` in the column `1.3.6`; undefined outside of it. */
function endOf(oid: string, column: string): string | undefined {
  return oid.startsWith(`${column}.`) ? oid.slice(column.length) : undefined;
}
