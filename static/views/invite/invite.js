// The way into the house for somebody else: a picture to scan, a code to type, a link to send. On the House screen, and as a sheet.

import { html, useEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Invite, Model } from "../../model.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */

/** Well before an invitation ends, which is after five minutes. */
const DRAWN_ANEW_MS = 240_000;

/** @param {Props} props */
export function InviteSheet({ model, actions }) {
  return html`<${Sheet} title="Invite somebody" onClose=${() => actions.showInvite(false)}>
    <div class="invite invite-sheet"><${InviteParts} model=${model} actions=${actions} /></div>
  <//>`;
}

/** @param {Props} props */
export function InviteCard({ model, actions }) {
  return html`<section class="card invite"><${InviteParts} model=${model} actions=${actions} title="Invite" /></section>`;
}

/** @param {Props & { title?: string }} props */
function InviteParts({ model, actions, title }) {
  const { invitation } = model.state.value;
  const isLive = model.link.value.status === "live";
  // What was drawn before may be worthless when the house is back.
  const invite = isLive ? model.invite.value : null;
  useEffect(() => {
    actions.loadInvite();
    const timer = setInterval(actions.loadInvite, DRAWN_ANEW_MS);
    return () => clearInterval(timer);
  }, [invitation, isLive]);
  return html`<div>
      ${title && html`<h2>${title}</h2>`}
      <p class="soft">${isLive ? "Scan with a phone's camera, or open the address and type the code." : "The house is out of reach: nobody new can come in until it is back."}</p>
      <p class="invite-code" aria-label="Pairing code">${invite?.code ?? "······"}</p>
      <p class="invite-url">${addressOf(invite)}</p>
    </div>
    ${invite && html`<img class="qr" src=${`/qr.svg?drawn=${invite.drawn}`} alt="Invitation as a QR code" width="180" height="180" />`}
    ${invite && html`<div class="invite-buttons">
      <${Send} invite=${invite} />
      <${ConfirmButton} label="New code" onConfirm=${actions.renewCode}>New code<//>
    </div>
    <p class="soft invite-note">The link lets one device in, within five minutes. A new code shuts out whoever knew the old one and is not in yet.</p>`}`;
}

/** By whatever the phone sends things with; else to be pasted. @param {{ invite: Invite }} props */
function Send({ invite }) {
  const link = useRef(/** @type {HTMLInputElement | null} */ (null));
  const copied = useSignal(false);
  const copy = () => {
    link.current?.select();
    // The modern way needs a secure context, which a house without certificates has not.
    copied.value = document.execCommand("copy");
  };
  const send = () => void navigator.share({ title: "Hearken", text: "Listen with us", url: invite.url }).catch(() => {});
  if ("share" in navigator) return html`<button onClick=${send}>Send the link</button>`;
  return html`<div class="address"><input readonly ref=${link} value=${invite.url} aria-label="Link for one device" onFocus=${(/** @type {any} */ event) => event.currentTarget.select()} />
    <button onClick=${copy}>${copied.value ? "Copied" : "Copy the link"}</button></div>`;
}

/** The address to type: the name, or the number while there is no name. @param {Invite | null} invite */
function addressOf(invite) {
  return invite?.localUrl ?? invite?.url.split("#")[0] ?? " ";
}
