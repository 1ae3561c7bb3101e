import { afterEach, describe, expect, test } from "bun:test";
import type { Socket, TCPSocketListener } from "bun";
import { DIAL_CONNECT_MS_MAX, DIAL_SILENCE_MS_MAX } from "../../src/core/limits.ts";
import { type AskOptions, ask, askJson, parseReply } from "../../src/wire/ask.ts";
import { call, patienceFor, type Target } from "../../src/wire/dial.ts";

let peer: TCPSocketListener | undefined;
afterEach(() => peer?.stop(true));

/** A peer that does something for each line; and whether its connection was closed from our side. */
function peerThat(does: (socket: Socket) => void): { target: Target; closed: Promise<void> } {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  peer = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: does, close: () => resolve() },
  });
  return { target: { host: "127.0.0.1", port: peer.port }, closed };
}

/** Writes the same bytes for as long as they are taken. */
function flood(text: string): (socket: Socket) => void {
  return (socket) => {
    socket.write("COMMAND X\n");
    const timer = setInterval(() => socket.write(text) < 0 && clearInterval(timer), 1);
  };
}

async function failure(target: Target, options: AskOptions = {}): Promise<string> {
  return ask(target, "X", options).then(
    () => "no error",
    (error: Error) => `${error.name} ${error.message}`,
  );
}

describe("an answer that we ask for", () => {
  test("comes in its parts", async () => {
    const { target } = peerThat((socket) => void socket.end("COMMAND X\nCOMMAND DONE is a line of it\nCOMMAND DONE\n"));
    expect(await ask(target, "X")).toEqual({ name: "X", body: "COMMAND DONE is a line of it\n" });
  });

  test("of more bytes than asked for is given up, and the bound is named", async () => {
    const { target, closed } = peerThat(flood("x".repeat(5000)));
    expect(await failure(target, { bytes: 16_384 })).toBe(
      `DialError 127.0.0.1:${target.port}: an answer of more than 16384 bytes`,
    );
    await closed;
  });

  test("that drips is given up when its time is over, and so is one that floods", async () => {
    for (const does of [flood("x"), flood("x".repeat(20_000))]) {
      const { target, closed } = peerThat(does);
      const start = performance.now();
      expect(await failure(target, { total_ms: 200, silence_ms: 5000 })).toEndWith(": no answer within 0.2 s");
      expect(performance.now() - start).toBeWithin(190, 2000);
      await closed;
      peer?.stop(true);
    }
  });

  test("that does not come is given up after the silence that is borne", async () => {
    const { target, closed } = peerThat(() => undefined);
    expect(await failure(target, { total_ms: 5000, silence_ms: 100 })).toEndWith(": no answer within 0.1 s");
    await closed;
  });

  test("that nobody waits for any more is given up at once", async () => {
    const abandon = new AbortController();
    const { target, closed } = peerThat(flood("x"));
    setTimeout(() => abandon.abort(), 50);
    expect(await failure(target, { signal: abandon.signal })).toContain("nobody waits");
    await closed;
    expect(await failure(target, { signal: abandon.signal })).toContain("nobody waits");
  });

  test("is read no faster than it is taken", async () => {
    let written = 0;
    const { target } = peerThat((socket) => {
      const more = () => {
        for (let taken = 1; taken > 0; written += taken) taken = Math.max(0, socket.write("x".repeat(65_536)));
      };
      setInterval(more, 5).unref();
    });
    const answer = call(target, "X");
    await answer.next();
    await Bun.sleep(300);
    const stuck = written;
    await Bun.sleep(300);
    expect(written).toBe(stuck); // what the kernel holds, and no more
    await answer.return(undefined);
  });

  test("of megabytes is taken apart at once", () => {
    const body = "COMMAND DONE ".repeat(1e6);
    const start = performance.now();
    for (let i = 0; i < 5; i++) expect(parseReply(`COMMAND X\n${body}COMMAND DONE\n`)?.body.length).toBe(body.length);
    expect(performance.now() - start).toBeLessThan(500);
    for (const broken of ["", "COMMAND X\n", "COMMAND DONE\n", "COMMAND X\nbody", "COMMAND X\nCOMMAND DON"]) {
      expect(parseReply(broken)).toBeUndefined();
    }
  });
});

test("what is no port is said in our words", async () => {
  for (const port of [0, -1, 65_536, 99_999, 1.5, Number.NaN]) {
    expect(await failure({ host: "127.0.0.1", port })).toBe(
      `DialError 127.0.0.1:${port}: there is no such port; ports are 1 to 65535`,
    );
  }
});

test("nobody there, and an answer that is no JSON object", async () => {
  const { target } = peerThat((socket) => void socket.end("COMMAND X\n[1]\nCOMMAND DONE\n"));
  expect(await askJson(target, "X").catch((error: Error) => error.message)).toContain("no JSON object");
  peer?.stop(true);
  expect(await failure(target)).toEndWith(": connection refused");
});

test("who asks through others waits longer than they do, so that the one next to who is silent says who it is", () => {
  const lines = ["SERVER CLIENT mars HIST day", "CLIENT mars HIST day", "HIST day"];
  const [asker = 0, own = 0, server = 0] = lines.map(patienceFor);
  expect(server).toBe(DIAL_SILENCE_MS_MAX);
  expect(own).toBeGreaterThan(server + DIAL_CONNECT_MS_MAX);
  expect(asker).toBeGreaterThan(own + DIAL_CONNECT_MS_MAX);
  expect(["server client mars PING", "SERVER CLIENTS mars", "CLIENTS * 1"].map(patienceFor)).toEqual([
    asker,
    own,
    server,
  ]);
});
