// The page's own modules: which there are, and which of them app.js reaches.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const STATIC = fileURLToPath(new URL("../../static/", import.meta.url));

export const source = (file) => readFileSync(join(STATIC, file), "utf8");

export function files(folder) {
  return readdirSync(join(STATIC, folder), { recursive: true }).filter((name) => name.endsWith(".js")).map((name) => join(folder, name)).sort();
}

export const modules = ["app.js", "actions.js", "actions-ear.js", "actions-house.js", "actions-later.js", "actions-mine.js", "fetch-part.js", "lengths-door.js", "model.js", "renewal.js", "shell.js", "solo-door.js", "solo.js", ...["lib", "sync", "views"].flatMap(files)];

/** What app.js needs before it can begin; `later`: with what it fetches when it stands. */
export function reachable({ later = false } = {}) {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    if (file.startsWith("vendor/")) return;
    const needed = [...source(file).matchAll(/^(?:import|export) .*?from "(\.[^"]+)";$/gm)];
    const fetched = later ? [...source(file).matchAll(/\bimport\("(\.[^"]+)"\)/g)] : [];
    for (const [, target] of [...needed, ...fetched]) visit(relative(STATIC, join(STATIC, dirname(file), target)));
  };
  visit("app.js");
  return [...seen].sort();
}
