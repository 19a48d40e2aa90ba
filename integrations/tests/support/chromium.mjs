// A real browser, without a window.

import { chromium } from 'playwright-core';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];

/** A browser to which `evil.test` is this machine, as it is to a victim of rebinding. */
export function launch() {
    const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
    if (!executablePath) throw new Error('there is no Chromium; CHROMIUM names one');
    return chromium.launch({ executablePath, args: [...QUIET, '--host-resolver-rules=MAP evil.test 127.0.0.1'] });
}

/** A page that keeps what went wrong on it: errors of scripts, and what its policy forbade. */
export async function open(browser, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.wrong = [];
    page.on('pageerror', (error) => page.wrong.push(String(error)));
    page.on('console', (message) => { if (message.type() === 'error') page.wrong.push(message.text()); });
    return page;
}
