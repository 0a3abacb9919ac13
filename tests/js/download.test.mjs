import assert from "node:assert/strict";
import { test } from "node:test";
import { download, NoSuchTrack } from "../../static/sync/download.js";

const WHOLE = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

/** A server that breaks off after the given numbers of bytes, one per request. */
function server(breaks, log = []) {
  return async (url, { headers }) => {
    log.push(headers.Range ?? "");
    const from = Number(/bytes=(\d+)-/.exec(headers.Range ?? "")?.[1] ?? 0);
    const give = breaks.shift() ?? Infinity;
    if (give === "refused") throw new TypeError("network");
    const part = WHOLE.subarray(from, Math.min(WHOLE.length, from + give));
    const body = new ReadableStream({
      start(controller) {
        if (part.length > 0) controller.enqueue(part);
        if (from + give < WHOLE.length) controller.error(new TypeError("broke off"));
        else controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body, { status: from ? 206 : 200, headers: { "Content-Length": String(WHOLE.length - from), ETag: '"x"' } });
  };
}
/** Pauses between tries pass at once; the stall guard never fires. */
function pauses(log = []) {
  return (ms) => (ms >= 15_000 ? new Promise(() => {}) : (log.push(ms), Promise.resolve()));
}

test("all of it, with progress", async () => {
  const seen = [];
  const bytes = await download({ url: "/file/a", fetch: server([]), onProgress: (fraction) => seen.push(fraction), pause: pauses() });
  assert.deepEqual(new Uint8Array(bytes), WHOLE);
  assert.equal(seen.at(-1), 1);
});

test("goes on by Range where it broke off; a try that brought bytes does not count", async () => {
  const log = [];
  const bytes = await download({ url: "/file/a", fetch: server(["refused", "refused"], log), onProgress: () => {}, pause: pauses() });
  assert.deepEqual(new Uint8Array(bytes), WHOLE);
  assert.deepEqual(log, ["", "", ""]);
});

test("three tries without a byte, growing pauses, then it gives up", async () => {
  const waited = [];
  const fetch = server(["refused", "refused", "refused"]);
  await assert.rejects(download({ url: "/file/a", fetch, onProgress: () => {}, pause: pauses(waited) }), TypeError);
  assert.deepEqual(waited, [1000, 3000]);
});

test("a track that is not there is not asked for again", async () => {
  let asked = 0;
  const fetch = async () => (asked++, new Response("", { status: 404 }));
  await assert.rejects(download({ url: "/file/a", fetch, onProgress: () => {}, pause: pauses() }), NoSuchTrack);
  assert.equal(asked, 1);
});

test("a half-read answer is continued with If-Range", async () => {
  const asked = [];
  const half = async (url, { headers }) => {
    asked.push(headers);
    if (headers.Range) return server([])(url, { headers });
    let turn = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (turn++ === 0) controller.enqueue(WHOLE.subarray(0, 400));
        else controller.error(new TypeError("broke off"));
      },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "Content-Length": "1000", ETag: '"x"' } });
  };
  const bytes = await download({ url: "/file/a", fetch: half, onProgress: () => {}, pause: pauses() });
  assert.deepEqual(new Uint8Array(bytes), WHOLE);
  assert.deepEqual(asked[1], { Range: "bytes=400-", "If-Range": '"x"' });
});
