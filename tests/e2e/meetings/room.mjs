// What the rooms of a meeting see and hear, and what the conference is, for all meetings.
import { assert, setting, terminal, until } from '../browser.mjs';

const HEARD = 600;
const NOT_HEARD = 120;
const SOON = 15_000;

/** Number of a site in the fixed site order. */
export const number = (site) => setting.sites.indexOf(site);

/** Rooms with a terminal; the other seats stay empty. */
export const rooms = () => Object.keys(setting.terminals);

/** Rooms begin to look; `areas` in per-mille, none means the whole picture. */
export async function look(site, areas = []) {
  const response = await fetch(`${setting.terminals[site]}/watch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ for_s: 120, areas: areas.map(([x, y, w]) => ({ x, y, w })) }),
  });
  assert(response.ok, `${site} does not look: ${response.status}`);
}

const lastSeen = async (viewer) => (await terminal(viewer).seen()).at(-1)?.markers.map((marker) => marker?.[0] ?? null) ?? [];

/** Waits until that room sees these sites in the places it looks at. */
export async function sees(viewer, ...sites) {
  const wanted = sites.map(number);
  let last = [];
  await until(`${viewer} sees ${sites}`, SOON, async () => {
    last = await lastSeen(viewer);
    return wanted.every((one, place) => last[place] === one) ? last : null;
  }).catch((error) => {
    throw new Error(`${error.message}; it sees ${last.map((one) => setting.sites[one] ?? 'nothing')}`);
  });
}

/** Everybody but those sees that site. */
export async function allSee(site, ...but) {
  for (const viewer of rooms()) if (viewer !== site && !but.includes(viewer)) await sees(viewer, site);
}

/** Which sites that room has seen since then, without repeats. */
export async function seenSince(viewer, sinceMs) {
  const numbers = (await terminal(viewer).seen()).filter((one) => one.at_ms >= sinceMs).map((one) => one.markers[0]?.[0] ?? null);
  return [...new Set(numbers.filter((one) => one !== null))].map((one) => setting.sites[one]);
}

/** Waits until that room hears exactly these. */
export async function hears(listener, ...sites) {
  const wanted = sites.map(number);
  let last = [];
  await until(`${listener} hears ${sites}`, SOON, async () => {
    last = await terminal(listener).heard();
    return last.length > 0 && last.every((tone, one) => (wanted.includes(one) ? tone > HEARD : tone < NOT_HEARD)) ? last : null;
  }).catch((error) => {
    throw new Error(`${error.message}; it hears ${last.flatMap((tone, one) => (tone > NOT_HEARD ? [`${setting.sites[one]} ${Math.round(tone)}`] : []))}`);
  });
}

/** Asks as another program of the operator would, beside the keys: for what rooms and other people do. */
export async function ask(page, cmd, args = {}) {
  const answer = await page.evaluate(
    async ([id, body]) => {
      const headers = { 'content-type': 'application/json', 'x-console-request': '1' };
      const response = await fetch(`/api/conferences/${id}/commands`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },
    [setting.conference, { cmd, args }],
  );
  return answer;
}

export async function asked(page, cmd, args = {}) {
  const answer = await ask(page, cmd, args);
  assert(answer.status === 200, `${cmd} was refused: ${JSON.stringify(answer)}`);
}

export const snapshot = (page) =>
  page.evaluate(async (id) => (await fetch(`/api/conferences/${id}`)).json(), setting.conference);

/** Microphones by site. */
export const mics = async (page) => Object.fromEntries((await snapshot(page)).sites.map((site) => [site.site, site.mic]));

/** Between two meetings: nothing forced, nothing rotating, all microphones closed but the main hall's. */
export async function clearUp(page) {
  for (const [cmd, args] of [
    ['cancel_broadcast', {}],
    ['stop_polling', { kind: 'watch' }],
    ['stop_polling', { kind: 'broadcast' }],
    ['set_voice_switch', { on: false }],
    ['stop_content', {}],
    ['lock_content', { site: null }],
    ['mute_all', {}],
    ['set_mic', { site: 'main-hall', mic: 'closed' }],
  ]) {
    const answer = await ask(page, cmd, args);
    assert(answer.status < 500, `${cmd}: ${JSON.stringify(answer)}`);
  }
}
