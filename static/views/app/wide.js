// Whether the page is wide enough to have something beside the screen, as in wide.css.

import { signal } from "../../vendor/vendor.js";

const query = matchMedia("(min-width: 900px)");

export const isWide = signal(query.matches);

query.addEventListener("change", () => (isWide.value = query.matches));
