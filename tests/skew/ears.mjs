// Loudspeakers and ears: a PulseAudio of this run's own, with one silent card of many channels. Each browser plays to a card of
// its own that is one channel of it, so one recording holds them all by one clock, sample beside sample.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, createWriteStream } from "node:fs";
import { join } from "node:path";
import { SoundCard } from "../browser/sound-card.mjs";
import { RATE } from "./hiss.mjs";

const HERE = new URL("hear.py", import.meta.url).pathname;
const PYTHON = "/usr/bin/python3";

export class Ears {
  #card = new SoundCard();
  /** It listens from the first to the last: one that comes or goes makes the sound card choose another latency, and what browsers say of theirs needs half a minute to settle. */
  #recorder = null;
  /** @type {Promise<never>} fails when the recorder ends */ #deaf;
  /** @type {((chunk: Buffer, begin: number) => void) | null} where it is kept, if it is */ #keep = null;

  /** @param {number} channels */
  constructor(channels) {
    this.channels = channels;
    this.folder = this.#card.folder;
    this.env = this.#card.env;
  }

  /** Bytes of one moment of all channels. */
  get #frame() {
    return 2 * this.channels;
  }

  /** What a browser needs to know to play to one of the channels. @param {number} channel */
  speaker(channel) {
    return { ...this.env, PULSE_SINK: `speaker${channel}` };
  }

  async open() {
    const names = Array.from({ length: this.channels }, (_, i) => `aux${i}`);
    this.map = names.join(",");
    await this.#card.open([
      `module-null-sink sink_name=all rate=${RATE} channels=${this.channels} channel_map=${this.map}`,
      ...names.map((name, i) => `module-remap-sink sink_name=speaker${i} master=all rate=${RATE} channels=1 channel_map=mono master_channel_map=${name} remix=no`),
    ]);
    await this.#listen();
    return this;
  }

  async #listen() {
    const format = ["--format=s16le", `--rate=${RATE}`, `--channels=${this.channels}`, `--channel-map=${this.map}`];
    this.#recorder = spawn("parec", ["--raw", "--device=all.monitor", "--latency-msec=100", ...format], { env: this.env, stdio: ["ignore", "pipe", "ignore"] });
    this.#deaf = new Promise((_, reject) => this.#recorder.once("exit", () => reject(new Error("parec records no more"))));
    // Whoever waits for sound is told; at the end nobody does.
    this.#deaf.catch(() => {});
    let heard = 0;
    this.#recorder.stdout.on("data", (chunk) => {
      this.#keep?.(chunk, heard);
      heard += chunk.length;
    });
    await this.#sound();
  }

  /** The next that is heard. */
  #sound() {
    return Promise.race([this.#deaf, new Promise((resolve) => this.#recorder.stdout.once("data", resolve))]);
  }

  /**
   * Records all channels while something happens.
   * @param {() => Promise<void>} work
   * @returns {Promise<string>} the recording: 16 bit, all channels, without a head
   */
  async record(work) {
    const file = join(this.folder, "recording.raw");
    const out = createWriteStream(file);
    const written = new Promise((resolve) => out.once("finish", resolve));
    let toSkip = -1;
    const keep = (chunk, begin) => {
      if (toSkip < 0) toSkip = (this.#frame - (begin % this.#frame)) % this.#frame;
      out.write(chunk.subarray(toSkip));
      toSkip = Math.max(0, toSkip - chunk.length);
    };
    this.#keep = keep;
    try {
      await work();
      // What was heard last is on its way yet.
      await this.#sound();
    } finally {
      this.#keep = null;
      out.end();
      await written;
    }
    return file;
  }

  /** What can be heard in a recording, see hear.py. @param {string} question @param {string} file @param {number} listeners */
  hear(question, file, listeners) {
    return JSON.parse(execFileSync(PYTHON, [HERE, question, file, String(this.channels), String(listeners)], { encoding: "utf8", maxBuffer: 1 << 26 }));
  }

  async close() {
    await this.#end(this.#recorder);
    if (process.env.KEEP) cpSync(join(this.folder, "recording.raw"), process.env.KEEP);
    await this.#card.close();
  }

  async #end(child) {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
  }
}
