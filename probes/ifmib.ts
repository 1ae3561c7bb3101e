// The ports of a switch, a router, or any device with IF-MIB (RFC 2863): traffic by its 64-bit counters, errors, link.

import { FOUND_MAX } from "../src/core/limits.ts";
import { defineFinder, type Found, type Options, optionOf, type Supply } from "../src/core/probe.ts";
import { counted, counterOf, isFailed, ProbeError, type Reading, readingOf } from "../src/core/reading.ts";
import { GLOBS, selects } from "../src/core/selector.ts";
import { agentOf, type SnmpAgent, type SnmpRows } from "../src/reach/snmp.ts";
import { numberOf, type SnmpValue, textOf } from "../src/reach/snmp-value.ts";

/** A large switch with a slow processor takes its time for thousands of values. */
const TIMEOUT_S = 50;
/** A text names so many ports: what a person reads. */
const NAMED_MAX = 8;
/** So few ports are asked for one by one; more by a walk over all that there are. */
const SINGLE_PORTS_MAX = 50;
const FOUND_PER_PORT = 4;

/** Columns of ifTable and ifXTable. Older devices have only the former: then names are descriptions, counters of 32 bits. */
const IF = "1.3.6.1.2.1.2.2.1";
const IFX = "1.3.6.1.2.1.31.1.1.1";
const NAMES = { descr: `${IF}.2`, name: `${IFX}.1`, type: `${IF}.3`, alias: `${IFX}.18` } as const;
const STATES = { admin: `${IF}.7`, oper: `${IF}.8`, errorsIn: `${IF}.14`, errorsOut: `${IF}.20` } as const;
const WIDE = { in: `${IFX}.6`, out: `${IFX}.10`, speed: `${IFX}.15` } as const;
const NARROW = { in: `${IF}.10`, out: `${IF}.16`, speed: `${IF}.5` } as const;
/** What 32 bits count in a minute: of more they wrap twice, and nobody sees it. */
const NARROW_BITS_MAX = (2 ** 32 * 8) / 60;
const NARROW_TEXT = "counted in 32 bits only: above 71 MB/s it shows too little";
/** ifSpeed of what is faster (RFC 2863). */
const SPEED_BITS_MAX = 2 ** 32 - 1;

/** ifType of what has no wire: other, loopback, virtual, tunnel, VLAN and its routed kin, MPLS. They can be asked for by only=. */
const UNREAL = new Set([1, 24, 53, 131, 135, 136, 150, 166]);
const UP = 1;
/** ifOperStatus */
const STATE_TEXTS = ["", "up", "down", "testing", "unknown", "dormant", "not present", "lower layer down"];

const OPTIONS = {
  only: { form: GLOBS, doc: "names of ports: only=gi1/0/*,!gi1/0/7; left out: all with a wire" },
} satisfies Options;

export default defineFinder({
  name: "ifmib",
  doc: "The ports of a switch, router or other device that speaks SNMP: traffic, errors and link of each.",
  options: OPTIONS,
  values: {
    down: {
      unit: "ports",
      kind: "gauge",
      doc: "Ports that are switched on and have no link. Without a default fitness: most are sockets that nobody uses; with only= of the uplinks say sick >0.",
    },
    up: { unit: "ports", kind: "gauge", doc: "Ports that have a link." },
  },
  finds: "of each port its _in and _out (bytes a second), _errors and _link, by its name: ports.gi1_0_1_in",
  example: "item ports ifmib only=gi1/0/*,te*",
  needs: "SNMP access to the device: snmp= in its host statement.",
  timeout_s: TIMEOUT_S,
  remote: "snmp",
  find: async (_, given) => {
    const only = optionOf(OPTIONS, "only", given);
    const agent = agentOf(given.target);
    const ports = choose(portsOf(await agent.walk(Object.values(NAMES))), only);
    const [epoch, states] = await Promise.all([agent.epoch(), columns(agent, STATES, ports)]);
    // A device has 64-bit counters or not; some have them for its fast ports only. Version 1 cannot tell them.
    const wide: SnmpRows = agent.hasWideCounters ? await columns(agent, WIDE, ports) : new Map();
    const isWide = ({ index }: Port) => wide.get(index)?.[0] !== undefined;
    const narrow = ports.every(isWide) ? new Map() : await columns(agent, NARROW, ports);
    return evaluate(ports, states, wide, narrow, epoch);
  },
});

export interface Port {
  /** The end of its object identifiers. */
  index: string;
  name: string;
  alias: string;
  type: number;
}

/** Ports by what the columns of NAMES say. Of two with the same name the second has its index behind it. */
export function portsOf(rows: SnmpRows): Port[] {
  if (rows.size === 0) throw new ProbeError("it answers, but has no table of interfaces (IF-MIB)");
  const taken = new Set<string>();
  return [...rows].map(([index, [descr, short, type, alias]]) => {
    const number = index.slice(1);
    const called = textOr(short) || textOr(descr) || number;
    const name = taken.has(called) ? `${called}_${number}` : called;
    taken.add(name);
    return { index, name, alias: textOr(alias), type: type && "number" in type ? type.number : 0 };
  });
}

function textOr(value: SnmpValue | undefined): string {
  return value ? textOf(value) : "";
}

/** Those that `only` names, else those with a wire. ProbeError for too many, and for none of those asked for. */
export function choose(ports: readonly Port[], only: string | undefined): Port[] {
  const chosen = ports.filter(({ name, type }) => (only === undefined ? !UNREAL.has(type) : selects(only, name)));
  const names = (some: readonly Port[]) =>
    some
      .slice(0, NAMED_MAX * 2)
      .map(({ name }) => name)
      .join(" ");
  if (only !== undefined && chosen.length === 0)
    throw new ProbeError(`only=${only} names no port; there are: ${names(ports)}`);
  if (chosen.length * FOUND_PER_PORT > FOUND_MAX)
    throw new ProbeError(`${chosen.length} ports are more than one item can have; choose some by only=`);
  return chosen;
}

async function columns(
  agent: SnmpAgent,
  table: Readonly<Record<string, string>>,
  ports: readonly Port[],
): Promise<SnmpRows> {
  const names = Object.values(table);
  if (ports.length > SINGLE_PORTS_MAX) return agent.walk(names);
  const values = await agent.get(ports.flatMap(({ index }) => names.map((name) => name + index)));
  return new Map(ports.map(({ index }) => [index, names.map((name) => values.get(name + index))]));
}

/**
 * What ports are worth; `narrow` is used for those that have no wide counters. Rows are in the order of STATES, WIDE, NARROW. With
 * another `epoch` all counters began anew.
 */
export function evaluate(
  ports: readonly Port[],
  states: SnmpRows,
  wide: SnmpRows,
  narrow: SnmpRows,
  epoch = 0,
): Supply<"down" | "up"> {
  const up: string[] = [];
  const down: string[] = [];
  const found = ports.flatMap((port) => {
    const { index, name } = port;
    const told = cellsOf(STATES, states, index);
    const isWide = wide.get(index)?.[0] !== undefined;
    const [admin, oper] = [plain(told.admin), plain(told.oper)];
    if (oper === UP) up.push(name);
    else if (admin === UP && oper !== undefined) down.push(name);
    return [
      ...traffic(port, isWide ? cellsOf(WIDE, wide, index) : cellsOf(NARROW, narrow, index), isWide, epoch),
      made(port, "errors", { unit: "packets/s", kind: "rate", fit: ERRORS_FIT }, () => errorsOf(told, epoch)),
      made(port, "link", { unit: "", kind: "state" }, () => {
        const bits = bitsOf(wide.get(index)?.[2], narrow.get(index)?.[2]);
        return link(soundOf(told.admin), soundOf(told.oper), bits);
      }),
    ];
  });
  return { readings: { down: counted(down), up: up.length }, found };
}

/** A value of a row, with what errors say of it. */
interface Cell {
  what: string;
  oid: string;
  value: SnmpValue | undefined;
}

function cellsOf<Column extends string>(
  table: Readonly<Record<Column, string>>,
  rows: SnmpRows,
  index: string,
): Record<Column, Cell> {
  const entries = Object.entries<string>(table);
  const cells = entries.map(([what, oid], i) => [what, { what, oid: oid + index, value: rows.get(index)?.[i] }]);
  return Object.fromEntries(cells);
}

/** Throws ProbeError for what is no number. */
function soundOf({ value, what, oid }: Cell): number | undefined {
  return numberOf(value, what, oid);
}

function plain({ value }: Cell): number | undefined {
  return value && "number" in value ? value.number : undefined;
}

function made(
  { name, alias }: Port,
  what: string,
  as: Pick<Found, "unit" | "kind" | "fit">,
  make: () => Reading,
): Found {
  const reading = readingOf(make);
  const outcome = isFailed(reading) ? { reading: null, error: reading.error } : { reading };
  return { key: `${name}_${what}`, ...outcome, ...as, ...(alias === "" ? {} : { label: `${alias} (${what})` }) };
}

function traffic(port: Port, counters: Record<"in" | "out" | "speed", Cell>, isWide: boolean, epoch: number): Found[] {
  const text = !isWide && (plain(counters.speed) ?? 0) > NARROW_BITS_MAX ? NARROW_TEXT : "";
  return (["in", "out"] as const).map((what) =>
    made(port, what, { unit: "B/s", kind: "rate" }, () => {
      const value = soundOf(counters[what]);
      return value === undefined ? null : counterOf(value, epochOf(epoch, isWide), text);
    }),
  );
}

function errorsOf(told: Record<"errorsIn" | "errorsOut", Cell>, epoch: number): Reading {
  const [received, sent] = [soundOf(told.errorsIn), soundOf(told.errorsOut)];
  if (received === undefined && sent === undefined) return null;
  const parts = epochOf(epoch, received !== undefined, sent !== undefined);
  return counterOf((received ?? 0) + (sent ?? 0), parts);
}

/** What is not the same sum of the same counters as before has no rate either. */
function epochOf(epoch: number, ...parts: readonly boolean[]): number {
  return parts.reduce((sum, part) => sum * 2 + Number(!part), epoch);
}

/** Bits a second, of ifHighSpeed or else ifSpeed; 0 where nobody knows. */
function bitsOf(megabits: SnmpValue | undefined, bits: SnmpValue | undefined): number {
  if (megabits && "number" in megabits) return megabits.number * 1e6;
  return bits && "number" in bits ? bits.number : 0;
}

/** A cable that is being replugged makes some; a bad one makes them all the time. */
const ERRORS_FIT = [
  { level: "soso", test: { op: ">", value: 10 }, text: ">10" },
  { level: "sick", test: { op: ">", value: 1000 }, text: ">1000" },
] as const;

function link(admin: number | undefined, oper: number | undefined, bits: number): Reading {
  if (oper === undefined) return null;
  if (oper === UP) return bits > 0 ? { value: 1, text: speedText(bits) } : 1;
  return { value: 0, text: admin === UP || admin === undefined ? (STATE_TEXTS[oper] ?? "down") : "switched off" };
}

function speedText(bits: number): string {
  if (bits === SPEED_BITS_MAX) return "more than 4 Gbit/s";
  return bits >= 1e9 ? `${bits / 1e9} Gbit/s` : `${bits / 1e6} Mbit/s`;
}
