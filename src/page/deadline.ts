// A page is given up after a time, with all that was asked for it.

import { PAGE_MS_MAX } from "../core/limits.ts";
import { type PageSource, SourceUnavailable } from "./model.ts";

/** Throws SourceUnavailable when the work takes longer, and tells it by the signal. */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  answer_ms_max = PAGE_MS_MAX,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abandon = new AbortController();
  const timer = setTimeout(() => {
    reject(new SourceUnavailable(`There was no answer for ${answer_ms_max / 1000} s`));
    abandon.abort();
  }, answer_ms_max);
  try {
    return await Promise.race([late, work(abandon.signal)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives up what is asked of the source when the page is given up; never what a person does. */
export function abandonedAt(signal: AbortSignal, source: PageSource): PageSource {
  const { drawPng } = source;
  return {
    fleet: () => source.fleet(),
    eventsOf: (host, item) => source.eventsOf(host, item),
    events: (asked) => source.events(asked, signal),
    eventLog: (asked) => source.eventLog(asked, signal),
    history: (host, item, past, points, own) => source.history(host, item, past, points, either(signal, own)),
    histories: (host, items, past, points, own) => source.histories(host, items, past, points, either(signal, own)),
    rules: (host, own) => source.rules(host, either(signal, own)),
    ...(drawPng ? { drawPng: (svg, density, own) => drawPng(svg, density, either(signal, own)) } : {}),
    ticket: (text) => source.ticket(text, signal),
    use: (wish) => source.use(wish),
    act: (deed) => source.act(deed),
    person: (user) => source.person(user, signal),
    sendTest: (user) => source.sendTest(user),
  };
}

function either(signal: AbortSignal, own: AbortSignal | undefined): AbortSignal {
  return own ? AbortSignal.any([signal, own]) : signal;
}
