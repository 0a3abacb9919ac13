// A sound card that nobody hears: a PulseAudio of this run's own. Firefox does not begin to play without a card.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wait } from "./harness.mjs";

const READY_WITHIN_MS = 10_000;
const ARGUMENTS = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=stderr"];

/** Why there is none here; null: there is. */
export const whyNoSoundCard = () => (existsSync("/usr/bin/pulseaudio") && existsSync("/usr/bin/pactl") ? null : "PulseAudio is not installed: apt install pulseaudio");

export class SoundCard {
  #daemon = null;
  folder = mkdtempSync(join(tmpdir(), "hearken-sound-"));
  /** What a program needs to know to play to it. */
  env = { ...process.env, XDG_RUNTIME_DIR: this.folder, PULSE_RUNTIME_PATH: this.folder, PULSE_SERVER: `unix:${this.folder}/native` };

  /** @param {string[]} [sinks] modules with their arguments; it is there when the last one is, by its name */
  async open(sinks = ["module-null-sink sink_name=nobody"]) {
    const modules = [`module-native-protocol-unix auth-anonymous=1 socket=${this.folder}/native`, ...sinks];
    this.#daemon = spawn("pulseaudio", [...ARGUMENTS, ...modules.flatMap((line) => ["-L", line])], { env: { ...this.env, HOME: this.folder }, stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    this.#daemon.stderr.on("data", (chunk) => (log += chunk));
    const last = /sink_name=(\S+)/.exec(sinks[sinks.length - 1])[1];
    for (const end = Date.now() + READY_WITHIN_MS; !this.#sinks().includes(last); await wait(50)) {
      if (Date.now() > end || this.#hasEnded) throw new Error(`PulseAudio did not start\n${log}`);
    }
    return this;
  }

  async close() {
    if (this.#daemon && !this.#hasEnded) {
      const gone = new Promise((resolve) => this.#daemon.once("exit", resolve));
      this.#daemon.kill("SIGTERM");
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #hasEnded() {
    return this.#daemon.exitCode !== null || this.#daemon.signalCode !== null;
  }

  #sinks() {
    try {
      return execFileSync("pactl", ["list", "short", "sinks"], { env: this.env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 2000 });
    } catch {
      return "";
    }
  }
}
