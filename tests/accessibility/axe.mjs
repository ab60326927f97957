// Runs axe-core over HTML reports, at three widths, light and dark; fails on any violation, on a page wider than its window,
// and on any request besides the file itself.
//
//   npm install axe-core puppeteer-core
//   CHROMIUM=/usr/bin/chromium node axe.mjs REPORT.html...

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import puppeteer from "puppeteer-core";

const WIDTHS = [390, 1024, 1600];
const SCHEMES = ["light", "dark"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is wrong with a file as one reader sees it, in words. */
async function findProblems(browser, file, width, scheme) {
  const page = await browser.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  // The policy of the page would keep axe-core out; that nothing else gets in is what `requests` shows.
  await page.setBypassCSP(true);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(`file://${resolve(file)}`);
  const asked = requests.slice(1).filter((url) => !url.startsWith("data:"));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  await page.close();
  return [
    ...violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 120)} (${nodes.length} times)`),
    ...asked.map((url) => `asks for ${url}`),
    ...(overflows ? ["is wider than its window"] : []),
  ];
}

const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
let count = 0;
for (const file of process.argv.slice(2)) {
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      const problems = await findProblems(browser, file, width, scheme);
      console.log(`${file} at ${width} pixels, ${scheme}: ${problems.length} problems`);
      problems.forEach((problem) => console.log(`  ${problem}`));
      count += problems.length;
    }
  }
}
await browser.close();
process.exit(count === 0 ? 0 : 1);
