// The form by which events are chosen: it works without script, and keeps what was typed, also where that is wrong.

import { compareText } from "../core/text.ts";
import { type EventFilter, eventsUrl, type Field, isFiltered, type Switch, WHEN_FORM } from "./event-filter.ts";
import type { Fleet } from "./fleet.ts";
import { type Html, html, raw } from "./html.ts";

/** More hosts are typed, with what is near, and not looked for in a list. */
const HOSTS_LISTED_MAX = 50;
const NAMES_PROPOSED_MAX = 500;

/** What the narrow fields take, for who points at them. */
const FORMS: Readonly<Partial<Record<Field, string>>> = {
  host: "names, groups and patterns: web*,!web3",
  item: "names, groups and patterns: root_* !root_avail",
  ival: WHEN_FORM,
};

export function eventForm(fleet: Fleet, filter: EventFilter): Html {
  return html`<form class="filter by-field" action="events" method="get" role="search" aria-label="Choose events">
${hostField(fleet, filter)}
${groupField(fleet, filter)}
${typedField(filter, "item", "Item", "all, or root_*", itemNames(fleet))}
${levelField(fleet, filter)}
${typedField(filter, "ival", "When", "any time, or 3h, yesterday")}
${typedField(filter, "text", "Text", "in words or rule")}
<span class="switches">${box(filter, "recoveries", "and recoveries")} ${box(filter, "flapping", "only flapping")}</span>
<span class="go"><button>Show</button>${isFiltered(filter) ? html` <a href="events">show all</a>` : null}</span>
</form>`;
}

function hostField(fleet: Fleet, filter: EventFilter): Html {
  const typed = filter.typed.host;
  const tags = fleet.hosts.map(({ view }) => view.tag).sort(compareText);
  const tag = fleet.find(typed)?.view.tag;
  // A selector, or a name that is wrong, is no choice of a list.
  const isListed = tags.length > 0 && tags.length <= HOSTS_LISTED_MAX && (typed === "" || tag !== undefined);
  return isListed
    ? choice(filter, "host", "Host", [["", "all"], ...tags.map((name): Choice => [name, name])], tag ?? "")
    : typedField(filter, "host", "Host", "all, or web*", tags);
}

function groupField(fleet: Fleet, filter: EventFilter): Html | null {
  const typed = filter.typed.group;
  const names = Object.keys(fleet.overview.groups.hosts).sort(compareText);
  if (names.length === 0 && typed === "") return null;
  const all = names.includes(typed) || typed === "" ? names : [typed, ...names];
  return choice(filter, "group", "Group", [["", "all"], ...all.map((name): Choice => [name, name])], typed);
}

function levelField({ scale }: Fleet, filter: EventFilter): Html {
  const typed = filter.typed.level;
  const bad = scale.levels.slice(1).toReversed();
  const label = (name: string) => scale.label(name);
  const choices: Choice[] = [
    ["", "any"],
    ...bad.slice(1).map(({ name }): Choice => [`>=${name}`, `${label(name)} or worse`]),
    ...[...bad, ...scale.levels.slice(0, 1)].map(({ name }): Choice => [name, `only ${label(name)}`]),
  ];
  if (!choices.some(([value]) => value === typed)) choices.push([typed, typed]);
  return choice(filter, "level", "Level", choices, typed);
}

type Choice = [value: string, label: string];

function choice(filter: EventFilter, field: Field, label: string, choices: readonly Choice[], chosen: string): Html {
  const options = choices.map(
    ([value, name]) => html`<option value="${value}"${value === chosen ? raw(" selected") : null}>${name}</option>`,
  );
  return html`<label class="f-${field}">${label} <select name="${field}"${faultMark(filter, field)}>${options}</select>${faultText(filter, field)}</label>`;
}

function typedField(
  filter: EventFilter,
  field: Field,
  label: string,
  empty: string,
  names: readonly string[] = [],
): Html {
  const proposed = names.slice(0, NAMES_PROPOSED_MAX);
  const list = proposed.length > 0 ? html` list="${field}-names"` : null;
  const form = FORMS[field];
  const title = form === undefined ? null : html` title="${form}"`;
  return html`<label class="f-${field}">${label} <input name="${field}" value="${filter.typed[field]}" placeholder="${empty}"${list}${title} autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="200"${faultMark(filter, field)}>${faultText(filter, field)}</label>${
    proposed.length > 0
      ? html`<datalist id="${field}-names">${proposed.map((name) => html`<option value="${name}">`)}</datalist>`
      : null
  }`;
}

function box({ on }: EventFilter, name: Switch, label: string): Html {
  return html`<label><input type="checkbox" name="${name}" value="1"${on[name] ? raw(" checked") : null}> ${label}</label>`;
}

function faultMark({ fault }: EventFilter, field: Field): Html | null {
  return fault?.field === field ? html` aria-invalid="true" aria-describedby="fault"` : null;
}

function faultText({ fault }: EventFilter, field: Field): Html | null {
  return fault?.field === field ? html`<span class="fault" id="fault">${fault.message}</span>` : null;
}

/** What the groups and hosts call their items. */
function itemNames({ hosts, overview }: Fleet): string[] {
  const names = new Set<string>();
  for (const { view } of hosts) for (const name of Object.keys(view.state)) names.add(name);
  return [...Object.keys(overview.groups.items).sort(compareText), ...[...names].sort(compareText)];
}

/** Links that leave out one filter each, for who found nothing. */
export function widening(filter: EventFilter): Html[] {
  const names: Record<Field | Switch, string> = {
    host: "of all hosts",
    group: "of all groups",
    item: "of all items",
    level: "of all levels",
    ival: "of any time",
    text: "whatever they say",
    recoveries: "",
    flapping: "of all kinds",
  };
  const set = (Object.keys(filter.typed) as Field[]).filter((field) => filter.typed[field] !== "");
  const all: (Field | Switch)[] = filter.on.flapping ? [...set, "flapping"] : set;
  return all.map((field) => html`<a href="${eventsUrl(filter, { without: field })}">${names[field]}</a>`);
}
