// Music for tests: tones that differ from track to track, as WAV, and pictures to go with them.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RATE = 22_050;

/** @param {Record<string, string>} tags by their RIFF names: INAM, IART, IPRD @returns {Buffer} */
function infoChunk(tags) {
  const entries = Object.entries(tags).map(([name, text]) => {
    const value = Buffer.from(`${text}\0${text.length % 2 ? "" : "\0"}`);
    const head = Buffer.alloc(8);
    head.write(name, 0);
    head.writeUInt32LE(text.length + 1, 4);
    return Buffer.concat([head, value]);
  });
  const body = Buffer.concat([Buffer.from("INFO"), ...entries]);
  const head = Buffer.alloc(8);
  head.write("LIST", 0);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** @param {number} seconds @param {number} hz @param {{ title: string, artist: string, album: string }} [tags] @returns {Buffer} 16 bit, one channel */
export function toneWav(seconds, hz, tags) {
  const tone = plainWav(seconds, hz);
  if (!tags) return tone;
  const wav = Buffer.concat([tone, infoChunk({ INAM: tags.title, IART: tags.artist, IPRD: tags.album })]);
  wav.writeUInt32LE(wav.length - 8, 4);
  return wav;
}

/** @param {number} seconds @param {number} hz */
function plainWav(seconds, hz) {
  const count = Math.round(seconds * RATE);
  const wav = Buffer.alloc(44 + count * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + count * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i += 1) {
    const beat = Math.exp(-((i / RATE) % 0.5) * 6);
    wav.writeInt16LE(Math.round(Math.sin((2 * Math.PI * hz * i) / RATE) * beat * 9000), 44 + i * 2);
  }
  return wav;
}

/** @param {string} folder @param {{ name: string, seconds: number, hz: number, tags?: { title: string, artist: string, album: string } }[]} tracks */
export function writeMusic(folder, tracks) {
  mkdirSync(folder, { recursive: true });
  for (const { name, seconds, hz, tags } of tracks) writeFileSync(join(folder, `${name}.wav`), toneWav(seconds, hz, tags));
}

/** @param {number} number @returns {string} SVG */
export function coverSvg(number) {
  const hue = (number * 67) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${hue} 55% 62%)"/><stop offset="1" stop-color="hsl(${hue + 50} 60% 28%)"/></linearGradient></defs><rect width="100" height="100" fill="url(#g)"/><circle cx="${30 + ((number * 13) % 45)}" cy="${30 + ((number * 29) % 45)}" r="${14 + (number % 4) * 5}" fill="hsl(${hue + 180} 60% 80% / .8)"/></svg>`;
}
