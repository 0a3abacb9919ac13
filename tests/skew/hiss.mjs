// Music to measure by: a hiss in which no moment is like another, so that any slice of a recording tells, to the sample, how far
// one loudspeaker is behind another. Loud from the first sample to the last: silence in a recording is never the track's own.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wav } from "../browser/music.mjs";

export const RATE = 48_000;
const LOUDNESS = 12_000;
/** Smoothed over so many samples, below 6 kHz: it survives resampling, and a small change of speed. */
const SMOOTH = 4;

/** In this order they stand in the queue. */
export const TRACKS = [
  { name: "01 Long Hiss", seconds: 150 },
  { name: "02 Short Hiss", seconds: 6 },
  { name: "03 Shorter Hiss", seconds: 5 },
  { name: "04 Third Hiss", seconds: 6 },
  { name: "05 Last Hiss", seconds: 120 },
];

/** @param {string} folder */
export function writeHiss(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [number, { name, seconds }] of TRACKS.entries()) writeFileSync(join(folder, `${name}.wav`), wav(hiss(seconds, number + 1), RATE));
}

/** The same for the same seed. @param {number} seconds @param {number} seed */
function hiss(seconds, seed) {
  const samples = new Int16Array(Math.round(seconds * RATE));
  let state = seed * 2654435761;
  const last = new Array(SMOOTH).fill(0);
  for (let i = 0; i < samples.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    last[i % SMOOTH] = (state / 2 ** 31 - 1) * LOUDNESS;
    samples[i] = Math.round(last.reduce((sum, each) => sum + each, 0) / 2);
  }
  return samples;
}
