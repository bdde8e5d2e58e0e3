// 县区汇报: a run sheet of twenty steps, done with one key each.
import { assert, setting, until } from '../browser.mjs';
import { activate, reach } from '../keyboard.mjs';
import { asked, look, rooms, sees, snapshot } from './room.mjs';

const STEPS = 20;

function step(index) {
  const sites = rooms();
  // The main hall between two reports, as the chair thanks and calls up the next.
  const site = index % 2 === 0 ? 'main-hall' : sites[1 + (Math.floor(index / 2) % (sites.length - 1))];
  const commands = [{ cmd: 'broadcast_site', args: { site } }, { cmd: 'mute_all', args: {} }, { cmd: 'set_mic', args: { site, mic: 'open' } }];
  return { site, step: { title: `第 ${index + 1} 项 ${site}`, text: '', planned_at_ms: Date.now() + index * 60_000, commands } };
}

export async function reports(page) {
  const steps = Array.from({ length: STEPS }, (_, index) => step(index));
  await asked(page, 'load_run_sheet', { sheet: { title: '县区汇报', steps: steps.map((one) => one.step) } });
  await look('anren');
  await look('main-hall');
  await page.keyboard.press('Control+Alt+n');
  const next = page.getByRole('tabpanel').getByRole('button', { name: '执行下一条' });
  await page.getByText(`下一条 1:${steps[0].step.title}`).waitFor();
  for (const [index, { site }] of steps.entries()) {
    if (index === 0) await activate(page, next);
    else {
      // The focus stays on the key: one press a step.
      await until('the step can be done', 5000, async () => (await next.getAttribute('aria-disabled')) !== 'true');
      await page.keyboard.press('Enter');
    }
    const viewer = site === 'anren' ? 'main-hall' : 'anren';
    await sees(viewer, site);
    if (index === 1) await reach(page, next);
  }
  await page.getByText('导播单已执行完').first().waitFor();
  const { desk, sites } = await snapshot(page);
  assert(desk.next_step === STEPS, `${desk.next_step} steps done`);
  assert(sites.filter((one) => one.mic === 'open').every((one) => ['main-hall', steps.at(-1).site].includes(one.site)), 'only who reports is heard');
  await page.getByText(/实际 \d\d:\d\d/).first().waitFor();
  assert(setting.sites.length === 13, 'thirteen seats');
}
