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
  const wantedNodes = Array.from(made.childNodes);
  const keys = new Set(wantedNodes.map(keyOf));
  // What leaves goes first: nothing that stays is moved to where it was, for a node that moves loses focus and selection.
  for (const [key, child] of byKey) if (!keys.has(key)) child.remove();
  let at: ChildNode | null = old.firstChild;
  for (const wanted of wantedNodes) {
    const key = keyOf(wanted);
    const isFewer = wantedNodes.length < old.childNodes.length;
    const same = key === undefined ? likeness(at, wanted, isFewer) : byKey.get(key);
    // What has left, and the space that stood behind a line that did.
    while (at && at !== same && (key === undefined ? same : at instanceof Text)) at = without(at);
    if (!same) {
      old.insertBefore(wanted, at);
      continue;
    }
    if (same !== at && isHeld(same)) {
      // Others move out of its way.
      const after = same.nextSibling;
      while (at && at !== same) {
        const next: ChildNode | null = at.nextSibling;
        move(old, at, after);
        at = next;
      }
    }
    if (same === at) at = same.nextSibling;
    else move(old, same, at);
    morphNode(same, wanted);
  }
  while (at) at = without(at);
}

/** Removes a node; returns the one that stood behind it. */
function without(node: ChildNode): ChildNode | null {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Moves with all that is in it; what is open, scrolled or in focus there stays so where the browser can do that. */
function move(parent: Node & Partial<Moving>, node: Node, before: Node | null): void {
  if (parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

/** Of newer browsers. */
interface Moving {
  moveBefore(node: Node, before: Node | null): void;
}

/** Whether the focus or what is selected is in it. */
function isHeld(node: Node): boolean {
  const { anchorNode, focusNode } = getSelection() ?? {};
  return [document.activeElement, anchorNode, focusNode].some((held) => held && node.contains(held));
}

/** What stands here, or behind what has left, if it can become the wanted node: of the same kind, and no other thing's. */
function likeness(at: ChildNode | null, wanted: Node, isFewer: boolean): ChildNode | undefined {
  let node = at;
  while (node && keyOf(node) === undefined) {
    if (node.nodeName === wanted.nodeName) return node;
    node = isFewer && wanted instanceof Element ? node.nextSibling : null;
  }
  return undefined;
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
