// Groups of one kind: what a selector or a list of names comes to when groups are taken apart.

import { didYouMean, sameButCase } from "../../core/diagnostic.ts";
import type { Word } from "../../core/lexer.ts";
import { select } from "../../core/selector.ts";
import type { GroupDraft } from "../draft.ts";
import { type Complain, type Complaints, partOf } from "../statement.ts";
import { bracesHint, familyHint, selectorHint } from "./selector-hints.ts";

export interface GroupKind {
  /** For messages: "host", "item", "user". */
  what: string;
  drafts: readonly GroupDraft[];
  /** What a member may be, beside groups. */
  names: () => readonly string[];
  /** Whether a part may select what is not known here; then nothing is said of it. */
  isOpen?: (part: string) => boolean;
  /** Whether that is one of them. */
  has: (name: string) => boolean;
  /** Names that may be declared where the text could not be read. */
  lost: ReadonlySet<string>;
  /** Where one of the names is declared. */
  whereIs?: (name: string) => string | undefined;
  /** What to write for a name that there is not; asked first. */
  hint?: (part: string) => string | undefined;
  /** What to write where nothing is near. */
  otherwise?: (part: string) => string | undefined;
  /** An unknown member is an error, where nobody would notice that it is missing. */
  strict?: true;
  /** What else is said of a part that selects nothing than that nothing is called so, and what would be right. */
  unmatched?: (part: string) => { message: string; hint: string } | undefined;
}

export class Groups {
  private readonly kind: GroupKind;
  private readonly complaints: Complaints;
  private readonly byName: ReadonlyMap<string, GroupDraft>;
  private readonly members = new Map<string, readonly string[]>();
  /** Groups that are being taken apart, each with the groups in it that are still to come. */
  private readonly open = new Map<string, Iterator<string>>();

  constructor(kind: GroupKind, complaints: Complaints) {
    this.kind = kind;
    this.complaints = complaints;
    this.byName = new Map(kind.drafts.map((draft) => [draft.name.text, draft]));
  }

  /** Says what is wrong with the groups: names that are taken, circles, members that there are not. */
  check(): void {
    const names = new Set(this.kind.names());
    const { what, whereIs } = this.kind;
    for (const { name } of this.kind.drafts) {
      if (names.has(name.text)) {
        const where = whereIs?.(name.text);
        const hint = `choose another name${where ? `; the ${what} is in ${where}` : ""}`;
        this.complaints.error(name, `${name.text} is a ${what}`, hint);
      }
      this.of(name.text);
    }
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  /** The members of a group, groups in it taken apart. */
  of(name: string): readonly string[] {
    if (!this.members.has(name) && !this.open.has(name)) this.takeApart(name);
    return this.members.get(name) ?? [];
  }

  // Each group once, the inner ones first; by a list and not by calls, for a chain of thousands is deeper than the stack.
  private takeApart(name: string): void {
    const path = [name];
    for (let current: string | undefined = name; current !== undefined; current = path.at(-1)) {
      const rest = this.open.get(current) ?? this.groupsIn(current);
      this.open.set(current, rest);
      const { value: inner, done } = rest.next();
      if (done) {
        path.pop();
        this.members.set(current, this.membersOf(current));
        this.open.delete(current);
      } else if (this.open.has(inner)) this.sayCircle(inner, path);
      else if (!this.members.has(inner)) path.push(inner);
    }
  }

  private groupsIn(name: string): Iterator<string> {
    return (this.byName.get(name)?.members ?? []).flatMap((member) => this.named(member)).values();
  }

  private membersOf(name: string): string[] {
    const say = this.kind.strict ? this.complaints.error : this.complaints.warn;
    const members = this.byName.get(name)?.members ?? [];
    return [...new Set(members.flatMap((member) => [...this.select(member, say, this.complaints.warn)]))];
  }

  private sayCircle(name: string, path: readonly string[]): void {
    const at = this.byName.get(name)?.name;
    const circle = [...path.slice(path.indexOf(name)), name].join(" > ");
    if (at) this.complaints.error(at, `the group ${name} is in itself (${circle})`, "take one of them out");
  }

  /**
   * What a selector selects. For a part that selects nothing `say` is called, `sayEmpty` when the parts are all known and
   * nothing is left of them; without these nothing is said.
   */
  select(selector: Word, say?: Complain, sayEmpty?: Complain): Set<string> {
    const { names: all, what } = this.kind;
    // Most are one name: no list of 10,000 hosts has to be made for each of them.
    if (this.kind.has(selector.text) && !this.byName.has(selector.text)) return new Set([selector.text]);
    const groups = { get: (part: string) => (this.byName.has(part) ? this.of(part) : undefined) };
    const { names, unmatched } = select(selector.text, all(), groups);
    const braces = bracesHint(selector.text);
    if (braces !== undefined) say?.(selector, "braces in a list", braces);
    for (const { part, offset } of unmatched) {
      if (braces !== undefined) break;
      if (this.byName.has(part)) continue; // an empty group: said where it is declared
      if (this.kind.lost.has(part)) continue;
      if (this.kind.isOpen?.(part)) continue;
      const { message, hint } = this.unmatched(part, selector.text[offset - 1] === "!");
      say?.(partOf(selector, part, offset), message, hint);
    }
    if (names.size === 0 && unmatched.length === 0)
      sayEmpty?.(selector, `"${selector.text}" selects no ${what}`, "it takes away all that it names");
    return names;
  }

  private unmatched(part: string, excluded: boolean): { message: string; hint?: string | undefined } {
    if (part === "") return { message: "an empty name in a list", hint: "leave the comma out" };
    const message = `no ${this.kind.what} is called "${part}"`;
    return this.kind.unmatched?.(part) ?? { message, hint: this.hint(part, excluded) };
  }

  private hint(part: string, excluded: boolean): string | undefined {
    const { hint, otherwise, names } = this.kind;
    if (/^(all|any|every|everything)$/i.test(part)) return "write * for all";
    const known = [...names(), ...this.names()].filter((name) => !this.open.has(name));
    const same = sameButCase(part, known);
    return (
      (same && `did you mean "${same}"?`) ??
      hint?.(part) ??
      selectorHint(part, known, excluded) ??
      familyHint(part, names()) ??
      didYouMean(part, known) ??
      otherwise?.(part)
    );
  }

  /** The groups that a selector names. */
  named(selector: Word): string[] {
    return selector.text
      .split(",")
      .map((part) => part.replace(/^!/, ""))
      .filter((part) => this.byName.has(part));
  }
}
