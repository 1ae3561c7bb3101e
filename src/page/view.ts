// What a page is: one declaration a file under views/, from a Visit to Html.

import type { Fleet } from "./fleet.ts";
import type { Html } from "./html.ts";
import type { Overview, PageSource } from "./model.ts";
import type { Guest } from "./session/guest.ts";

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

export interface View<Extra> {
  /** `/host/:tag`: words and `:parameters`, matched segment by segment. */
  path: string;
  /** Its label in the navigation; absent for pages that are reached by links. */
  nav?: string;
  /** It shows what happened: values that change make it no other page. */
  ofEvents?: true;
  /** It has graphs, which their script brings to life. */
  graphs?: true;
  /** What it needs beside the overview. May throw NotFound, BadRequest and SourceUnavailable. */
  load(visit: Visit, source: PageSource): Promise<Extra> | Extra;
  /** Of its answer; absent: 200. */
  status?(extra: Extra): number;
  title(visit: Visit, extra: Extra): string;
  /** The content of <main>. Pure. */
  render(visit: Visit, extra: Extra): Html;
}

/** A view with its Extra hidden, as the list of all views holds it. */
export interface AnyView {
  path: string;
  nav?: string;
  ofEvents?: true;
  /** It has graphs, which their script brings to life. */
  graphs?: true;
  open(visit: Visit, source: PageSource): Promise<{ title: string; main: Html; status: number }>;
}

/** Declares a page that needs nothing but the overview. */
export function defineView(view: Omit<View<undefined>, "load">): AnyView {
  return defineViewOf<undefined>({ ...view, load: () => undefined });
}

/** Declares a page that asks for more, for instance history. */
export function defineViewOf<Extra>(view: View<Extra>): AnyView {
  const { path, nav, ofEvents, graphs } = view;
  return {
    path,
    ...(nav === undefined ? {} : { nav }),
    ...(ofEvents === undefined ? {} : { ofEvents }),
    ...(graphs === undefined ? {} : { graphs }),
    async open(visit, source) {
      const extra = await view.load(visit, source);
      return { title: view.title(visit, extra), main: view.render(visit, extra), status: view.status?.(extra) ?? 200 };
    },
  };
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
