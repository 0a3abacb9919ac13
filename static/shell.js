// What a browser gives the page over https and refuses over plain http: it is installed as an app, opens without the network,
// keeps the screen awake. Fetched only there; without it nothing is missing but that.

import { followWakeLock } from "./views/media/wake-lock.js";

/** @import { Model } from "./model.js" */

/**
 * @param {Model} model
 * @param {(reload: () => void) => void} onNewVersion another version of the page is here, and waits to be loaded
 * @returns {Promise<() => void>} looks for another version
 */
export async function openShell(model, onNewVersion) {
  offerInstallation();
  followWakeLock(model);
  const registration = await navigator.serviceWorker.register("/sw.js");
  let agreed = false;
  const offer = () => {
    const { waiting } = registration;
    if (!waiting || !registration.active) return;
    onNewVersion(() => {
      agreed = true;
      waiting.postMessage("take over");
    });
  };
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && offer());
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => agreed && location.reload());
  offer();
  return () => void registration.update().catch(() => {});
}

/** Only here: over http no browser installs, and none shall fetch what it cannot use. */
function offerInstallation() {
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = "/manifest.webmanifest";
  document.head.append(link);
}
