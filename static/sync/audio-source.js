// What an <audio> element plays: bytes in memory, an address of the house, or the silence by which a tap unlocks it.

export class AudioSource {
  #audio;
  /** @type {Blob | string} */ #recording = "";
  #url = "";
  /** @type {string[]} */ #before = [];
  #triedAgain = false;

  /** @param {HTMLAudioElement} audio */
  constructor(audio) {
    this.#audio = audio;
    audio.addEventListener("loadedmetadata", () => this.#letGo());
  }

  /**
   * This one from now on, and from this second: said with the address (W3C, Media Fragments URI 1.0), because a jump comes too
   * late on a slow device, and the recording's beginning is heard until then.
   * @param {Blob | string} recording
   * @param {number} [fromSec]
   */
  play(recording, fromSec = 0) {
    this.#triedAgain = false;
    this.#recording = recording;
    this.#load(fromSec);
  }

  /**
   * It failed, which need not be the recording's fault: WebKit fails one load of ten that follow another one closely, on a busy
   * machine. The same once more; whoever wants it heard has to start it again.
   * @param {number} [fromSec]
   * @returns {boolean} whether it is tried; not a second time
   */
  again(fromSec = 0) {
    if (this.#triedAgain || !this.#recording) return false;
    this.#triedAgain = true;
    this.#load(fromSec);
    return true;
  }

  /** @param {number} fromSec */
  #load(fromSec) {
    const recording = this.#recording;
    if (this.#url) this.#before.push(this.#url);
    this.#url = typeof recording === "string" ? "" : URL.createObjectURL(recording);
    this.#audio.src = (this.#url || String(recording)) + (fromSec > 0 ? `#t=${fromSec.toFixed(3)}` : "");
  }

  /** Only when the next one is there: WebKit fails more often if the address of the one before is revoked while the next begins. */
  #letGo() {
    for (const url of this.#before.splice(0)) URL.revokeObjectURL(url);
  }
}

/**
 * In the format of ordinary music: browsers fit their output to what is played first, and after telephone quality (8 kHz)
 * Chromium's clock of every later track moves in steps of 23 ms.
 * @param {number} seconds
 * @returns {Blob} a WAV
 */
export function silence(seconds) {
  const rate = 44_100;
  const size = Math.round(rate * seconds) * 4;
  const view = new DataView(new ArrayBuffer(44 + size));
  /** @param {number} at @param {string} text */
  const text = (at, text) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, size, true);
  return new Blob([view.buffer], { type: "audio/wav" });
}
