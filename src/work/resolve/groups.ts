// Groups of one kind: what a selector or a list of names comes to when groups are taken apart.

import { didYouMean } from "../../core/diagnostic.ts";
import type { Word } from "../../core/lexer.ts";
import { select } from "../../core/selector.ts";
import type { GroupDraft } from "../draft.ts";
import { type Complain, type Complaints, partOf } from "../statement.ts";

export interface GroupKind {
  /** For messages: "host", "item", "user". */
  what: string;
  drafts: readonly GroupDraft[];
  /** What a member may be, beside groups. */
  names: () => readonly string[];
  /** Names that may be declared where the text could not be read. */
  lost: ReadonlySet<string>;
  /** Where one of the names is declared. */
  whereIs?: (name: string) => string | undefined;
  /** What to write for a name that there is not; asked first. */
  hint?: (part: string) => string | undefined;
  /** What to write where nothing is near. */
  otherwise?: (part: string) => string;
  /** An unknown member is an error, where nobody would notice that it is missing. */
  strict?: true;
}

export class Groups {
  private readonly kind: GroupKind;
  private readonly complaints: Complaints;
  private readonly byName: ReadonlyMap<string, GroupDraft>;
  private readonly members = new Map<string, readonly string[]>();
  private readonly open: string[] = [];

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
    const known = this.members.get(name);
    if (known) return known;
    const draft = this.byName.get(name);
    if (!draft) return [];
    if (this.open.includes(name)) {
      const circle = [...this.open.slice(this.open.indexOf(name)), name].join(" > ");
      this.complaints.error(draft.name, `the group ${name} is in itself (${circle})`, "take one of them out");
      return [];
    }
    this.open.push(name);
    const say = this.kind.strict ? this.complaints.error : this.complaints.warn;
    const found = new Set(draft.members.flatMap((member) => [...this.select(member, say)]));
    this.open.pop();
    this.members.set(name, [...found]);
    return [...found];
  }

  /** What a selector selects. For a part that selects nothing `say` is called; without it, nothing is said. */
  select(selector: Word, say?: Complain): Set<string> {
    const { names: all } = this.kind;
    const groups = { get: (part: string) => (this.byName.has(part) ? this.of(part) : undefined) };
    const { names, unmatched } = select(selector.text, all(), groups);
    for (const { part, offset } of unmatched) {
      if (this.byName.has(part)) continue; // an empty group: said where it is declared
      if (!say || this.kind.lost.has(part)) continue;
      const what = part === "" ? "an empty name in a list" : `no ${this.kind.what} is called "${part}"`;
      say(partOf(selector, part, offset), what, this.hint(part));
    }
    return names;
  }

  private hint(part: string): string | undefined {
    const { hint, otherwise, names } = this.kind;
    if (part === "") return "leave the comma out";
    if (/^(all|any|every|everything)$/i.test(part)) return "write * for all";
    const known = [...names(), ...this.byName.keys()].filter((name) => !this.open.includes(name));
    return hint?.(part) ?? didYouMean(part, known) ?? otherwise?.(part);
  }

  /** The groups that a selector names. */
  named(selector: Word): string[] {
    return selector.text
      .split(",")
      .map((part) => part.replace(/^!/, ""))
      .filter((part) => this.byName.has(part));
  }
}
