/** What a step says besides its commands. The MCU keeps one text for the director; site, lights and importance are marked lines in it. */

import type { RunStep } from '../../api/mcu';

export type Details = { site: string; lights: string; important: boolean; note: string };

const SITE = '会场:';
const LIGHTS = '灯光:';
const IMPORTANT = '★重要';

export function detailsOf(step: RunStep): Details {
  const details: Details = { site: '', lights: '', important: false, note: '' };
  const rest: string[] = [];
  for (const line of (step.text ?? '').split('\n')) {
    if (line.startsWith(SITE)) details.site = line.slice(SITE.length).trim();
    else if (line.startsWith(LIGHTS)) details.lights = line.slice(LIGHTS.length).trim();
    else if (line.trim() === IMPORTANT) details.important = true;
    else rest.push(line);
  }
  return { ...details, note: rest.join('\n').trim() };
}

export function textOf({ site, lights, important, note }: Details): string {
  return [important ? IMPORTANT : '', site === '' ? '' : `${SITE}${site}`, lights === '' ? '' : `${LIGHTS}${lights}`, note].filter((line) => line !== '').join('\n');
}
