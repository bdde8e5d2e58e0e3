// Hands that have a keyboard and nothing else: places are reached by Tab, lists are walked by arrows.
import { assert, fail, until } from './wait.mjs';

/** Tabs round the whole desk at most; it has fewer stops. */
const MAX_STOPS = 400;

/** Before the page loads: whatever a pointer does is counted. */
export async function watchForPointers(page) {
  await page.addInitScript(() => {
    window.pointerActs = 0;
    for (const kind of ['pointerdown', 'mousedown', 'touchstart']) window.addEventListener(kind, () => (window.pointerActs += 1), true);
  });
}

export async function assertNoPointer(page) {
  assert((await page.evaluate(() => window.pointerActs)) === 0, 'the mouse was used in a meeting run by keys');
}

const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement).catch(() => false);

/** Goes from stop to stop until that element has the focus. */
export async function reach(page, locator) {
  await locator.waitFor({ timeout: 15_000 });
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    if (await hasFocus(locator)) return;
    await page.keyboard.press('Tab');
  }
  fail(`no way by Tab to ${locator}`);
}

/** Goes there and presses it; what cannot be pressed yet is waited for. */
export async function activate(page, locator) {
  await until(`${locator} can be pressed`, 15_000, async () => (await locator.getAttribute('aria-disabled').catch(() => 'true')) !== 'true');
  await reach(page, locator);
  await page.keyboard.press('Enter');
}

/** Chooses in a list by arrows. */
export async function choose(page, locator, value) {
  await reach(page, locator);
  await page.keyboard.press('Home');
  for (let place = 0; place < 200; place += 1) {
    if ((await locator.inputValue()) === value) return;
    await page.keyboard.press('ArrowDown');
  }
  fail(`${value} is not in the list ${locator}`);
}

export async function type(page, locator, text) {
  await reach(page, locator);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}
