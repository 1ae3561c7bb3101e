// How an answer is declared: once, as JSON Schema (of OpenAPI 3.1) that carries the type of TypeScript with it.

/** The part of JSON Schema that answers need. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  default?: string | number;
  pattern?: string;
}

/** A part of an answer; `T` is there for the compiler alone. */
export interface Part<T> {
  schema: Schema;
  made?: (value: T) => void;
}
export type Made<P> = P extends Part<infer T> ? T : never;

type Parts = Record<string, Part<never>>;
type Fields<Required extends Parts, Optional extends Parts> = { [K in keyof Required]: Made<Required[K]> } & {
  [K in keyof Optional]?: Made<Optional[K]> | undefined;
};

function part<T>(schema: Schema): Part<T> {
  return { schema };
}

export const text = (description: string) => part<string>({ type: "string", description });
export const count = (description: string) => part<number>({ type: "integer", minimum: 0, description });
export const boolean = (description: string) => part<boolean>({ type: "boolean", description });
/** A moment, or a length of time; its name ends in `_s`. */
export const seconds = (description: string) => part<number>({ type: "number", description });
export const numberOrNull = (description: string) => part<number | null>({ type: ["number", "null"], description });

export function words<const Word extends string>(all: readonly Word[], description: string): Part<Word> {
  return part<Word>({ type: "string", enum: all, description });
}

/** One after the other: a long list is made while it is sent. */
export function list<T>(of: Part<T>, description: string): Part<Iterable<T>> {
  return part<Iterable<T>>({ type: "array", items: of.schema, description });
}

/** Free keys, all of one kind. */
export function dictionary<T>(of: Part<T>, description: string): Part<Readonly<Record<string, T>>> {
  return part<Readonly<Record<string, T>>>({ type: "object", additionalProperties: of.schema, description });
}

/** Known keys: those that are always there, and those that are there when there is something to say. */
export function object<Required extends Parts, Optional extends Parts = Record<never, never>>(
  required: Required,
  optional?: Optional,
  description?: string,
): Part<Fields<Required, Optional>> {
  const schemas = Object.entries<Part<never>>({ ...required, ...optional }).map(([key, { schema }]) => [key, schema]);
  return part<Fields<Required, Optional>>({
    type: "object",
    properties: Object.fromEntries(schemas) as Record<string, Schema>,
    required: Object.keys(required),
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });
}

const known = new Map<string, Schema>();

/** An object with a name of its own in the documentation. */
export function named<T>(name: string, description: string, of: Part<T>): Part<T> {
  known.set(name, { ...of.schema, description });
  return part<T>({ $ref: `#/components/schemas/${name}` });
}

/** All objects with names, by these. */
export function namedSchemas(): ReadonlyMap<string, Schema> {
  return known;
}

/** The schema itself, where it is named elsewhere. */
export function resolved(schema: Schema): Schema {
  return (schema.$ref && known.get(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1))) || schema;
}
