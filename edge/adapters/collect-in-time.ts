// Makes V8 collect before what finished requests leave behind fills the instance's memory.
//
// workerd keeps some 10 KB of its own for each request until V8 collects the wrappers of it, and V8, which does
// not see them, collects by the size of its own heap: a function that only says hello, called by 100 clients at a
// time, grew to 180 MB with 128 MB allowed and to 210 MB with more. V8 does see the pages of a Wasm memory. So now
// and then one is reserved, of whose pages none is ever touched: it costs address space for a moment, no memory,
// and is answered by a collection. The same load then stays below 40 MB, at no less speed.

/** Requests between two collections. */
const requestsPerCollection = 2000;
/** V8 collects once buffers have grown by 64 MB; a page of Wasm has 64 KB. */
const pagesReserved = 1024;

interface WasmGlobal {
  readonly WebAssembly: { readonly Memory: new (pages: { initial: number }) => object };
}

// Taken before the function's own code can replace it.
const { Memory } = (globalThis as unknown as WasmGlobal).WebAssembly;

let requests = 0;

/** To be called for each request. */
export function collectInTime(): void {
  requests += 1;
  if (requests % requestsPerCollection !== 0) return;
  try {
    new Memory({ initial: pagesReserved });
  } catch {
    // No address space to be had: V8 goes by its own heap, as without us.
  }
}
