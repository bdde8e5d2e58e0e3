/** Devices' values and states in words. */

import type { TFunction } from 'i18next';

import { isValue } from '../../api/rooms';
import type { DeviceSnapshot, Health, PropertySnapshot, Value } from '../../api/rooms';
import type { Language } from '../../i18n';
import { spanText } from '../../ui/clock';
import { textIn } from './RoomsContext';

/** Labelled values of a property, in the room's order. */
export function labelledValues(device: DeviceSnapshot, property: string, language: Language): { value: Value; label: string }[] {
  return (device.labels[property] ?? []).flatMap(([value, text]) => (isValue(value) ? [{ value, label: textIn(language, text) }] : []));
}

export function valueText(t: TFunction, language: Language, device: DeviceSnapshot, property: string, value: unknown): string {
  if (!isValue(value)) return t('room.unknownValue');
  const known = labelledValues(device, property, language).find((one) => one.value === value);
  if (known !== undefined) return known.label;
  if (typeof value === 'boolean') return value ? t('room.on') : t('room.off');
  return String(value);
}

const PROPERTY_KEYS = {
  power: 'property.power',
  input: 'property.input',
  mute: 'property.mute',
  video_mute: 'property.video_mute',
  audio_mute: 'property.audio_mute',
  av_mute: 'property.av_mute',
  shutter: 'property.shutter',
  lamp_hours: 'property.lamp_hours',
  errors: 'property.errors',
  error: 'property.errors',
  preset: 'property.preset',
  pan: 'property.pan',
  tilt: 'property.tilt',
  zoom: 'property.zoom',
  focus: 'property.focus',
  freeze: 'property.freeze',
  temperature: 'property.temperature',
  model: 'property.model',
  name: 'property.name',
  inputs: 'property.inputs',
  maker: 'property.maker',
  info: 'property.info',
  class: 'property.class',
  volume: 'property.volume',
  route: 'property.route',
  signal: 'property.signal',
  lock: 'property.lock',
  level: 'property.level',
  mic: 'property.mic',
  request: 'property.request',
  mode: 'property.mode',
  max_open: 'property.max_open',
  connected: 'property.connected',
  outlet: 'property.outlet',
  brightness: 'property.brightness',
  black: 'property.black',
  blackout: 'property.blackout',
  cct: 'property.cct',
  text: 'property.text',
  busy: 'property.busy',
} as const;

const isKnown = (property: string): property is keyof typeof PROPERTY_KEYS => property in PROPERTY_KEYS;

/** Names of properties that drivers are known to report; others are shown as the room calls them. */
export const propertyName = (t: TFunction, property: string): string =>
  isKnown(property) ? t(PROPERTY_KEYS[property]) : property.replaceAll('_', ' ');

export type HealthLook = 'good' | 'busy' | 'fault' | 'gone';

export function healthLook(health: Health): HealthLook {
  switch (health.state) {
    case 'online':
      return 'good';
    case 'connecting':
    case 'authenticating':
    case 'syncing':
      return 'busy';
    case 'degraded':
      return 'fault';
    case 'lost':
    case 'disabled':
      return 'gone';
    default:
      return 'fault';
  }
}

export const HEALTH_SHAPE: Record<HealthLook, string> = { good: '●', busy: '◌', fault: '▲', gone: '✕' };

/** Health in words; `nowMs` is the room's clock. */
export function healthWords(t: TFunction, language: Language, health: Health, nowMs: number): string {
  switch (health.state) {
    case 'online':
    case 'connecting':
    case 'authenticating':
    case 'syncing':
    case 'disabled':
      return t(`health.${health.state}`);
    case 'degraded':
      return t('health.degraded', { reason: textIn(language, health.reason) });
    case 'lost':
      return t('health.lost', {
        span: spanText(nowMs - health.since_ms),
        reason: textIn(language, health.reason),
        next: Math.max(0, Math.ceil((health.next_try_ms - nowMs) / 1000)),
      });
    default:
      return t('room.unknownValue');
  }
}

export const isUsable = (health: Health): boolean => health.state === 'online' || health.state === 'degraded';

/** What is to be said about a property beside its value. */
export function remarks(t: TFunction, language: Language, property: PropertySnapshot): string[] {
  const said: string[] = [];
  if (typeof property.pending === 'number') said.push(t('pending.waiting'));
  if (property.quality !== 'known') said.push(t(`quality.${property.quality}`));
  if (property.external) said.push(t('room.external'));
  if (property.difference) said.push(textIn(language, property.difference));
  return said;
}
