// The story in WebKit, the engine of iPhones.

import { tellStory } from "./story.mjs";
import { WebKit, whyNoWebKit } from "./webdriver.mjs";

// On a busy machine WebKitGTK plays one load of thirty as if the recording were empty: people open the page again.
tellStory({ name: "WebKitGTK", missing: whyNoWebKit(), launch: () => WebKit.launch(), openings: 3 });
