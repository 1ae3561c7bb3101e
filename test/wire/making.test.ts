import { describe, expect, test } from "bun:test";
import { ANSWER_GIVE_WAY_MS_MAX, ANSWER_GIVE_WAY_MS_MIN, ANSWERS_MAKING_BYTES_MAX } from "../../src/core/limits.ts";
import { type Maker, Making } from "../../src/wire/making.ts";

class Answer implements Maker {
  took_ms = 0;
  began = false;
  gaveWay = false;
  giveWay(): void {
    this.gaveWay = true;
  }
}

/** Answers that entered, in their order. */
function enter(making: Making, count: number): Answer[] {
  return Array.from({ length: count }, () => {
    const answer = new Answer();
    void making.enter(answer).then(() => {
      answer.began = true;
    });
    return answer;
  });
}

const soon = () => Bun.sleep(1);

describe("large answers in the making", () => {
  test("a bounded number at a time; who came last is next", async () => {
    const making = new Making(ANSWERS_MAKING_BYTES_MAX / 2);
    const [first, , third, fourth] = enter(making, 4) as [Answer, Answer, Answer, Answer];
    await soon();
    expect([first.began, third.began, fourth.began]).toEqual([true, false, false]);
    making.leave(first);
    await soon();
    expect([third.began, fourth.began]).toEqual([false, true]);
    making.leave(fourth);
    making.leave(fourth); // once or more
    await soon();
    expect(third.began).toBe(true);
  });

  test("one whose peer went while it waited is waited for no more", async () => {
    const making = new Making(ANSWERS_MAKING_BYTES_MAX);
    const [first, second, third] = enter(making, 3) as [Answer, Answer, Answer];
    making.leave(third);
    making.leave(first);
    await soon();
    expect([second.began, third.began]).toEqual([true, true]);
    making.leave(second);
  });

  test("small pieces make room for more answers, large ones for fewer", async () => {
    const making = new Making(ANSWERS_MAKING_BYTES_MAX / 8);
    const answers = enter(making, 100);
    const began = () => answers.filter(({ began: yes }) => yes).length;
    await soon();
    expect(began()).toBe(8);
    for (let round = 0; round < 5; round++) {
      for (const answer of answers) if (answer.began) making.made(answer, ANSWERS_MAKING_BYTES_MAX / 32);
      await soon();
    }
    expect(began()).toBeWithin(24, 32);
    const before = began();
    for (const answer of answers) if (answer.began) making.made(answer, ANSWERS_MAKING_BYTES_MAX / 4);
    for (const answer of answers.filter(({ began: yes }) => yes).slice(0, 10)) making.leave(answer);
    await soon();
    expect(began()).toBe(before);
    for (const answer of answers) making.leave(answer);
    for (const answer of answers) making.leave(answer);
    const again = enter(making, 9);
    await soon();
    expect(again.filter(({ began: yes }) => yes)).toHaveLength(8);
    for (const answer of again) making.leave(answer);
  });

  test("while others wait, who takes nothing makes room; nobody else does, and without a crowd nobody", async () => {
    const making = new Making(ANSWERS_MAKING_BYTES_MAX / 2);
    const [deaf, reader] = enter(making, 2) as [Answer, Answer];
    await Bun.sleep(ANSWER_GIVE_WAY_MS_MIN + 200);
    expect(deaf.gaveWay).toBe(false);
    const crowd = enter(making, 100);
    const timer = setInterval(() => {
      reader.took_ms = performance.now();
    }, 20);
    await Bun.sleep(ANSWER_GIVE_WAY_MS_MIN + 200);
    clearInterval(timer);
    expect([deaf.gaveWay, reader.gaveWay]).toEqual([true, false]);
    expect(crowd.at(-1)?.began).toBe(true);
    for (const answer of [deaf, reader, ...crowd]) making.leave(answer);
  });

  test("one that waits lets the others their time", async () => {
    const making = new Making(ANSWERS_MAKING_BYTES_MAX);
    const [slow, next] = enter(making, 2) as [Answer, Answer];
    await Bun.sleep(ANSWER_GIVE_WAY_MS_MAX - 1000);
    expect(slow.gaveWay).toBe(false);
    await Bun.sleep(1500);
    expect([slow.gaveWay, next.began]).toEqual([true, true]);
    making.leave(next);
  }, 10_000);
});
