import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { COMMAND_WORDS_MAX } from "../../src/core/limits.ts";
import { wordsOf } from "../../src/notify/words.ts";

test.each<[string, string[]]>([
  ["/bin/sms", ["/bin/sms"]],
  ["  /bin/sms  a\tb ", ["/bin/sms", "a", "b"]],
  ["/bin/sms 'a b' \"c d\"", ["/bin/sms", "a b", "c d"]],
  ["/bin/sms --text='a b'c", ["/bin/sms", "--text=a bc"]],
  ["/bin/sms '' x", ["/bin/sms", "", "x"]],
  ["/bin/sms $HOME `id` a;b a\\ b * ~ #x", ["/bin/sms", "$HOME", "`id`", "a;b", "a\\", "b", "*", "~", "#x"]],
  ["/bin/sms '\"' \"'\"", ["/bin/sms", '"', "'"]],
  ["", []],
])("%p", (line, words) => {
  expect(wordsOf(line)).toEqual(words);
});

test.each([
  ["/bin/sms 'a b", "a quote ' that is never closed"],
  ['/bin/sms a"b', 'a quote " that is never closed'],
  [`/bin/sms ${"x ".repeat(COMMAND_WORDS_MAX)}`, `a command of more than ${COMMAND_WORDS_MAX} words`],
])("%p is no command line", (line, message) => {
  expect(wordsOf(line)).toMatchObject({ message });
});

test("words that are quoted come back as they were", () => {
  const word = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("'", ""));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      expect(wordsOf(words.map((each) => `'${each}'`).join(" "))).toEqual(words);
    }),
  );
});
