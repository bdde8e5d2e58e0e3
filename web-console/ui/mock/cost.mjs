// Measures what ten seconds of the idle desk cost the page's main thread: processor time of script, layout and all tasks, in ms.
import { signIn, start } from './shots.mjs';

const SECONDS = 10;
const { browser, page } = await start({ width: 1920, height: 1080 });
await signIn(page);
await page.getByText('画面已核对').waitFor({ timeout: 40_000 });
const session = await page.context().newCDPSession(page);
// Processor time of the page's thread, so that a busy machine does not spoil the figure.
await session.send('Performance.enable', { timeDomain: 'threadTicks' });
const read = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map((one) => [one.name, one.value]));
const before = await read();
await page.waitForTimeout(SECONDS * 1000);
const after = await read();
for (const name of ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration', 'TaskDuration']) console.log(name, Math.round(1000 * (after[name] - before[name])), 'ms in', SECONDS, 's');
await fetch('http://127.0.0.1:5174/api/sign-out', { method: 'POST', body: '{}' });
await browser.close();
