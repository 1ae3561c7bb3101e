// What may stand behind the `?` of an address, declared once: how it is read, what is said of it when it is wrong, its documentation.

import { nearest } from "../../core/diagnostic.ts";
import { cursorShape } from "../../core/event-filter.ts";
import { TIME_S_MAX, TIME_S_MIN } from "../../core/limits.ts";
import { MOMENT_FORM, parseMoment } from "../../core/moment.ts";
import { ShapeError } from "../../core/shape.ts";
import { offsetAt } from "../../process/localtime.ts";
import { RANGE_FORM, type Range, rangeOf } from "../lookup.ts";
import { BadRequest, type Visit } from "../view.ts";
import type { Schema } from "./schema.ts";

export interface Parameter<T> {
  doc: string;
  /** What may be written, in words. */
  form: string;
  schema: Schema;
  /** May be given several times. */
  many?: boolean;
  /** Reads what was given, each not empty; none: it is absent. Throws NotThat. */
  read(given: readonly string[], visit: Visit): T;
}
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type Read<P extends Parameters> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

/** What was given for a parameter is wrong; `message` goes on behind it. */
class NotThat extends Error {
  override name = "NotThat";
  readonly given: string;
  constructor(given: string, message: string) {
    super(message);
    this.given = given;
  }
}

/** Levels; none: all of them. */
export function levels(doc: string): Parameter<((level: string) => boolean) & { names: readonly string[] }> {
  return {
    doc,
    form: "the name of a level",
    schema: { type: "string" },
    many: true,
    read: (given, visit) => {
      const wanted = new Set(given.map((name) => levelOf(name, visit)));
      const isWanted = (level: string) => wanted.size === 0 || wanted.has(level);
      return Object.assign(isWanted, { names: [...wanted] });
    },
  };
}

/** A level and all that are worse. */
export function atLeast(doc: string): Parameter<(level: string) => boolean> {
  return {
    doc,
    form: "the name of a level",
    schema: { type: "string" },
    read: ([name], visit) => {
      if (name === undefined) return () => true;
      const { scale } = visit.fleet;
      const least = scale.weight(levelOf(name, visit));
      return (level) => scale.weight(level) >= least;
    },
  };
}

function levelOf(name: string, { overview }: Visit): string {
  const known = overview.levels.map((level) => level.name);
  if (known.includes(name)) return name;
  throw new NotThat(name, `is no level; levels are ${known.join(", ")}`);
}

export function wholeNumber(doc: string, { min, max, otherwise }: Record<"min" | "max" | "otherwise", number>) {
  const parameter: Parameter<number> = {
    doc,
    form: `a whole number from ${min} to ${max}`,
    schema: { type: "integer", minimum: min, maximum: max, default: otherwise },
    read: ([given]) => {
      if (given === undefined) return otherwise;
      const found = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
      if (found >= min && found <= max) return found;
      throw new NotThat(given, `is no whole number from ${min} to ${max}`);
    },
  };
  return parameter;
}

export function choice<const Word extends string>(doc: string, list: readonly Word[]): Parameter<Word | undefined> {
  return {
    doc,
    form: list.map((word) => `\`${word}\``).join(", "),
    schema: { type: "string", enum: list },
    read: ([given]) => {
      if (given === undefined) return undefined;
      const found = list.find((word) => word === given);
      if (found) return found;
      const near = nearest(given, list);
      throw new NotThat(given, near ? `is none of them; did you mean “${near}”?` : `is none of ${list.join(", ")}`);
    },
  };
}

export function moment(doc: string): Parameter<number | undefined> {
  return {
    doc,
    form: MOMENT_FORM,
    schema: { type: "string" },
    read: ([given], { overview }) => {
      if (given === undefined) return undefined;
      const found = parseMoment(given, overview.now_s, offsetAt);
      if (found !== undefined && found >= TIME_S_MIN && found <= TIME_S_MAX) return found;
      throw new NotThat(given, `is no time; a time is ${MOMENT_FORM}`);
    },
  };
}

/** A place between events. */
export function place(doc: string): Parameter<string | undefined> {
  return {
    doc,
    form: "a place that an answer named",
    schema: { type: "string" },
    read: ([given]) => {
      if (given === undefined) return undefined;
      try {
        cursorShape(given, "place");
        return given;
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
        throw new NotThat(
          given,
          "is no place that an answer named; take its `next` or `latest`, or ask by from and to",
        );
      }
    },
  };
}

/** `ival`, as the graphs of the pages have it. */
export function range(doc: string): Parameter<Range> {
  return {
    doc,
    form: RANGE_FORM,
    schema: { type: "string", default: "day" },
    read: (_, { query, overview }) => rangeOf(query, overview.now_s),
  };
}

/** What an address asks for, by its declaration. Throws BadRequest, which says what would be right. */
export function readQuery<P extends Parameters>(parameters: P, visit: Visit): Read<P> {
  const known = Object.keys(parameters);
  for (const key of visit.query.keys()) if (!known.includes(key)) throw unknownParameter(key, known);
  const out: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    const given = visit.query.getAll(key).filter((each) => each !== "");
    if (given.length > 1 && !parameter.many)
      throw new BadRequest(`${key} is given ${given.length} times; give it once.`);
    try {
      out[key] = parameter.read(given, visit);
    } catch (error) {
      if (!(error instanceof NotThat)) throw error;
      throw new BadRequest(`${key}: “${error.given.slice(0, 100)}” ${error.message}.`, { cause: error });
    }
  }
  return out as Read<P>;
}

function unknownParameter(key: string, known: readonly string[]): BadRequest {
  const near = nearest(key, known);
  const shown = `There is no parameter “${key.slice(0, 100)}”`;
  if (near) return new BadRequest(`${shown}; did you mean “${near}”?`);
  return new BadRequest(
    known.length > 0 ? `${shown}; there are ${known.join(", ")}.` : `${shown}; there is none here.`,
  );
}
