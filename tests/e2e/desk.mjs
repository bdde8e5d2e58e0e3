// The operator at the desk: pictures move, a county goes on air everywhere, its microphone is closed and opened again by undo.
import { assert, assertTidy, installReader, launch, screenshot, setting, signIn, terminal, until } from './browser.mjs';
import { screens } from './screens.mjs';

const GUIYANG = 4;
const EXECUTIVE = 12;
// As terminals sound: room-controller/terminal/src/voice.rs.
const TONE_HZ = (number) => 300 + 110 * number;
const WALL = '会场墙';
const PROGRAM = '主送 PGM';
const HEARD = 600;
const NOT_HEARD = 120;

const distinct = (looks, area) => new Set(looks.map((look) => look.markers[area]).filter(Boolean).map((marker) => `${marker.site}/${marker.frame}`)).size;
const program = (page, ms) => page.evaluate(([label, time]) => window.readMarkers(label, [[0, 0, 1000]], time), [PROGRAM, ms]);
// Panels have lists of their own, whose choices are options too.
const tile = (page, name) => page.locator('[data-site]').filter({ hasText: name });
const act = (page, name) => page.getByRole('toolbar', { name: '会场操作' }).getByRole('button', { name }).click();

async function picturesMove(page) {
  const wall = await until('20 different frames in 2 s on the wall', 30_000, async () => {
    const looks = await page.evaluate((label) => window.readMarkers(label, [[0, 0, 250], [250, 0, 250]], 2000), WALL);
    return distinct(looks, 0) >= 20 && distinct(looks, 1) >= 20 ? looks : null;
  });
  const air = await until('40 different frames in 2 s on program', 30_000, async () => {
    const looks = await program(page, 2000);
    if (distinct(looks, 0) < 40) console.log(`program: ${distinct(looks, 0)} different frames of ${looks.length} in 2 s, not yet enough`);
    return distinct(looks, 0) >= 40 ? looks : null;
  });
  console.log(`different frames in 2 s: wall ${distinct(wall, 0)}, program ${distinct(air, 0)}`);
}

async function goesOnAir(page) {
  await terminal('main-hall').watch(120);
  await tile(page, '桂阳县').click();
  const watching = program(page, 4000);
  const commanded = Date.now();
  await act(page, /^广播(?!多)/);
  const looks = (await watching).filter((look) => look.at >= commanded);
  const changed = looks.findIndex((look) => look.markers[0]?.site === GUIYANG);
  assert(changed >= 0, `the browser does not see 桂阳县 on program: ${JSON.stringify(looks.slice(-3))}`);
  const old = looks[0].markers[0]?.site;
  for (const look of looks) assert([old, GUIYANG].includes(look.markers[0]?.site), `a picture on program without a valid marker: ${JSON.stringify(look)}`);
  const browserMs = looks[changed].at - commanded;
  const seen = await until('桂阳县 at the main hall', 5000, async () => (await terminal('main-hall').seen()).find((look) => look.at_ms >= commanded && look.markers[0]?.[0] === GUIYANG));
  const hallMs = seen.at_ms - commanded;
  console.log(`on air after ${browserMs} ms in the browser, ${hallMs} ms in the main hall`);
  assert(browserMs <= 1000 && hallMs <= 1000, `on air too late: browser ${browserMs} ms, hall ${hallMs} ms`);
}

const hears = (site, wanted) =>
  until(`${site} hears ${wanted}`, 15_000, async () => {
    const tones = await terminal(site).heard();
    return tones.every((tone, number) => (wanted.includes(number) ? tone > HEARD : tone < NOT_HEARD)) ? tones : null;
  });

async function isMutedAndBack(page) {
  for (const site of Object.keys(setting.terminals)) await terminal(site).watch(120);
  await tile(page, '北湖区').click();
  await act(page, /^开麦/);
  await tile(page, '桂阳县').click();
  await act(page, /^开麦/);
  await hears('anren', [0, 1, GUIYANG]);
  await act(page, /^闭音/);
  await hears('anren', [0, 1]);
  await page.keyboard.press('Control+z');
  await hears('anren', [0, 1, GUIYANG]);
  const sites = setting.sites;
  for (const [number, site] of setting.sites.entries()) {
    const tones = await terminal(site).heard();
    assert(tones[number] < NOT_HEARD, `${site} hears itself: ${tones[number]}`);
  }
  console.log(`tones: 桂阳县 heard, vanished, back by undo; none of ${sites.length} sites hears itself`);
}

/** The microphone of the desk sounds like the executive room, where nobody is. */
async function fakeMicrophone(page) {
  await page.addInitScript((hertz) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext({ sampleRate: 48_000 });
      const [tone, volume, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
      tone.frequency.value = hertz;
      volume.gain.value = 0.2;
      tone.connect(volume).connect(out);
      tone.start();
      return out.stream;
    };
  }, TONE_HZ(EXECUTIVE));
}

/** 对讲 reaches that room and no other, and is refused where the microphone is open. */
async function speaksIntoOneRoom(page) {
  await tile(page, '安仁县').click();
  const button = page.getByRole('toolbar', { name: '会场操作' }).getByRole('button', { name: /^与 安仁县 对讲/ });
  const before = await terminal('anren').heard();
  assert(before[EXECUTIVE] < NOT_HEARD, `the room hears the desk before anybody speaks: ${before[EXECUTIVE]}`);
  await button.focus();
  const began = Date.now();
  await page.keyboard.down('Space');
  await until('安仁县 hears the desk', 15_000, async () => (await terminal('anren').heard())[EXECUTIVE] > HEARD).catch(async (error) => {
    const button = await page.getByRole('button', { name: /对讲/ }).first().evaluate((element) => element.outerHTML);
    const alerts = await page.getByRole('alert').allTextContents();
    const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    throw new Error(`${error.message}; ${alerts}; ${button}; focus on ${focused}; it hears ${await terminal('anren').heard()}`);
  });
  const heardMs = Date.now() - began;
  await page.locator('[data-site="anren"]').getByText('对讲中').waitFor();
  for (const site of Object.keys(setting.terminals).filter((name) => name !== 'anren')) {
    const tones = await terminal(site).heard();
    assert(tones[EXECUTIVE] < NOT_HEARD, `${site} hears the desk too: ${tones[EXECUTIVE]}`);
  }
  await page.keyboard.up('Space');
  await until('安仁县 hears the desk no longer', 15_000, async () => (await terminal('anren').heard())[EXECUTIVE] < NOT_HEARD);
  await tile(page, '北湖区').click();
  const refused = page.getByRole('toolbar', { name: '会场操作' }).getByRole('button', { name: /^与 北湖区 对讲/ });
  assert((await refused.getAttribute('aria-disabled')) === 'true', 'talkback into an open microphone');
  console.log(`talkback: 安仁县 hears the desk ${heardMs} ms after the key, nobody else does`);
}

async function looksRight(page) {
  for (const [width, height] of [[1920, 1080], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    await until('pictures in place', 15_000, () => page.evaluate((label) => window.pictureSpread(label) > 60, WALL));
    for (const name of ['会场操作', '播出控制']) await page.getByRole('toolbar', { name }).waitFor();
    assert((await page.locator('[role="option"][data-site]').count()) === 13, 'thirteen tiles');
    for (const label of [WALL, PROGRAM]) assert(await page.evaluate((name) => window.pictureSpread(name) > 60, label), `${label} is blank`);
    await assertTidy(page, `desk at ${width}`);
    await screenshot(page, `desk-${width}x${height}`);
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
}

async function isHonestWithoutData(page, context) {
  await context.setOffline(true);
  await page.getByText('状态不可信').first().waitFor({ timeout: 4000 });
  await context.setOffline(false);
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page error: ${error.message}`));
  await installReader(page);
  await fakeMicrophone(page);
  await signIn(page, 'operator');
  await page.goto(`${setting.console}/desk/${setting.conference}`);
  await picturesMove(page);
  await goesOnAir(page);
  await isMutedAndBack(page);
  await speaksIntoOneRoom(page);
  await looksRight(page);
  await screens(page);
  if (setting.offline) await isHonestWithoutData(page, context);
} finally {
  await browser.close();
}
