// Chromium for the scenarios, and what every script needs: markers read from video pixels, tones read from terminals.
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { installReader as installMarkers } from './marker.mjs';
import { assert, fail, until } from './wait.mjs';

const require = createRequire(new URL('../../web-console/ui/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

/** What the test that starts this script passes on. */
export const setting = JSON.parse(process.env.SETTING ?? '{}');

export async function launch() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
}

export { assert, fail, until };

/** Before each page of this one: what `installReader` of marker.mjs installs. */
export async function installReader(page) {
  await page.addInitScript(installMarkers);
}

export const terminal = (site) => ({
  watch: (seconds) => post(`${setting.terminals[site]}/watch`, { for_s: seconds }),
  seen: async () => (await fetch(`${setting.terminals[site]}/seen`)).json(),
  heard: async () => (await fetch(`${setting.terminals[site]}/heard`)).json(),
});

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert(response.ok, `${url} answered ${response.status}`);
}

export async function signIn(page, account) {
  await page.goto(setting.console);
  await page.getByLabel('账号').fill(account);
  await page.getByLabel('口令').fill(setting.passwords[account]);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByText('会议', { exact: true }).first().waitFor();
}

/** Everything a person would notice at once: controls outside the window, words cut off. */
export async function assertTidy(page, name) {
  const faults = await page.evaluate(() => {
    const found = [];
    // What a list has scrolled out of sight covers nothing.
    const seen = (element) => {
      let { left, right, top, bottom } = element.getBoundingClientRect();
      for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowY === 'visible') continue;
        const box = parent.getBoundingClientRect();
        [left, right, top, bottom] = [Math.max(left, box.left), Math.min(right, box.right), Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
      return { left, right, top, bottom };
    };
    for (const element of document.querySelectorAll('button, h1, h2, [role="option"], video')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const label = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30);
      if (box.left < -1 || box.right > innerWidth + 1) found.push(`outside the window: ${label}`);
      if (element.tagName === 'BUTTON' && element.scrollWidth > element.clientWidth + 2) found.push(`cut off: ${label}`);
    }
    const buttons = [...document.querySelectorAll('button')].filter((button) => button.getBoundingClientRect().width > 0);
    for (let a = 0; a < buttons.length; a += 1) {
      for (let b = a + 1; b < buttons.length; b += 1) {
        const [p, q] = [seen(buttons[a]), seen(buttons[b])];
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 2 && down > 2 && !buttons[a].contains(buttons[b])) found.push(`overlap: ${buttons[a].textContent} / ${buttons[b].textContent}`);
      }
    }
    return found;
  });
  assert(faults.length === 0, `${name}: ${faults.join('; ')}`);
}

export async function screenshot(page, name) {
  mkdirSync(setting.screenshots, { recursive: true });
  await page.screenshot({ path: `${setting.screenshots}/${name}.png` });
}
