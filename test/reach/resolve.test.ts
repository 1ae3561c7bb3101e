// Names and their addresses: what a resolver that fails, or says nothing, costs whom.

import { expect, test } from "bun:test";
import { deadlineIn } from "../../src/reach/deadline.ts";
import { addressesOf, Resolver } from "../../src/reach/resolve.ts";
import { probeErrorOf } from "../probes/fake-host.ts";

const ONE = { address: "192.0.2.1", family: 4 };
const SIX = { address: "2001:db8::1", family: 6 };

/** A resolver whose next answers are these. */
function answering(...answers: (object[] | string | Promise<never>)[]) {
  const asked: string[] = [];
  const resolver = new Resolver(async (host) => {
    asked.push(host);
    const answer = answers.shift();
    if (typeof answer === "string") throw Object.assign(new Error(answer), { code: answer });
    return (await answer) as { address: string; family: number }[];
  });
  return { resolver, asked };
}

const soon = () => deadlineIn(50);
const silent = new Promise<never>(() => {});

test("an address is itself", async () => {
  expect(await addressesOf("::1", soon())).toEqual([{ address: "::1", version: 6 }]);
  expect(await addressesOf("fe80::1%eth0", soon(), 6)).toEqual([{ address: "fe80::1%eth0", version: 6 }]);
  expect(await probeErrorOf(() => addressesOf("::1", soon(), 4))).toBe("::1 is no address of IPv4");
});

test("a name has the addresses that the system prefers, in its order, of the version asked for", async () => {
  const { resolver } = answering([SIX, ONE], [SIX, ONE], [SIX]);
  expect(await resolver.resolve("a", soon())).toEqual([
    { address: SIX.address, version: 6 },
    { address: ONE.address, version: 4 },
  ]);
  expect(await resolver.resolve("a", soon(), 4)).toEqual([{ address: ONE.address, version: 4 }]);
  expect(await probeErrorOf(() => resolver.resolve("a", soon(), 4))).toBe("a has no address of IPv4");
});

test.each([
  ["ENOTFOUND", "the name a is not known to the resolver: is it in DNS or /etc/hosts?"],
  ["EAI_AGAIN", "the name a could not be resolved: EAI_AGAIN"],
])("%s", async (code, message) => {
  const { resolver } = answering(code);
  expect(await probeErrorOf(() => resolver.resolve("a", soon()))).toBe(message);
});

test("while the resolver fails or is silent the last good answer stands", async () => {
  const { resolver } = answering([ONE], "EAI_AGAIN", silent);
  const known = await resolver.resolve("a", soon());
  expect(await resolver.resolve("a", soon())).toEqual(known);
  expect(await resolver.resolve("a", soon())).toEqual(known);
});

test("a name that is taken out of DNS has no last good answer", async () => {
  const { resolver } = answering([ONE], "ENOTFOUND", "EAI_AGAIN");
  await resolver.resolve("a", soon());
  expect(await probeErrorOf(() => resolver.resolve("a", soon()))).toMatch(/^the name a is not known/);
  expect(await probeErrorOf(() => resolver.resolve("a", soon()))).toBe("the name a could not be resolved: EAI_AGAIN");
});

test("a silent resolver is asked for a name once at a time", async () => {
  const { resolver, asked } = answering(silent, silent);
  const late = /^the name a was not resolved within .*: the resolver is silent$/;
  const both = [1, 2].map(() => probeErrorOf(() => resolver.resolve("a", soon())));
  for (const message of await Promise.all(both)) expect(message).toMatch(late);
  expect(asked).toEqual(["a"]);
});
