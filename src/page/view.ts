// What a page is: one declaration a file under views/, from a Sight to Html.

import type { Fleet } from "./fleet.ts";
import type { Html } from "./html.ts";
import type { Overview, PageSource } from "./model.ts";
import type { Guest, Viewer } from "./session/guest.ts";

/** One request, and who makes it. */
export interface Asked {
  /** What stands in the path where its pattern has `:name`; decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  request: Request;
  /** Its address. */
  url: URL;
  /** Absent where nobody can log in at all. */
  guest?: Guest;
  /** Came in by what the address itself allows, where reading needs a login: answers show that and nothing else. */
  outside?: true;
}

/** One request for one page, with all that every page needs. */
export interface Visit extends Asked {
  overview: Overview;
  fleet: Fleet;
}

/** What a page is made of: nothing of one request alone, for it may be made once for many who watch it. */
export interface Sight extends Pick<Visit, "params" | "query" | "url" | "overview" | "fleet"> {
  guest?: Viewer;
}

export interface View<Extra> {
  /** `/host/:tag`: words and `:parameters`, matched segment by segment. */
  path: string;
  /** Its label in the navigation; absent for pages that are reached by links. */
  nav?: string;
  /** What it is given of the query: with anything else there it is the same page. Absent: nothing. */
  query?: readonly string[];
  /** It shows what happened: values that change make it no other page. */
  ofEvents?: true;
  /** It has graphs, which their script brings to life. */
  graphs?: true;
  /** What it needs beside the overview. May throw NotFound, BadRequest and SourceUnavailable. */
  load(sight: Sight, source: PageSource): Promise<Extra> | Extra;
  /** Of its answer; absent: 200. */
  status?(extra: Extra): number;
  title(sight: Sight, extra: Extra): string;
  /** The content of <main>. Pure; may throw NotFound and BadRequest. */
  render(sight: Sight, extra: Extra): Html;
}

export interface Opened {
  title: string;
  main: Html;
  status: number;
}

/** A view with its Extra hidden, as the list of all views holds it. */
export interface AnyView {
  path: string;
  nav?: string;
  query: readonly string[];
  ofEvents?: true;
  /** It has graphs, which their script brings to life. */
  graphs?: true;
  open(sight: Sight, source: PageSource): Promise<Opened>;
  /** The same in two steps: waits for what is needed, and leaves the work for when it has its turn. */
  load(sight: Sight, source: PageSource): Promise<() => Opened>;
}

/** Declares a page that needs nothing but the overview. */
export function defineView(view: Omit<View<undefined>, "load">): AnyView {
  return defineViewOf<undefined>({ ...view, load: () => undefined });
}

/** Declares a page that asks for more, for instance history. */
export function defineViewOf<Extra>(view: View<Extra>): AnyView {
  const { path, nav, query = [], ofEvents, graphs } = view;
  const load = async (whole: Sight, source: PageSource) => {
    const sight = { ...whole, query: queryOf(whole.query, query) };
    const extra = await view.load(sight, source);
    return () => ({
      title: view.title(sight, extra),
      main: view.render(sight, extra),
      status: view.status?.(extra) ?? 200,
    });
  };
  return {
    path,
    query,
    ...(nav === undefined ? {} : { nav }),
    ...(ofEvents === undefined ? {} : { ofEvents }),
    ...(graphs === undefined ? {} : { graphs }),
    load,
    open: async (sight, source) => (await load(sight, source))(),
  };
}

/** What a query has of these keys, in their order; several values of one as they stand. */
export function queryOf(query: URLSearchParams, keys: readonly string[]): URLSearchParams {
  return new URLSearchParams(keys.flatMap((key) => query.getAll(key).map((value): [string, string] => [key, value])));
}

export interface Link {
  href: string;
  text: string;
}

/** There is no such page, host or item. */
export class NotFound extends Error {
  override name = "NotFound";
  /** What was probably meant. */
  readonly near: Link | undefined;
  /** Where to go on otherwise. */
  readonly onward: Link | undefined;
  constructor(message: string, { near, onward }: { near?: Link | undefined; onward?: Link } = {}) {
    super(message);
    this.near = near;
    this.onward = onward;
  }
}

/** The address cannot be understood; `message` says what would be right. */
export class BadRequest extends Error {
  override name = "BadRequest";
}
