// The browser's own news: the page is shown, hidden, on the network again, opened by another link, left.

import { isHidden } from "./browser.js";

/** @import { Api } from "./sync/api.js" */
/** @import { Client } from "./sync/client.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { PlayingTab } from "./sync/tabs.js" */
/** @import { Model } from "./model.js" */
/** @import { OwnPart } from "./solo.js" */

/**
 * @param {object} parts
 * @param {Model} parts.model
 * @param {Api} parts.api
 * @param {Client} parts.client
 * @param {Listening} parts.listening
 * @param {PlayingTab} parts.playingTab
 * @param {{ part: OwnPart | null }} parts.alone
 */
export function followPage({ model, api, client, listening, playingTab, alone }) {
  const mayConnect = () => model.phase.value === "ready";
  document.addEventListener("visibilitychange", () => {
    if (isHidden()) client.rest();
    else if (mayConnect()) client.wake();
    listening.follow();
  });
  addEventListener("online", () => mayConnect() && client.wake());
  addEventListener("pageshow", () => mayConnect() && client.wake());
  addEventListener("hashchange", () => location.hash.startsWith("#k=") && location.reload());
  addEventListener("pagehide", () => {
    const last = alone.part?.solo.unsent();
    if (last) api.lastWord(last.change, last.key);
    void playingTab.release();
    client.stop();
  });
}
