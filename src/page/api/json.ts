// JSON piece by piece: lists that are made while they are sent. Pure.

import { gathered } from "../pieces.ts";

/** The text of a value in which iterables are lists; undefined fields are left out. */
export function jsonPieces(value: unknown): Generator<string> {
  return gathered(line(value));
}

function* line(value: unknown): Generator<string> {
  yield* wordsOf(value);
  yield "\n";
}

function* wordsOf(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) {
    yield JSON.stringify(value);
  } else if (Symbol.iterator in value) {
    yield* listed(value as Iterable<unknown>);
  } else if (Object.values(value).every((each) => typeof each !== "object" || each === null)) {
    yield JSON.stringify(value);
  } else {
    let before = "{";
    for (const [key, each] of Object.entries(value)) {
      if (each === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* wordsOf(each);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  }
}

function* listed(values: Iterable<unknown>): Generator<string> {
  let before = "[";
  for (const each of values) {
    yield before;
    yield* wordsOf(each);
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}
