// Whether a DNS server has an answer to a question, and how long it takes (RFC 1035).

import { isIP } from "node:net";
import { anything, type Form, oneOf, quoted, WordError } from "../src/core/form.ts";
import type { Host } from "../src/core/host.ts";
import { DNS_SERVERS_MAX } from "../src/core/limits.ts";
import { defineProbe, type Given, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { HOST_PORT } from "../src/reach/address.ts";
import { type Deadline, deadlineIn, deadlineOf, left } from "../src/reach/deadline.ts";
import { askDns } from "../src/reach/dns.ts";
import { type DnsAnswer, type DnsType, encodeName, type Question, TYPES } from "../src/reach/dns-message.ts";
import { addressesOf } from "../src/reach/resolve.ts";

const DNS_PORT = 53;
const RESOLV_CONF = "/etc/resolv.conf";
/** A name as DNS has it. One in another script becomes that (RFC 5891) as in any URL. */
const NAME: Form<string> = {
  is: "a name as DNS has it",
  parse: (word) => {
    const ascii = /^[\x21-\x7e]*$/.test(word) ? word : (URL.parse(`http://${word}/`)?.hostname ?? word);
    const name = /^[a-z]+:\/\//i.test(word) ? URL.parse(word)?.hostname : undefined;
    if (name) throw new WordError(`${quoted(word)} is no name of DNS`, `write ${name}`);
    try {
      encodeName(ascii);
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      throw new WordError(error.message, "write a name such as www.example.org");
    }
    return ascii;
  },
};

/** The item's own host is not known here: any other stands for it. */
const SERVER: Form<string> = {
  is: `${HOST_PORT.is}, {host} in it`,
  parse: (word) => {
    HOST_PORT.parse(word.replace("{host}", "host"));
    return word;
  },
};

/** What `expect=` says when there must be no such name or record. */
const NONE = "none";
const TEXT_RECORDS = 5;

const OPTIONS = {
  type: { form: oneOf(Object.keys(TYPES) as DnsType[]), doc: "what is asked for", default: "A" },
  expect: { form: anything(), doc: `what an answer must be, of TXT a part of it; ${NONE}: there must be none` },
} satisfies Options;

export default defineProbe({
  name: "dns",
  doc: "Whether a DNS server has an answer to a question, and how long it takes.",
  args: [
    { name: "name", form: NAME, doc: "The name asked for; with type PTR also an address." },
    {
      name: "server",
      form: SERVER,
      doc: `The server; {host} is the item's own host. Left out: those of ${RESOLV_CONF}, in turn.`,
      optional: true,
    },
  ],
  options: OPTIONS,
  check: (words) => {
    const { name, type } = questionOf(words);
    if (type !== "PTR" && isIP(name) !== 0)
      throw new WordError(`an address has no ${type} record`, "write type=PTR for its name", "name");
    const version = { A: 4, AAAA: 6 }[type as string];
    const { expect } = words.options;
    if (expect !== undefined && expect !== NONE && version !== undefined && isIP(expect) !== version)
      throw new WordError(
        `an answer of type ${type} is an address of IPv${version}`,
        `write one, or ${NONE}`,
        "expect",
      );
  },
  values: {
    time: {
      unit: "ms",
      kind: "gauge",
      fit: "soso >2000 for 5m",
      doc: "Time to the answer. Fails when there is none, the name is not known, or nothing is what was expected. One lost packet makes a second.",
    },
    answers: { unit: "answers", kind: "gauge", doc: "How many records of this type there are." },
  },
  example: "item mx dns example.org type=MX expect=mail.example.org",
  nodata: "nowhere: a server without an answer is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  read: async (host, given) => {
    const question = questionOf(given);
    const deadline = deadlineOf(given);
    const start_ms = performance.now();
    const { answer, server } = await askInTurn(serversOf(host, given), question, deadline);
    const text = judge(answer, question, optionOf(OPTIONS, "expect", given), server);
    return { time: { value: performance.now() - start_ms, text }, answers: answer.records.length };
  },
});

/** What is asked. Throws WordError for a type or a name that is none. */
export function questionOf(words: Pick<Given, "args" | "options">): Question {
  const type = optionOf(OPTIONS, "type", words);
  const name = NAME.parse(words.args[0] ?? "");
  return { name: type === "PTR" ? reversed(name) : name, type };
}

/** The name below arpa that stands for an address (RFC 1035, 3.5; RFC 3596, 2.5); a name is itself. */
export function reversed(address: string): string {
  if (/^\d+(\.\d+){3}$/.test(address)) return `${address.split(".").toReversed().join(".")}.in-addr.arpa`;
  const written = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1);
  if (!address.includes(":") || written === undefined) return address;
  const [front = "", back] = written.split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const zeros = back === undefined ? 0 : 8 - groups(front).length - groups(back).length;
  const all = [...groups(front), ...Array.from({ length: Math.max(zeros, 0) }, () => "0"), ...groups(back ?? "")];
  const digits = all.map((group) => group.padStart(4, "0")).join("");
  return `${digits.split("").toReversed().join(".")}.ip6.arpa`;
}

/** The servers to ask, in turn. */
export function serversOf(host: Host, { args: [, server], target }: Pick<Given, "args" | "target">): string[] {
  if (server !== undefined) return [SERVER.parse(server).replace("{host}", target.addr ?? target.host)];
  const text = host.readIfAny(RESOLV_CONF) ?? "";
  const found = [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map(([, address = ""]) => address);
  return found.length === 0 ? ["127.0.0.1"] : found.slice(0, DNS_SERVERS_MAX); // as resolv.conf(5) has it
}

async function askInTurn(servers: readonly string[], question: Question, deadline: Deadline) {
  let failure: unknown;
  for (const [index, server] of servers.entries()) {
    const share = deadlineIn(left(deadline) / (servers.length - index));
    try {
      const { host, port = DNS_PORT } = HOST_PORT.parse(server);
      const [address] = await addressesOf(host, share);
      if (address) return { answer: await askDns(address, port, question, share), server };
    } catch (error) {
      failure = error;
    }
  }
  throw failure ?? new ProbeError("no server to ask");
}

const RCODES: Readonly<Record<number, string>> = {
  1: "it did not understand the question (FORMERR)",
  2: "it could not find out (SERVFAIL)",
  3: "there is no such name (NXDOMAIN)",
  4: "it does not do that (NOTIMP)",
  5: "it refuses to answer us (REFUSED)",
};

/** The answer in words; ProbeError when it is not what it should be. */
export function judge(
  { rcode, records }: DnsAnswer,
  { name, type }: Question,
  expect: string | undefined,
  server: string,
): string {
  const text = records.slice(0, TEXT_RECORDS).join(", ");
  const says = (what: string) => new ProbeError(`${server} says of ${name}: ${what}`);
  if (expect === NONE) {
    if (rcode === 3 || (rcode === 0 && records.length === 0)) return "none, as it should be";
    throw says(rcode === 0 ? `${text}; there should be none` : (RCODES[rcode] ?? `error ${rcode}`));
  }
  if (rcode !== 0) throw says(RCODES[rcode] ?? `error ${rcode}`);
  if (records.length === 0) throw says(`it has no ${type} record`);
  if (expect === undefined || records.some((record) => isExpected(record, type, expect))) return text;
  throw says(`${text}; none of it is ${expect}`);
}

// Of MX the host alone is enough.
function isExpected(record: string, type: DnsType, expect: string): boolean {
  if (type === "TXT") return record.includes(expect);
  const [found, wanted] = [record.toLowerCase(), expect.toLowerCase().replace(/\.$/, "")];
  return found === wanted || (type === "MX" && found.split(" ")[1] === wanted);
}
