// Tries the desk's tools (layout editor, overlays, run sheet, plans, leases, outputs) in a browser against the mock, with the accessibility rules,
// and takes pictures of each at both sizes. SHOT_ONLY names one of them; SHOT_QUICK leaves out the small size.
import assert from 'node:assert/strict';

import { AxeBuilder } from '@axe-core/playwright';

import { signIn, start } from './shots.mjs';
import { tries } from './tools-tries.mjs';

const MOCK = process.env.MOCK_BASE ?? 'http://127.0.0.1:5174';
const OUT = process.env.SHOT_OUT ?? '/tmp/shots';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const post = (path, body = {}) => fetch(`${MOCK}${path}`, { method: 'POST', body: JSON.stringify(body) });
let broken = 0;

/** What does not fit: buttons whose text is cut, a page that scrolls, a panel wider than its place. */
const faults = (page) =>
  page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollHeight > innerHeight && innerWidth >= 1900) found.push('page scrolls');
    for (const one of document.querySelectorAll('.tool-panel, .layout-editor, .tool-body, .edit-templates, .edit-inspector')) {
      if (one.scrollWidth > one.clientWidth + 1) found.push(`too wide: ${one.className} ${one.scrollWidth}/${one.clientWidth}`);
    }
    for (const one of document.querySelectorAll('.tool-panel button, .layout-editor button:not(.edit-cell)')) {
      const box = one.getBoundingClientRect();
      if (box.width > 0 && box.height < 24) found.push(`low button ${one.textContent} ${box.height}`);
      if (one.scrollWidth > one.clientWidth + 2) found.push(`cut text: ${one.textContent.slice(0, 40)} ${one.scrollWidth}/${one.clientWidth}`);
    }
    return found;
  });

const sizes = process.env.SHOT_QUICK ? [[1920, 1080]] : [[1920, 1080], [1280, 800]];
for (const [width, height] of sizes) {
  for (const [name, attempt] of Object.entries(tries)) {
    if (process.env.SHOT_ONLY && process.env.SHOT_ONLY !== name) continue;
    await post('/api/sign-out');
    await post('/mock/reset');
    const { browser, page } = await start({ width, height });
    // The pictures are not what is tried here, and cost a loaded machine much.
    await page.route('**/whep/**', (route) => route.abort());
    await signIn(page);
    await page.getByRole('tablist').waitFor();
    const look = async (part) => {
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      broken += violations.length;
      for (const one of violations) console.log('   axe', name, part, one.id, one.nodes.length, one.nodes[0]?.html.slice(0, 160), one.nodes[0]?.any[0]?.message ?? '');
      const bad = await faults(page);
      if (bad.length > 0) console.log('   faults', width, name, part, bad);
      await page.screenshot({ path: `${OUT}/${name}${part === '' ? '' : `-${part}`}-${width}.png` });
    };
    await attempt({ page, look, post, assert });
    console.log(`${width} ${name} as promised`);
    await post('/api/sign-out');
    await browser.close();
  }
}
console.log(`axe violations: ${broken}`);
process.exit(broken === 0 ? 0 : 1);
