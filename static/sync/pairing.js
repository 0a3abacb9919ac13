// How this browser gets to know the house: by the link of a QR code, by the code of six digits, or because it was here before.

import { Refusal } from "./api.js";

/** @import { Api } from "./api.js" */

/**
 * What of a browser pairing needs.
 * @typedef {object} PairingParts
 * @property {Api} api
 * @property {string} deviceName
 * @property {() => string | null} takeInvitation the token of `#k=…`, taken out of the address
 * @property {() => Promise<string | null>} rememberedToken
 * @property {(token: string) => Promise<void>} rememberToken
 * @property {(token: string) => void} setCookie
 * @property {<T>(work: () => Promise<T>) => Promise<T>} inTurn one tab of this browser after the other
 * @property {() => void} onPaired this browser is in now: its other tabs are, too
 * @property {string} clientId who this browser became when it was paired; "" if it was not, since the page is here
 */

const SPENT = "This invitation was used already or is too old. Type the pairing code instead, or scan a fresh picture.";

/** @typedef {{ paired: boolean, sentence: string }} Standing */

/** @param {PairingParts} parts @returns {Promise<Standing>} */
export async function findStanding(parts) {
  const token = parts.takeInvitation();
  if (token) {
    const standing = await pair(parts, { token, clientName: parts.deviceName });
    if (standing.paired || !(await isKnown(parts))) return standing;
    return { paired: true, sentence: "" };
  }
  return { paired: await isKnown(parts), sentence: "" };
}

/**
 * @param {PairingParts} parts
 * @param {{ code?: string, token?: string, clientName?: string }} request
 * @returns {Promise<Standing>}
 */
export function pair(parts, request) {
  return parts.inTurn(async () => {
    try {
      // Another tab was faster: a second pairing would make this browser a second device.
      if (await isKnown(parts)) return { paired: true, sentence: "" };
      const { token, clientId } = await parts.api.pair(request);
      parts.clientId = clientId;
      await parts.rememberToken(token).catch(() => {});
      parts.onPaired();
      return { paired: true, sentence: "" };
    } catch (error) {
      return { paired: false, sentence: sentenceFor(error, request.token !== undefined) };
    }
  });
}

/**
 * A browser that was killed soon after pairing may have lost its cookie; the token was kept beside it.
 * @param {PairingParts} parts
 */
async function isKnown({ api, rememberedToken, setCookie }) {
  if (await api.isPaired()) return true;
  const token = await rememberedToken().catch(() => null);
  if (!token) return false;
  setCookie(token);
  return api.isPaired();
}

/** @param {unknown} error @param {boolean} byLink */
function sentenceFor(error, byLink) {
  if (!(error instanceof Refusal)) return "The house does not answer. Is this device on the home network?";
  if (error.problem.status === 429) return `Too many tries. Wait ${error.retryAfterSec || 60} seconds, then try again.`;
  if (error.problem.status === 403) return byLink ? SPENT : "That code is not right. Look at it again; it changes now and then.";
  return error.message;
}
