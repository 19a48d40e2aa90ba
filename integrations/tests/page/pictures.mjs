// Takes the pictures of the page that stand in the README, of the sample campaign:
//   NARAGTIVE_MODEL_DIR=FOLDER node page/pictures.mjs

import path from 'node:path';
import { launch, open } from '../support/chromium.mjs';
import { Home, ROOT } from '../support/program.mjs';

const home = new Home();
home.environment.NARAGTIVE_MODEL_DIR = process.env.NARAGTIVE_MODEL_DIR;
home.campaign('lanterns');
const server = await home.serve();
const browser = await launch();
const page = await open(browser, { viewport: { width: 1120, height: 760 } });
const take = (name) => page.screenshot({ path: path.join(ROOT, 'docs', `page-${name}.png`) });

await page.goto(`${server.address}/?q=who+cheated+at+cards`);
await page.locator('ol.hits li').first().waitFor();
await take('search');
await page.locator('ol.hits h2 a').first().click();
await page.locator('.scene.here').waitFor();
await page.waitForTimeout(500);
await take('read');
await page.goto(`${server.address}/people/lanterns/Tolly`);
await take('person');

await browser.close();
await server.end();
home.remove();
