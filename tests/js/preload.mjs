// Writes the list of modules into static/index.html, so that the browser asks for all of them at once.

import { readFileSync, writeFileSync } from "node:fs";
import { reachable } from "./modules.mjs";

const page = new URL("../../static/index.html", import.meta.url);
const links = reachable().filter((file) => file !== "app.js").map((file) => `    <link rel="modulepreload" href="/${file}" />\n`);
writeFileSync(page, readFileSync(page, "utf8").replace(/(<!-- preload -->\n)[\s\S]*?( *<!-- \/preload -->)/, `$1${links.join("")}$2`));
