// Opens HTML reports in Chromium at three widths, light and dark, and runs axe-core on each; fails on any violation, on a
// page wider than its window, and on any request besides the file itself.
//
//   CHROMIUM=/usr/bin/chromium node axe.mjs REPORT.html...

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const WIDTHS = [390, 1024, 1600];
const SCHEMES = ["light", "dark"];
const TABS = 4;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is wrong with the page as one reader sees it, in words. */
async function findProblems(page, width, scheme) {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  return [
    ...violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 120)} (${nodes.length} times)`),
    ...(overflows ? ["is wider than its window"] : []),
  ].map((problem) => `at ${width} pixels, ${scheme}: ${problem}`);
}

/** Checks a file as every reader sees it. */
async function checkFile(browser, file) {
  const page = await browser.newPage();
  const url = pathToFileURL(resolve(file)).href;
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  // The policy of the page would keep axe-core out; that nothing else gets in is what `requests` shows.
  await page.setBypassCSP(true);
  await page.goto(url);
  await page.evaluate(axe);
  const problems = [];
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      problems.push(...(await findProblems(page, width, scheme)));
    }
  }
  const asked = requests.filter((asked) => asked !== url && !asked.startsWith("data:"));
  await page.close();
  return [...problems, ...asked.map((other) => `asks for ${other}`)].map((problem) => `${basename(file)} ${problem}`);
}

const files = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const waiting = [...files];
const problems = [];
await Promise.all(
  Array.from({ length: TABS }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      problems.push(...(await checkFile(browser, file)));
    }
  }),
);
await browser.close();
problems.sort().forEach((problem) => console.log(problem));
console.log(`${files.length} files as ${WIDTHS.length * SCHEMES.length} readers see them: ${problems.length} problems`);
process.exit(files.length > 0 && problems.length === 0 ? 0 : 1);
