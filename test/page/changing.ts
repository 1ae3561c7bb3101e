// A fleet that a test changes, and the pages that watch it.

import { judge } from "../../src/page/fleet.ts";
import type { Change, Overview, PageSource } from "../../src/page/model.ts";
import { type PageServer, servePages } from "../../src/page/serve.ts";
import { troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

/** The name of the state that follows one. */
const next = (seq = "a.0") => seq.replace(/\d+$/, (n) => `${Number(n) + 1}`);

/** A source whose overview a test changes. */
export class Changing {
  overview: Overview = { ...troubled(), seq: "a.1" };
  readonly listeners = new Set<(change: Change) => void>();
  readonly source: PageSource = {
    ...sourceOf(this.overview),
    fleet: () => Promise.resolve(judge(this.overview)),
    onChange: (listener) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    },
  };

  /** An item of a host has another value and level. */
  set(tag: string, item: string, level: string, value: number): void {
    const { overview } = this;
    const hosts = overview.hosts.map((view) => {
      const state = view.state[item];
      if (view.tag !== tag || !state) return view;
      return { ...view, state: { ...view.state, [item]: { ...state, level, value } } };
    });
    this.overview = { ...overview, hosts, seq: next(overview.seq) };
    this.tell(hosts.find((view) => view.tag === tag)?.host ?? "");
  }

  tell(host: string): void {
    for (const listener of this.listeners) listener({ hosts: new Set([host]), more: false });
  }
}

/** Serves a changing fleet. */
export function serve(): { changing: Changing; server: PageServer } {
  const changing = new Changing();
  const endpoint = { address: "127.0.0.1", port: 0 };
  return { changing, server: servePages({ endpoint, source: changing.source, log: () => {} }) };
}
