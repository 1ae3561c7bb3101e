import { afterAll, afterEach, expect, spyOn, test } from "bun:test";

// A module of our own: other tests may have opened its socket.
const MODULE = "../../src/reach/datagrams.ts?alone";
const { wayTo } = (await import(MODULE)) as typeof import("../../src/reach/datagrams.ts");

const open = spyOn(Bun, "udpSocket");

/** The sockets that a test has opened. */
async function opened() {
  return Promise.all(open.mock.results.map(({ value }) => value as Promise<Bun.udp.Socket<"buffer">>));
}

afterEach(async () => {
  for (const socket of await opened()) socket.close();
  open.mockClear();
});
afterAll(() => open.mockRestore());

const heard = () => {};
const asking = (count: number) =>
  Promise.allSettled(Array.from({ length: count }, (_, i) => wayTo(`127.0.0.${i + 1}`, 161, heard)));

test("all who come at once, and those who come later, share one socket", async () => {
  await asking(64);
  await asking(1);
  expect(await opened()).toHaveLength(1);
});

test("one that could not be opened, or was closed, is opened anew, once for all", async () => {
  open.mockImplementationOnce(() => Promise.reject(Object.assign(new Error("no"), { code: "EMFILE" })));
  for (const each of await asking(2)) {
    expect(each).toMatchObject({ reason: { message: "this host opens no UDP socket for IPv4: EMFILE" } });
  }
  open.mockClear();
  await asking(2);
  const [first, ...more] = await opened();
  expect(more).toEqual([]);
  first?.close();
  await asking(2);
  expect(await opened()).toHaveLength(2);
});
