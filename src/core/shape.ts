// Checks of values that came as JSON from outside. Our own fifty lines instead of a schema library, because the
// daemon runs on every host: the smallest one we tried adds 3.4 MiB of memory, a tenth of all that dmon takes.

/** Returns the value as its type, unknown keys left out; throws ShapeError. `path` names the place: `mars.cpu_load.level`. */
export type Shape<T> = (value: unknown, path: string) => T;

/** What does not fit; the message names the place and what would. */
export class ShapeError extends Error {
  override name = "ShapeError";
  constructor(path: string, wanted: string) {
    super(`${path || "the whole"}: ${wanted} wanted`);
  }
}

/** Text of at most `max` characters, optionally of a form. */
export function text(max: number, form?: { test: (text: string) => boolean; name: string }): Shape<string> {
  return (value, path) => {
    if (typeof value !== "string" || value.length > max)
      throw new ShapeError(path, `text of at most ${max} characters`);
    if (form && !form.test(value)) throw new ShapeError(path, form.name);
    return value;
  };
}

/** A finite number. */
export const number: Shape<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new ShapeError(path, "a number");
  return value;
};

export const boolean: Shape<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ShapeError(path, "true or false");
  return value;
};

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? null : shape(value, path));
}

export function list<T>(shape: Shape<T>, max: number): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > max) throw new ShapeError(path, `a list of at most ${max}`);
    return value.map((entry, i) => shape(entry, `${path}[${i}]`));
  };
}

/** An object with free keys, each checked; at most `max` of them. */
export function record<T>(isKey: (key: string) => boolean, shape: Shape<T>, max: number): Shape<Record<string, T>> {
  return (value, path) => {
    const entries = Object.entries(plainObject(value, path));
    if (entries.length > max) throw new ShapeError(path, `at most ${max} entries`);
    const out = Object.create(null) as Record<string, T>; // no key means more than itself
    for (const [key, entry] of entries) {
      if (!isKey(key)) throw new ShapeError(path, `a name, not ${JSON.stringify(key.slice(0, 40))},`);
      out[key] = shape(entry, path ? `${path}.${key}` : key);
    }
    return out;
  };
}

type Fields = Record<string, Shape<unknown>>;
type Shaped<Required extends Fields, Optional extends Fields> = {
  [K in keyof Required]: ReturnType<Required[K]>;
} & { [K in keyof Optional]?: ReturnType<Optional[K]> };

/** An object with these keys; others are left out, so that a newer peer may say more. */
export function object<Required extends Fields, Optional extends Fields = Record<never, Shape<unknown>>>(
  required: Required,
  optional?: Optional,
): Shape<Shaped<Required, Optional>> {
  const needed = Object.entries(required);
  const possible = Object.entries(optional ?? {});
  return (value, path) => {
    const given = plainObject(value, path);
    const out: Record<string, unknown> = {};
    for (const [key, shape] of needed) out[key] = shape(given[key], path ? `${path}.${key}` : key);
    for (const [key, shape] of possible) {
      if (Object.hasOwn(given, key)) out[key] = shape(given[key], path ? `${path}.${key}` : key);
    }
    return out as Shaped<Required, Optional>;
  };
}

function plainObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError(path, "an object");
  return value as Record<string, unknown>;
}
