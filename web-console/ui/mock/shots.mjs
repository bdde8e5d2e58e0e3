// Takes pictures of the desk against the mock, with a WHEP peer living in a second page; for looking at, and for a first check that nothing overlaps.
import { mkdirSync } from 'node:fs';

import { chromium } from 'playwright-core';

export const BASE = process.env.SHOT_BASE ?? 'http://127.0.0.1:5173';
/** Where the fake MCU itself is spoken to. */
export const MOCK = process.env.MOCK_BASE ?? 'http://127.0.0.1:5174';
export const OUT = process.env.SHOT_OUT ?? '/tmp/shots';
mkdirSync(OUT, { recursive: true });

/** Runs in the peer page: answers an offer with a moving canvas; the wall carries the block code of `revision`. */
const answerer = () => {
  const check = (payload) => {
    let crc = 0xffff ^ payload;
    for (let i = 0; i < 16; i += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    return crc;
  };
  window.revision = 4711;
  window.answer = async (offer, name) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    const c = canvas.getContext('2d');
    setInterval(() => {
      const t = performance.now() / 1000;
      for (let i = 0; i < 16; i += 1) {
        const [x, y, w, h] = name === 'wall' ? [(i % 4) * 320, Math.floor(i / 4) * 180, 320, 180] : [0, 0, 1280, 720];
        c.fillStyle = `hsl(${i * 23 + (name === 'wall' ? 0 : 200)} 35% 32%)`;
        c.fillRect(x, y, w, h);
        c.fillStyle = '#ddd';
        c.beginPath();
        c.arc(x + w / 2 + (Math.sin(t + i) * w) / 4, y + h / 2, h / 8, 0, 7);
        c.fill();
      }
      if (name !== 'wall') return;
      c.fillStyle = '#000';
      c.fillRect(960, 540, 320, 180);
      [window.revision, check(window.revision)].forEach((word, row) => {
        for (let column = 0; column < 16; column += 1) {
          if (!(word & (0x8000 >> column))) continue;
          c.fillStyle = '#fff';
          c.fillRect(960 + 8 * (column + 1), 540 + 8 * (row + 1), 8, 8);
        }
      });
    }, 66);
    const peer = new RTCPeerConnection();
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    peer.addTrack(canvas.captureStream(15).getVideoTracks()[0]);
    await peer.setLocalDescription(await peer.createAnswer());
    while (peer.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 50));
    return peer.localDescription.sdp;
  };
};

export async function start(viewport) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-features=WebRtcHideLocalIpsWithMdns'],
  });
  const peer = await browser.newPage();
  await peer.goto(`${BASE}/icon.svg`);
  await peer.goto('about:blank');
  await peer.evaluate(answerer);
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.route('**/whep/**', async (route) => {
    if (route.request().method() !== 'POST') return route.fulfill({ status: 204, headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': '*', 'access-control-allow-headers': '*' } });
    const name = route.request().url().split('/').at(-1);
    // A browser that closes while an offer is answered needs no answer any more.
    const sdp = await peer.evaluate(([offer, monitor]) => window.answer(offer, monitor), [route.request().postData(), name]).catch((error) => peer.isClosed() || !browser.isConnected() ? null : Promise.reject(error));
    if (sdp === null) return undefined;
    return route.fulfill({ status: 201, body: sdp, headers: { 'content-type': 'application/sdp', location: '/whep/x', 'access-control-allow-origin': '*', 'access-control-expose-headers': 'location' } });
  });
  page.on('console', (message) => message.type() === 'error' && console.log('console:', message.text()));
  page.on('pageerror', (error) => console.log('page error:', error.message));
  return { browser, page, peer };
}

export async function signIn(page, account = 'operator') {
  await page.goto(`${BASE}/desk/city-12`);
  await page.getByLabel(/账号|Account/).fill(account);
  await page.getByLabel(/口令|Password/).fill('mock');
  await page.getByRole('button', { name: /^(登录|Sign in)$/ }).click();
}

/** Texts that do not fit and siblings that cover each other. */
export const faults = (page) =>
  page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollHeight > innerHeight) found.push(`page scrolls: ${document.documentElement.scrollHeight}`);
    for (const one of document.querySelectorAll('.take-bar, .action-bar, .top-bar, .builder-forms, .builder-actions, .tile-line, .undo-buttons')) {
      if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1) found.push(`overflows: ${one.className} ${one.textContent.slice(0, 60)} ${one.scrollWidth}/${one.clientWidth} ${one.scrollHeight}/${one.clientHeight}`);
    }
    for (const one of document.querySelectorAll('button')) {
      const box = one.getBoundingClientRect();
      if (box.width > 0 && box.height < 44 && !one.classList.contains('builder-cell')) found.push(`low button ${one.textContent.slice(0, 30)} ${Math.round(box.height)}`);
      if (one.scrollWidth > one.clientWidth + 2) found.push(`cut text: ${one.textContent.slice(0, 40)} ${one.scrollWidth}/${one.clientWidth}`);
    }
    return found;
  });

if (process.argv[1]?.endsWith('/shots.mjs')) {
  for (const [width, height] of [[1920, 1080], [1280, 800]]) {
    const { browser, page } = await start({ width, height });
    await page.goto(BASE);
    await page.screenshot({ path: `${OUT}/sign-in-${width}.png` });
    await signIn(page);
    await page.locator('[data-site=guiyang]').click();
    await page.getByText('画面已核对').waitFor({ timeout: 20_000 }).catch(() => console.log('no agreement'));
    await page.getByRole('tab', { name: '布局' }).click();
    await page.getByRole('button', { name: /布局 4x4-big/ }).click();
    await page.getByRole('button', { name: '多画面送预监' }).click();
    await page.waitForTimeout(1500);
    console.log(width, await faults(page));
    await page.screenshot({ path: `${OUT}/desk-${width}.png` });
    await page.getByRole('button', { name: /^值机/ }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForTimeout(500);
    console.log(width, 'en', await faults(page));
    await page.screenshot({ path: `${OUT}/desk-en-${width}.png` });
    await page.getByRole('button', { name: /^On duty/ }).click();
    await page.getByRole('button', { name: '中文' }).click();
    await fetch(`${MOCK}/mock/down`, { method: 'POST', body: '{"down":true}' });
    await page.waitForTimeout(3200);
    await page.screenshot({ path: `${OUT}/desk-lost-${width}.png` });
    await fetch(`${MOCK}/mock/down`, { method: 'POST', body: '{"down":false}' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
    await browser.close();
  }
}
