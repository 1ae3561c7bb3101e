// The fitness functions of a work.conf: which one grades which item of which host, and its rules.

import { didYouMean, type Place } from "../../core/diagnostic.ts";
import { DEFAULT_LEVELS, type Level, type Rule } from "../../core/fitness.ts";
import type { Draft, FitDraft, FitRuleDraft } from "../draft.ts";
import { makeRule, parseDefaultFit } from "../rules.ts";
import { type Complain, type Complaints, shortPlace } from "../statement.ts";
import type { Hosts } from "./hosts.ts";
import type { Item, Items } from "./items.ts";

export class Fits {
  readonly levels: readonly Level[];
  private readonly draft: Draft;
  private readonly complaints: Complaints;
  /** For each item the fits that select it, first to last, each with the tags of its hosts (undefined: all). */
  private readonly byItem = new Map<string, { fit: FitDraft; tags?: Set<string> }[]>();
  private readonly made = new Map<string, Rule[]>();
  private readonly wrong = new Set<Place>();

  constructor(draft: Draft, complaints: Complaints) {
    this.draft = draft;
    this.complaints = complaints;
    this.levels = draft.levels.length > 0 ? draft.levels.map(({ name, label }) => ({ name, label })) : DEFAULT_LEVELS;
  }

  /** Says what is wrong with the levels as a whole. */
  checkLevels(): void {
    const [first] = this.draft.levels;
    if (first && this.draft.levels.length < 2)
      this.complaints.error(first.word, "a single level grades nothing", "declare at least two, best first");
  }

  /** Finds out which fits select which items, and says what is wrong with them. */
  resolve(hosts: Hosts, items: Items): void {
    for (const fit of this.draft.fits) {
      const selected = items.groups.select(fit.items, ({ place }, message, hint) =>
        this.complaints.warn(
          { place },
          `${message.replace(/^no item is called/, "no host gets an item")}, so this fit is for nothing`,
          hint,
        ),
      );
      const tags = fit.hosts ? new Set(hosts.called(fit.hosts).map((host) => host.tag.text)) : undefined;
      this.checkRules(fit.rules);
      for (const name of selected) {
        const list = this.byItem.get(name) ?? [];
        list.push({ fit, ...(tags ? { tags } : {}) });
        this.byItem.set(name, list);
        this.rules(fit, items.get(name)?.unit ?? ""); // for its errors, also where a later fit wins
      }
    }
  }

  private checkRules(rules: readonly FitRuleDraft[]): void {
    const { error } = this.complaints;
    const names = this.levels.map(({ name }) => name);
    for (const { level } of rules) {
      const index = names.indexOf(level.text);
      const hint = didYouMean(level.text, names) ?? `levels are ${names.join(", ")}`;
      if (index < 0) error(level, `unknown level "${level.text}"`, hint);
      if (index === 0)
        error(level, `"${level.text}" is the best level`, "it is what remains when no rule holds; grade the others");
    }
  }

  /** The fit that grades an item of a host: the last that selects both; undefined where the default does. */
  fitOf(item: string, tag: string): FitDraft | undefined {
    return this.byItem.get(item)?.findLast(({ tags }) => !tags || tags.has(tag))?.fit;
  }

  /** The rules of an item under a fit, or under its probe's default. */
  rulesOf(item: Item, fit: FitDraft | undefined): Rule[] {
    return fit ? this.rules(fit, item.unit) : this.defaultRules(item);
  }

  /** The rules of a fit for items of a unit. What is wrong with a word is said for the first unit only. */
  private rules(fit: FitDraft, unit: string): Rule[] {
    const key = `${this.draft.fits.indexOf(fit)} ${unit}`;
    const known = this.made.get(key);
    if (known) return known;
    const complain: Complain = (at, message, hint) => {
      if (!this.wrong.has(at.place)) this.complaints.error(at, message, hint);
      this.wrong.add(at.place);
    };
    const made = fit.rules.flatMap(
      (draft) => makeRule(draft, unit, this.levels, shortPlace(draft.level), complain) ?? [],
    );
    this.made.set(key, made);
    return made;
  }

  private defaultRules({ probe, value, unit, draft }: Item): Rule[] {
    const declared = probe.values[value];
    if (!declared?.fit || (draft?.unit !== undefined && draft.unit !== declared.unit)) return [];
    return parseDefaultFit(declared.fit, unit, this.levels);
  }
}
