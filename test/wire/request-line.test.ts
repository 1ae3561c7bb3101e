import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { COMMAND_CHARS_MAX } from "../../src/core/limits.ts";
import { RequestLine, waitingBytes } from "../../src/wire/request-line.ts";

describe("a request line", () => {
  test("is what its pieces are, and keeps nothing when it is taken", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 }), (pieces) => {
        const line = new RequestLine();
        for (const piece of pieces) line.append(piece);
        const whole = Buffer.concat(pieces);
        expect(line.length).toBe(whole.length);
        expect(waitingBytes()).toBeGreaterThanOrEqual(whole.length);
        expect(waitingBytes()).toBeLessThanOrEqual(2 * whole.length);
        expect(line.take().equals(whole)).toBe(true);
        expect([line.length, waitingBytes()]).toEqual([0, 0]);
      }),
    );
  });

  test("byte by byte it costs at most twice its length", () => {
    const lines = [new RequestLine(), new RequestLine()];
    for (let i = 0; i < 5000; i++) for (const line of lines) line.append(Buffer.of(65));
    expect(waitingBytes()).toBeGreaterThanOrEqual(10_000);
    expect(waitingBytes()).toBeLessThan(20_000);
    for (const line of lines) line.take();
    expect(waitingBytes()).toBe(0);
  });

  test.each<[string, boolean, string | undefined]>([
    ["", false, undefined],
    ["PIN", false, undefined],
    ["PING", true, "PING"],
    ["PING\r", true, "PING"],
    ["HIST day", false, "HIST"],
    [" x", false, ""],
    ["x".repeat(COMMAND_CHARS_MAX), false, undefined],
    ["x".repeat(COMMAND_CHARS_MAX + 1), false, "x".repeat(COMMAND_CHARS_MAX)],
    [`${"x".repeat(COMMAND_CHARS_MAX + 9)} y`, false, "x".repeat(COMMAND_CHARS_MAX)],
  ])("the first word of %j", (text, whole, wanted) => {
    const line = new RequestLine();
    line.append(Buffer.from(text));
    expect(line.firstWord(whole)).toBe(wanted);
    line.take();
  });
});
