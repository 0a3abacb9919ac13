// The page without the network: keeps one version of the page's own files, and nothing else. What the house answers (music,
// covers, queues) never comes here; tracks are kept by sync/cache.js. Registered by shell.js where the browser allows it.
//
// The build writes in which version this is and which files belong to it (build.rs), so a changed file is a changed worker, and
// the browser installs it beside the old one. It takes over when somebody agrees to load the page again: until then every open
// page keeps the modules that it began with.

const VERSION = "__VERSION__";
const SHELL = ["__SHELL__"];
const CACHE = `shell-${VERSION}`;
/** Straight from a folder, while somebody works on the page: then nothing is kept. */
const isBuilt = !VERSION.startsWith("__");
/** A document that the house does not send within this comes from the cache. */
const DOCUMENT_WITHIN_MS = 3000;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
/** Pages whose document is newer than this worker's: their modules come from the house too. @type {Set<string>} */
const newer = new Set();

worker.addEventListener("install", (event) => {
  if (isBuilt) event.waitUntil(fill());
});

worker.addEventListener("activate", (event) => event.waitUntil(Promise.all([forgetOthers(), worker.clients.claim()])));

worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (!isBuilt || request.method !== "GET" || origin !== worker.location.origin || !SHELL.includes(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event.resultingClientId));
  else if (!newer.has(event.clientId)) event.respondWith(file(request, pathname));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

/** The document: the house's if it answers, else the one that is kept. @param {string} clientId */
async function page(clientId) {
  const kept = await (await caches.open(CACHE)).match("/", { ignoreVary: true });
  try {
    const answer = await fetch("/", { cache: "no-cache", signal: AbortSignal.timeout(DOCUMENT_WITHIN_MS) });
    if (!answer.ok && kept) return kept;
    if (kept && answer.headers.get("etag") !== kept.headers.get("etag")) newer.add(clientId);
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** A module, the sheet, a picture: of the version that this worker is. @param {Request} request @param {string} path */
async function file(request, path) {
  const kept = await (await caches.open(CACHE)).match(path, { ignoreVary: true });
  return kept ?? fetch(request);
}
