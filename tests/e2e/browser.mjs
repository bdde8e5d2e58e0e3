// Chromium for the scenarios, and what every script needs: markers read from video pixels, tones read from terminals.
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';

const require = createRequire(new URL('../../web-console/ui/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

/** What the test that starts this script passes on. */
export const setting = JSON.parse(process.env.SETTING ?? '{}');

export async function launch() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
}

export function fail(message) {
  throw new Error(message);
}

export function assert(condition, message) {
  if (!condition) fail(message);
}

/** Looks until `look` gives something other than null. */
export async function until(what, patienceMs, look) {
  const started = Date.now();
  let last = null;
  for (;;) {
    last = await look();
    if (last !== null && last !== undefined && last !== false) return last;
    if (Date.now() - started > patienceMs) fail(`${what} did not come about within ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Installs `window.readMarkers(label, areas, ms)`: markers of each decoded frame of the video with that accessible name. Areas are per-mille [x, y, w]. */
export async function installReader(page) {
  await page.addInitScript(() => {
    const checkOf = (payload) => {
      let crc = 0xffff ^ payload;
      for (let step = 0; step < 16; step += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
      return crc;
    };
    const readAt = (image, x0, y0, width) => {
      const edge = (index) => Math.floor(((index + 1) * width) / 40);
      const words = [0, 0];
      for (let row = 0; row < 2; row += 1) {
        for (let column = 0; column < 16; column += 1) {
          const x = x0 + ((edge(column) + edge(column + 1)) >> 1);
          const y = y0 + ((edge(row) + edge(row + 1)) >> 1);
          const at = (y * image.width + x) * 4;
          words[row] = (words[row] << 1) | (image.data[at + 1] > 128 ? 1 : 0);
        }
      }
      return words[1] === checkOf(words[0]) ? { site: words[0] >> 11, frame: words[0] & 0x7ff, payload: words[0] } : null;
    };
    const videoOf = (label) => [...document.querySelectorAll('video')].find((video) => video.getAttribute('aria-label') === label);
    window.readMarkers = (label, areas, ms) =>
      new Promise((resolve) => {
        const video = videoOf(label);
        if (!video || video.videoWidth === 0) { resolve([]); return; }
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [320, 32];
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const looks = [];
        const started = performance.now();
        let over = false;
        const onFrame = () => {
          if (over) return;
          // Only the rows that carry codes are read back: a whole picture per frame would slow the decoder down.
          const markers = areas.map(([x, y, w]) => {
            const [left, top, width] = [Math.floor((x * video.videoWidth) / 1000) & ~1, Math.floor((y * video.videoHeight) / 1000) & ~1, Math.floor((w * video.videoWidth) / 1000) & ~1];
            // Eight pixels a block are enough to read, and cost little beside the decoding of three pictures.
            context.drawImage(video, left, top, width, width / 10, 0, 0, 320, 32);
            return readAt(context.getImageData(0, 0, 320, 32), 0, 0, 320);
          });
          looks.push({ at: Date.now(), markers });
          video.requestVideoFrameCallback(onFrame);
        };
        video.requestVideoFrameCallback(onFrame);
        setTimeout(() => { over = true; resolve(looks); }, ms - (performance.now() - started));
      });
    window.pictureSpread = (label) => {
      const video = videoOf(label);
      if (!video || video.videoWidth === 0) return 0;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [64, 36];
      const context = canvas.getContext('2d');
      context.drawImage(video, 0, 0, 64, 36);
      const { data } = context.getImageData(0, 0, 64, 36);
      let [least, most] = [255, 0];
      for (let at = 1; at < data.length; at += 4) { least = Math.min(least, data[at]); most = Math.max(most, data[at]); }
      return most - least;
    };
  });
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
        const [p, q] = [buttons[a].getBoundingClientRect(), buttons[b].getBoundingClientRect()];
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
