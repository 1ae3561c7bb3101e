// Which page of a SQLite file belongs to which table or index: the pointer map tells of each page its parent
// (https://www.sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages), so no page above is needed for that. Our files have one,
// for they are made with auto_vacuum. Where it is damaged itself, the pages above tell.

import type { PageFile } from "./page-file.ts";

const ENTRY_BYTES = 5;
const ROOT = 1;
const LAST_KIND = 5;
const INNER = 5;
/** From a leaf to its root: a tree of depth 20 would be larger than any disk. */
const DEPTH_MAX = 20;
/** A page that SQLite leaves out, for its locks are there. */
const LOCKS_AT = 0x40000000;

/** A page whose parent nobody knows, and one that is in no tree: free, or the rest of a long row. */
const UNKNOWN = 0;
const OUTSIDE = -1;

/** The pages of each tree, by its root, in the order of the file. `roots` are those that there are in any case. */
export function pagesByRoot(file: PageFile, roots: Iterable<number>): Map<number, number[]> {
  const parents = parentsOf(file, roots);
  const trees = new Map<number, number[]>();
  for (let page = 1; page <= file.pages; page++) {
    const root = rootOf(page, parents);
    if (root === undefined) continue;
    const pages = trees.get(root);
    if (pages) pages.push(page);
    else trees.set(root, [page]);
  }
  return trees;
}

function rootOf(page: number, parents: Int32Array): number | undefined {
  let at = page;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const parent = parents[at] ?? UNKNOWN;
    if (parent === at) return at;
    if (parent <= 0) return undefined;
    at = parent;
  }
  return undefined;
}

/** Of each page the one above it; a root is its own. */
function parentsOf(file: PageFile, roots: Iterable<number>): Int32Array {
  const parents = new Int32Array(file.pages + 1);
  const perMap = Math.floor(file.pageBytes / ENTRY_BYTES);
  const locks = LOCKS_AT / file.pageBytes + 1;
  let isWhole = true;
  for (let map = 2; map <= file.pages; map += perMap + 1) {
    const at = map === locks ? map + 1 : map;
    parents[map] = OUTSIDE;
    parents[at] = OUTSIDE;
    const bytes = file.page(at);
    const view = bytes && new DataView(bytes.buffer, bytes.byteOffset);
    for (let i = 0; i < perMap && map + 1 + i <= file.pages; i++) {
      const page = map + 1 + i;
      if (page === at || page === locks) continue;
      const entry = view
        ? entryOf(page, view.getUint8(i * ENTRY_BYTES), view.getUint32(i * ENTRY_BYTES + 1), file.pages)
        : UNKNOWN;
      parents[page] = entry;
      if (entry === UNKNOWN) isWhole = false;
    }
  }
  for (const root of roots) if (root <= file.pages) parents[root] = root;
  if (!isWhole) fillIn(file, parents);
  return parents;
}

function entryOf(page: number, kind: number, parent: number, pages: number): number {
  if (kind === ROOT) return parent === 0 ? page : UNKNOWN;
  if (kind < ROOT || kind > LAST_KIND || parent > pages) return UNKNOWN;
  if (kind !== INNER) return OUTSIDE;
  return parent > 0 && parent !== page ? parent : UNKNOWN;
}

/** Asks the pages above for what the map does not tell. */
function fillIn(file: PageFile, parents: Int32Array): void {
  for (let page = 1; page <= file.pages; page++) {
    if (parents[page] === OUTSIDE) continue;
    const bytes = file.page(page);
    if (!bytes) continue;
    for (const child of childrenIn(bytes, page === 1 ? 100 : 0)) {
      if (child > 1 && child <= file.pages && child !== page && parents[child] === UNKNOWN) parents[child] = page;
    }
  }
}

/** The pages below an inner one of a tree. */
function childrenIn(bytes: Uint8Array, at: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = view.getUint8(at);
  if (kind !== 5 && kind !== 2) return [];
  const cells = view.getUint16(at + 3);
  if (at + 12 + 2 * cells > bytes.length) return [];
  const children = [view.getUint32(at + 8)];
  for (let i = 0; i < cells; i++) {
    const cell = view.getUint16(at + 12 + 2 * i);
    if (cell + 4 <= bytes.length) children.push(view.getUint32(cell));
  }
  return children;
}
