// The story in Firefox.

import { Firefox, whyNoFirefox } from "./firefox.mjs";
import { tellStory } from "./story.mjs";

tellStory({ name: "Firefox", missing: whyNoFirefox(), launch: () => Firefox.launch() });
