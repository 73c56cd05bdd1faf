// Which entries there are, in memory: by key, by function and URL, by project, and in the order of their last use.
//
// When there is no room, the project that has most gives first, and of its entries the one used least recently. So a
// project that stores without end pushes out its own, and one that has little keeps it.

import { bytesOf, type Entry } from './entry.ts';

interface Project {
  bytes: number;
  /** In the order of use, the least recent first. */
  readonly byUse: Map<number, Entry>;
}

export class Entries {
  readonly #byKey = new Map<string, Entry[]>();
  /** Of each function, by URL: a write forgets what is stored of its own, and costs no more however much else there is. */
  readonly #byFunction = new Map<string, Map<string, Set<Entry>>>();
  readonly #projects = new Map<string, Project>();
  bytes = 0;
  count = 0;

  /** All of one key, the newest last. */
  ofKey(key: string): readonly Entry[] {
    return this.#byKey.get(key) ?? [];
  }

  *ofFunction(id: string): Iterable<Entry> {
    for (const own of this.#byFunction.get(id)?.values() ?? []) yield* own;
  }

  *ofUrls(id: string, urls: readonly string[]): Iterable<Entry> {
    const byUrl = this.#byFunction.get(id);
    for (const url of new Set(urls)) yield* byUrl?.get(url) ?? [];
  }

  *all(): Iterable<Entry> {
    for (const project of this.#projects.values()) yield* project.byUse.values();
  }

  has(entry: Entry): boolean {
    return this.#projects.get(entry.project)?.byUse.get(entry.id) === entry;
  }

  add(entry: Entry): void {
    const variants = this.#byKey.get(entry.key);
    if (variants) variants.push(entry);
    else this.#byKey.set(entry.key, [entry]);
    const byUrl = this.#byFunction.get(entry.function) ?? new Map<string, Set<Entry>>();
    this.#byFunction.set(entry.function, byUrl);
    byUrl.set(entry.url, (byUrl.get(entry.url) ?? new Set()).add(entry));
    const project = this.#projects.get(entry.project) ?? { bytes: 0, byUse: new Map() };
    this.#projects.set(entry.project, project);
    project.byUse.set(entry.id, entry);
    project.bytes += bytesOf(entry);
    this.bytes += bytesOf(entry);
    this.count += 1;
  }

  remove(entry: Entry): boolean {
    const project = this.#projects.get(entry.project);
    if (!project?.byUse.delete(entry.id)) return false;
    project.bytes -= bytesOf(entry);
    if (project.byUse.size === 0) this.#projects.delete(entry.project);
    this.bytes -= bytesOf(entry);
    this.count -= 1;
    const left = this.ofKey(entry.key).filter((other) => other !== entry);
    if (left.length > 0) this.#byKey.set(entry.key, left);
    else this.#byKey.delete(entry.key);
    const byUrl = this.#byFunction.get(entry.function);
    const own = byUrl?.get(entry.url);
    own?.delete(entry);
    if (own?.size === 0) byUrl?.delete(entry.url);
    if (byUrl?.size === 0) this.#byFunction.delete(entry.function);
    return true;
  }

  used(entry: Entry): void {
    const byUse = this.#projects.get(entry.project)?.byUse;
    if (byUse?.delete(entry.id)) byUse.set(entry.id, entry);
  }

  /** Who goes when somebody has to; undefined when there is nobody. */
  nextToGo(): Entry | undefined {
    let largest: Project | undefined;
    for (const project of this.#projects.values()) {
      if (!largest || project.bytes > largest.bytes) largest = project;
    }
    return largest?.byUse.values().next().value;
  }
}
