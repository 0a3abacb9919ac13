// Music for tests: tones that differ from track to track, as WAV, and pictures to go with them.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";

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
  const samples = new Int16Array(count);
  for (let i = 0; i < count; i += 1) {
    const beat = Math.exp(-((i / RATE) % 0.5) * 6);
    samples[i] = Math.round(Math.sin((2 * Math.PI * hz * i) / RATE) * beat * 9000);
  }
  return wav(samples, RATE);
}

/** 16 bit, one channel. @param {Int16Array} samples @param {number} rate */
export function wav(samples, rate) {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}

/**
 * @typedef {object} Tone
 * @property {string} name of the file, with its folder if it is to be in one
 * @property {number} seconds
 * @property {number} hz
 * @property {{ title: string, artist: string, album: string }} [tags]
 * @property {[number, number, number]} [cover] the colour of its folder's picture
 */

/** @param {string} folder @param {Tone[]} tracks */
export function writeMusic(folder, tracks) {
  mkdirSync(folder, { recursive: true });
  for (const { name, seconds, hz, tags, cover } of tracks) {
    const file = join(folder, `${name}.wav`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, toneWav(seconds, hz, tags));
    if (cover) writeFileSync(join(dirname(file), "cover.png"), plainPng(cover));
  }
}

const ALBUMS = [
  { album: "Noon", artist: "The Yellows", cover: [255, 214, 0] },
  { album: "Snow, and then more of it", artist: "A Person with a Rather Long Name", cover: [252, 250, 255] },
  { album: "Cellar", artist: "Ink", cover: [9, 4, 40] },
  { album: "No Picture", artist: "Ink" },
];

/** Twelve tones on four albums whose covers are as bright, as dark and as loud as covers get; one has none. @type {() => Tone[]} */
export function albums() {
  return ALBUMS.flatMap(({ cover, ...tags }, at) =>
    ["First Tone", "Second Tone, Which Goes On and On", "Third"].map((title, nth) => ({
      name: `${tags.album}/${nth + 1} ${title}`, seconds: 40, hz: 200 + 40 * at + 10 * nth, tags: { title: `${title} ${at + 1}`, ...tags }, ...(cover && { cover }),
    })),
  );
}

/** As PNG wants it; node's own is younger than the node of some. @param {Buffer} bytes */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

const COVERS = 24;
/** @type {Buffer[]} made when they are first asked for */
const covers = [];

/** A square of one colour. @param {[number, number, number]} colour */
function plainPng(colour, side = 64) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 2, 0, 0, 0]);
  const rows = Buffer.concat(Array(side).fill(Buffer.from([0, ...Array(side).fill(colour).flat()])));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** A picture as folders of music have them, one of a few. @param {number} number */
export function coverPng(number) {
  const at = number % COVERS;
  const shade = (turn) => Math.round(140 + 90 * Math.cos(((at + turn) * 2 * Math.PI) / COVERS));
  return (covers[at] ??= plainPng([shade(0), shade(COVERS / 3), shade((2 * COVERS) / 3)], 128));
}
