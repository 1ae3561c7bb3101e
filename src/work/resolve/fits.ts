// The fitness functions of a work.conf: which one grades which item of which host, and its rules.

import type { Place } from "../../core/diagnostic.ts";
import { DEFAULT_LEVELS, type Level, levelHint, type Rule } from "../../core/fitness.ts";
import { ANY_UNIT } from "../../core/units.ts";
import type { Draft, FitDraft, FitRuleDraft } from "../draft.ts";
import { makeRule, parseDefaultFit } from "../rules.ts";
import { type Complain, type Complaints, shortPlace } from "../statement.ts";
import { doubt, type Made } from "./doubts.ts";
import { type ByDefault, doubtDefaults, doubtLabels, missingLevels } from "./doubts-levels.ts";
import { doubtUnits } from "./doubts-units.ts";
import type { Hosts } from "./hosts.ts";
import { type Item, isShare } from "./item.ts";
import type { Items } from "./items.ts";
import { Scopes } from "./scopes.ts";

export class Fits {
  readonly levels: readonly Level[];
  private readonly draft: Draft;
  private readonly complaints: Complaints;
  private readonly scopes: Scopes<FitDraft>;
  private readonly made = new Map<string, Made[]>();
  private readonly wrong = new Set<Place>();
  private readonly doubted = new Set<Place>();

  constructor(draft: Draft, complaints: Complaints) {
    this.draft = draft;
    this.complaints = complaints;
    this.scopes = new Scopes("fit", complaints);
    this.levels =
      draft.levels.length > 0
        ? draft.levels.map(({ name, label }) => ({ name, label: label?.text ?? name }))
        : DEFAULT_LEVELS;
  }

  /** Says what is wrong with the levels as a whole. */
  checkLevels(): void {
    const { levels, lost } = this.draft;
    const [first] = levels;
    if (first && levels.length < 2 && lost.size === 0)
      this.complaints.error(first.word, "a single level grades nothing", "declare at least two, best first");
    doubtLabels(levels, this.complaints.warn);
  }

  /** Finds out which fits select which items, and says what is wrong with them. `got`: the items of each host. */
  resolve(hosts: Hosts, items: Items, got: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const fit of this.draft.fits) {
      const selected = this.scopes.add(fit, hosts, items);
      this.checkRules(fit.rules);
      // A number that is none of its unit is told also where nobody gets the item yet.
      const meant = [...[...selected].flatMap((name) => items.get(name) ?? []), ...items.namedOnly(fit.items)];
      const units = new Set(meant.map(({ unit }) => unit));
      const shares = new Map<string, boolean>(); // by unit: whether all items of it end at 100
      for (const item of meant) {
        this.rules(fit, { ...item, units }); // for its errors, also where a later fit wins
        shares.set(item.unit, (shares.get(item.unit) ?? true) && isShare(item));
      }
      if (items.mayFind(fit.items.text).length > 0) shares.set(ANY_UNIT, false);
      doubtUnits(fit, meant, (...said) => this.doubt(...said)); // what seems wrong with such a number follows from it
      for (const [unit, share] of shares) doubt(this.rules(fit, { unit }), share, (...said) => this.doubt(...said));
    }
    this.scopes.doubt(got);
    if (missingLevels(this.draft.levels).length > 0)
      doubtDefaults(this.draft.levels, this.byDefault(items, got), this.complaints.warn);
  }

  private doubt(...[at, message, hint]: Parameters<Complain>): void {
    if (!this.doubted.has(at.place)) this.complaints.warn(at, message, hint);
    this.doubted.add(at.place);
  }

  private checkRules(rules: readonly FitRuleDraft[]): void {
    const { error } = this.complaints;
    const names = this.levels.map(({ name }) => name);
    for (const { level } of rules) {
      const index = names.indexOf(level.text);
      if (index < 0 && !this.draft.lost.has(level.text))
        error(level, `unknown level "${level.text}"`, levelHint(level.text, this.levels, ["for", "until"]));
      if (index === 0)
        error(level, `"${level.text}" is the best level`, "it is what remains when no rule holds; grade the others");
    }
  }

  /** The fit that grades an item of a host: the last that selects both; undefined where the default does. */
  fitOf(item: string, tag: string): FitDraft | undefined {
    return this.scopes.of(item, tag);
  }

  /** All fits that select an item of a host, first to last. */
  fitsOf(item: string, tag: string): FitDraft[] {
    return this.scopes.all(item, tag);
  }

  /** The rules for what an item of a host finds, whose units are not known yet. */
  foundFits(item: string, tag: string, items: Items): { fit: FitDraft; items: string }[] {
    return this.scopes.found(item, tag, items).map((each) => ({ fit: each.scope, items: each.items }));
  }

  /** The rules of a fit for what is found. */
  foundRules(fit: FitDraft): Rule[] {
    return this.rules(fit, { unit: ANY_UNIT }).map(({ rule }) => rule);
  }

  /** The rules of an item under a fit, or under its probe's default. */
  rulesOf(item: Item, fit: FitDraft | undefined): Rule[] {
    return fit ? this.rules(fit, item).map(({ rule }) => rule) : this.defaultRules(item);
  }

  /** The rules of a fit for items of a unit. What is wrong with a word is said for the first unit only. */
  private rules(fit: FitDraft, { unit, name, units }: Graded): Made[] {
    const key = `${this.draft.fits.indexOf(fit)} ${unit}`;
    const known = this.made.get(key);
    if (known) return known;
    const complain: Complain = (at, message, hint) => {
      const several = units && units.size > 1 && hint?.startsWith("use a");
      const all = several ? `write a fit for each unit: these items are in ${unitList(units)}` : hint;
      if (!this.wrong.has(at.place)) this.complaints.error(at, message, all);
      this.wrong.add(at.place);
    };
    const made = fit.rules.flatMap((draft) => {
      const rule = makeRule(draft, unit, this.levels, shortPlace(draft.level), complain, name);
      return rule ? [{ draft, rule }] : [];
    });
    this.made.set(key, made);
    return made;
  }

  private defaultRules({ probe, value, unit, draft }: Item, levels = this.levels): Rule[] {
    const declared = probe.values[value];
    if (!declared?.fit || (draft?.unit !== undefined && draft.unit !== declared.unit)) return [];
    return parseDefaultFit(declared.fit, unit, levels, declared.graded);
  }

  /** The items that no fit grades on some host that gets them, with the levels of their default fitness. */
  private byDefault(items: Items, got: ReadonlyMap<string, ReadonlySet<string>>): ByDefault[] {
    const isGraded = (name: string) =>
      this.scopes.isForAll(name) || [...got].every(([tag, names]) => !names.has(name) || this.fitOf(name, tag));
    return items.names().flatMap((name) => {
      const item = items.get(name);
      if (!item || item.probe.values[item.value]?.graded || isGraded(name)) return [];
      const rules = this.defaultRules(item, DEFAULT_LEVELS);
      return rules.length > 0
        ? [{ item: name, levels: rules.map(({ level }) => DEFAULT_LEVELS[level]?.name ?? "") }]
        : [];
    });
  }
}

/** What a fit grades, and the units of all that it does. */
interface Graded {
  unit: string;
  name?: string;
  units?: ReadonlySet<string>;
}

function unitList(units: ReadonlySet<string>): string {
  return [...units].map((unit) => unit || "plain numbers").join(", ");
}
