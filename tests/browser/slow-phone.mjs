// How much a slow phone has to do, the processor six times slower than this one: 50,000 tracks, a room of eight that tell how well they
// are in step, music that plays. Told for each thing people do: the main thread's work, and its longest tasks. Nothing is judged;
// only ratios on one machine count, so that two states of the page are measured by turns:
//
//   node slow-phone.mjs one/static other/static [rounds]

import { launch, PHONE } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";
import { join_, pairAs, playing, press, show, wait } from "./harness.mjs";

const SLOWER = 6;
const TRACKS = 50_000;
const LISTENERS = 8;
const TOLD_EVERY_MS = 600;
const ROW = 64;

const list = (page, name) => page.getByRole("list", { name, exact: true });

const [folders, rounds] = [process.argv.slice(2).filter((each) => !/^\d+$/.test(each)), Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 3)];
const results = new Map();
for (let round = 0; round < rounds; round += 1) for (const folder of folders.length > 0 ? folders : [undefined]) await measured(folder);
for (const [what, by] of results) {
  console.log(what);
  for (const [folder, runs] of by) {
    const middle = (field) => runs.map((run) => run[field]).sort((x, y) => x - y)[runs.length >> 1].toFixed(0).padStart(6);
    console.log(`  ${folder ?? "static"}: work ${middle("task")} ms (script ${middle("script")}, style and layout ${middle("layout")}), longest task ${middle("longest")}, tasks over 50 ms ${middle("long")}`);
  }
}

/** @param {string | undefined} folder the page's files */
async function measured(folder) {
  const fake = await startFake({ count: TRACKS, seconds: 120, files: folder });
  const browser = await launch();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let timer;
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
  try {
    await page.goto(`http://hearken.local:${fake.port}/`);
    await pairAs(page, "123456", "Old phone");
    await join_(page);
    await session.send("Performance.enable");
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    const phase = (what, work) => told(page, session, folder, what, work);
    await phase("the whole library comes", async () => {
      await show(page, "Library");
      for (let looks = 0; (await list(page, "Tracks").evaluate((element) => element.scrollHeight)) < TRACKS * ROW; looks += 1) {
        if (looks === 600) throw new Error("it never came whole");
        await wait(100);
      }
    });
    await phase("scrolling 50,000", () => scroll(page, "Tracks"));
    await press(page, "Play");
    await playing(page);
    timer = setInterval(() => presence(fake.house), TOLD_EVERY_MS);
    await phase("10 s of Library, while it plays in a room of eight", () => wait(10_000));
    await phase("Queue is opened", async () => {
      await show(page, "Queue");
      await list(page, "Queue").locator(".row").first().waitFor();
    });
    await phase("10 s of Queue", () => wait(10_000));
    await phase("a row is dragged", () => drag(page));
    await phase("Now is opened", async () => {
      await show(page, "Now");
      await page.getByTestId("title").waitFor();
    });
    await phase("10 s of Now", () => wait(10_000));
  } finally {
    clearInterval(timer);
    await browser.close();
    fake.stop();
  }
}

async function told(page, session, folder, what, work) {
  const before = await figures(session);
  await page.evaluate(() => (window.longTasks.length = 0));
  await work();
  await wait(300);
  const after = await figures(session);
  const long = await page.evaluate(() => window.longTasks);
  const by = results.get(what) ?? results.set(what, new Map()).get(what);
  const runs = by.get(folder) ?? by.set(folder, []).get(folder);
  const spent = (name) => (after[name] - before[name]) * 1000;
  runs.push({ task: spent("TaskDuration"), script: spent("ScriptDuration"), layout: spent("LayoutDuration") + spent("RecalcStyleDuration"), longest: Math.max(0, ...long), long: long.length });
}

async function figures(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** As each listener says every few seconds how well it is in step, and all are told. */
function presence(house) {
  const [mine] = house.clients();
  const others = Array.from({ length: LISTENERS - 1 }, (_, at) => ({ clientId: `OTHER${at}`, name: `Phone ${at}`, ready: true, fraction: 1, rttMs: 3, errorMs: Math.random() * 5 }));
  house.toAll({ type: "session:presence", eph: true, topic: "session:house", ts: 1, data: { clients: [mine, ...others].filter(Boolean), barrier: null } });
}

function scroll(page, name) {
  return list(page, name).evaluate(
    (element) =>
      new Promise((resolve) => {
        let frames = 0;
        const step = () => {
          element.scrollTop += 90;
          frames += 1;
          if (frames < 120) requestAnimationFrame(step);
          else resolve();
        };
        requestAnimationFrame(step);
      }),
  );
}

async function drag(page) {
  const box = await list(page, "Queue").locator(".grip").nth(2).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 3, y + 4 * ROW, { steps: 30 });
  await page.mouse.up();
  await page.locator(".in-hand").waitFor({ state: "detached" });
}
