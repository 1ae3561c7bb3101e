import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { Outlet } from "../../src/cli/outlet.ts";

/** A stream that takes so many pieces, and then has enough until it is drained. */
class Slow extends EventEmitter {
  readonly written: string[] = [];
  room = 1;
  write = (text: string) => {
    this.written.push(text);
    return this.written.length <= this.room;
  };
}

const make = () => {
  const stream = new Slow();
  return { stream, outlet: new Outlet(stream as unknown as NodeJS.WriteStream) };
};
const isPending = (promise: Promise<boolean>) =>
  Promise.race([promise.then(() => false), Bun.sleep(1).then(() => true)]);

test("a reader who is slower has his time", async () => {
  const { stream, outlet } = make();
  expect(await outlet.write("a")).toBe(true);
  const second = outlet.write("b");
  expect(await isPending(second)).toBe(true);
  stream.emit("drain");
  expect(await second).toBe(true);
  outlet.close();
  expect(stream.eventNames()).toEqual([]);
});

test.each(["error", "close"])("one who is gone (%s) is waited for no longer, nor written to", async (event) => {
  const { stream, outlet } = make();
  await outlet.write("a");
  const second = outlet.write("b");
  stream.emit(event, new Error("EPIPE"));
  expect(await second).toBe(false);
  expect(await outlet.write("c")).toBe(false);
  expect(stream.written).toEqual(["a", "b"]);
});

test("one who went while nobody waited", async () => {
  const { stream, outlet } = make();
  await outlet.write("a");
  stream.emit("error", new Error("EPIPE"));
  expect(await outlet.write("b")).toBe(false);
});
