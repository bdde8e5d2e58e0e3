/** Properties that a device has several of – channels, outputs, seats: one row for each member, one column for each family. Pure. */

import type { CommandDecl, DeviceSnapshot, ParamDecl, PropertySnapshot } from '../../api/rooms';

/** A command that sets one member of a family, e.g. `level.{channel}`. */
export type Setter = { command: CommandDecl; member: string; value: ParamDecl };

export type Column = { stem: string; setter: Setter | null };

export type Member = { key: string; properties: Record<string, PropertySnapshot> };

const OPEN = /^(.+)\.\{(\w+)\}$/;

/** What a command sets a member of; null when its proof is one property, or none. */
export function setterOf(command: CommandDecl): (Setter & { stem: string }) | null {
  const [, stem, member] = OPEN.exec(command.proof ?? '') ?? [];
  const value = command.params.find((param) => param.name !== member);
  return stem === undefined || member === undefined || value === undefined || command.params.length !== 2 ? null : { stem, command, member, value };
}

const parts = (name: string): [string, string] | null => {
  const point = name.lastIndexOf('.');
  return point < 1 ? null : [name.slice(0, point), name.slice(point + 1)];
};

const byNumber = (a: string, b: string): number => (Number(a) - Number(b) || 0) || a.localeCompare(b);

/** The device's families: columns in the order of the commands, then what is only told; rows in the order of their numbers. */
export function familiesOf(device: DeviceSnapshot): { columns: Column[]; members: Member[] } {
  const members = new Map<string, Record<string, PropertySnapshot>>();
  const told: string[] = [];
  for (const [name, property] of Object.entries(device.properties)) {
    const found = parts(name);
    if (found === null) continue;
    const [stem, key] = found;
    if (!told.includes(stem)) told.push(stem);
    members.set(key, { ...members.get(key), [stem]: property });
  }
  const setters = device.commands.map(setterOf).filter((setter) => setter !== null);
  const set = setters.map(({ stem, ...setter }): Column => ({ stem, setter }));
  const rest = told.filter((stem) => !set.some((column) => column.stem === stem)).map((stem): Column => ({ stem, setter: null }));
  const rows = [...members].map(([key, properties]): Member => ({ key, properties }));
  return { columns: [...set, ...rest], members: rows.toSorted((a, b) => byNumber(a.key, b.key)) };
}

/** Whether a property belongs into a table of members. */
export const isMember = (name: string): boolean => parts(name) !== null;

/** A whole number as people read it: 25 with one digit after the point is 2.5. */
export const decimalText = (value: number, decimals: number): string => (value / 10 ** decimals).toFixed(decimals);

/** What people wrote, as a whole number; null when it is none or out of range. */
export function wholeOf(text: string, decimals: number, min: number, max: number): number | null {
  const value = Math.round(Number(text.replace(',', '.')) * 10 ** decimals);
  return text.trim() === '' || !Number.isFinite(value) || value < min || value > max ? null : value;
}
