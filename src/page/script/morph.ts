// Makes the page what a new text says, and leaves alone all that is so already: what is selected, focused, open or typed stays.

/** Script's own part of the page: never touched. */
const KEPT = "data-keep";

/** Makes `old` and all below it as `made`, whose nodes may be taken. */
export function morph(old: Element, made: Element): void {
  if (old.hasAttribute(KEPT)) return;
  morphAttributes(old, made);
  morphChildren(old, made);
}

/** What people did to an element is not undone by what the server says of it. */
const THEIRS: Readonly<Record<string, readonly string[]>> = {
  DETAILS: ["open"],
  DIALOG: ["open"],
  OPTION: ["selected"],
  INPUT: ["value", "checked"],
};

function morphAttributes(old: Element, made: Element): void {
  const theirs = THEIRS[old.tagName] ?? [];
  for (const { name, value } of made.attributes) {
    if (!theirs.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of Array.from(old.attributes)) {
    if (!made.hasAttribute(name) && !theirs.includes(name)) old.removeAttribute(name);
  }
}

function morphChildren(old: Node, made: Node): void {
  const byKey = new Map<string, Element>();
  for (const child of old.childNodes) {
    const key = keyOf(child);
    if (key !== undefined) byKey.set(key, child as Element);
  }
  let at: ChildNode | null = old.firstChild;
  for (const wanted of Array.from(made.childNodes)) {
    const key = keyOf(wanted);
    const same = key === undefined ? likeness(at, wanted) : byKey.get(key);
    if (!same) {
      old.insertBefore(wanted, at);
      continue;
    }
    if (same === at) at = at.nextSibling;
    else old.insertBefore(same, at); // moved, with all that is in it
    morphNode(same, wanted);
  }
  while (at) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** What stands here, if it can become the wanted node: of the same kind, and no other thing's. */
function likeness(at: ChildNode | null, wanted: Node): ChildNode | undefined {
  return at && at.nodeType === wanted.nodeType && at.nodeName === wanted.nodeName && keyOf(at) === undefined
    ? at
    : undefined;
}

function morphNode(old: Node, made: Node): void {
  if (old instanceof Element && made instanceof Element) morph(old, made);
  else if (old.nodeValue !== made.nodeValue) old.nodeValue = made.nodeValue;
}

/** By what an element is known again wherever it stands. */
function keyOf(node: Node): string | undefined {
  if (!(node instanceof Element)) return undefined;
  return node.id || node.getAttribute("data-key") || undefined;
}
