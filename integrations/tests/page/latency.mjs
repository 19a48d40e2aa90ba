// For bench/serve: types each question of stdin at the page, and says in milliseconds how long its hits took, and their text.

import { launch, open } from '../support/chromium.mjs';

const [, , address] = process.argv;
let text = '';
for await (const bytes of process.stdin) text += bytes;
const questions = JSON.parse(text);
const browser = await launch();
const page = await open(browser);
await page.goto(address);
const field = page.getByLabel('What do you remember?');
await field.focus();

/** In the page: when the last key went down, and when the list was another one. */
await page.evaluate(() => {
    addEventListener('keydown', () => { globalThis.pressed = performance.now(); }, true);
    new MutationObserver(() => { globalThis.shown = performance.now(); }).observe(document.getElementById('main'), { childList: true });
});
const answers = [];
for (const question of questions) {
    await field.fill(question.slice(0, -1));
    await page.waitForTimeout(400);
    await page.evaluate(() => { globalThis.shown = 0; });
    await page.keyboard.press(question.at(-1));
    while (!(await page.evaluate(() => globalThis.shown > globalThis.pressed))) await page.waitForTimeout(10);
    answers.push(await page.evaluate(() => globalThis.shown - globalThis.pressed));
}
const readings = [];
for (const question of questions.slice(0, 60)) {
    await page.goto(`${address}?q=${encodeURIComponent(question)}`);
    const link = page.locator('ol.hits h2 a').first();
    await link.waitFor();
    const began = performance.now();
    await link.click({ noWaitAfter: true });
    await page.locator('.scene.here').waitFor();
    readings.push(performance.now() - began);
}
await browser.close();
console.log(JSON.stringify({ answers: answers.slice(10), readings: readings.slice(5) }));
