/** Held moves of a camera, made from its declared commands: pure. */

import type { CommandDecl, ParamDecl, Value } from '../../api/rooms';

/** A move lasts as long as it is renewed; the room ends it after 10 s without. */
export const RENEW_MS = 500;

export type Direction = 'up' | 'down' | 'left' | 'right' | 'tele' | 'wide' | 'near' | 'far';

export type HeldMove = {
  direction: Direction | null;
  /** What the room calls it; shown when the direction is none we know. */
  option: string | null;
  command: string;
  args: Record<string, Value>;
};

type IntParam = { name: string; min: number; max: number };

const intOf = (param: ParamDecl): IntParam | null =>
  param.kind.type === 'int' ? { name: param.name, min: param.kind.min, max: param.kind.max } : null;

const isSigned = (param: IntParam): boolean => param.min < 0 && param.max > 0;

/** A share of the way from rest to the end of the range, at least one step. */
const towards = (end: number, share: number): number => Math.sign(end) * Math.max(1, Math.round(Math.abs(end) * share));

const OPTION_DIRECTIONS: Record<string, Direction> = {
  up: 'up',
  down: 'down',
  left: 'left',
  right: 'right',
  tele: 'tele',
  in: 'tele',
  wide: 'wide',
  out: 'wide',
  near: 'near',
  far: 'far',
};

/** Everything a command needs beside what the move is about: the share of the range for speeds, the first option for words. */
function otherArgs(params: ParamDecl[], used: string[], share: number): Record<string, Value> {
  const args: Record<string, Value> = {};
  for (const param of params) {
    if (used.includes(param.name)) continue;
    if (param.kind.type === 'int') {
      const { min, max } = param.kind;
      args[param.name] = min < 0 && max > 0 ? 0 : Math.max(min, Math.round(min + (max - min) * share));
    } else if (param.kind.type === 'bool') args[param.name] = false;
    else args[param.name] = param.kind.type === 'choice' ? (param.kind.options[0]?.[0] ?? '') : '';
  }
  return args;
}

function axis(command: CommandDecl, param: IntParam, low: Direction, high: Direction, share: number): HeldMove[] {
  const rest = otherArgs(command.params, [param.name], share);
  const move = (direction: Direction, end: number): HeldMove => ({
    direction,
    option: null,
    command: command.name,
    args: { ...rest, [param.name]: towards(end, share) },
  });
  return [move(low, param.min), move(high, param.max)];
}

function movesOf(command: CommandDecl, share: number): HeldMove[] {
  const ints = command.params.map(intOf).filter((param): param is IntParam => param !== null && isSigned(param));
  const named = (part: string): IntParam | undefined => ints.find((param) => param.name.includes(part));
  const [pan, tilt] = [named('pan') ?? named('x'), named('tilt') ?? named('y')];
  if (pan !== undefined && tilt !== undefined && pan !== tilt) {
    return [...axis(command, pan, 'left', 'right', share), ...axis(command, tilt, 'down', 'up', share)];
  }
  const [only] = ints;
  if (only !== undefined) {
    const isFocus = command.name.includes('focus');
    return isFocus ? axis(command, only, 'near', 'far', share) : axis(command, only, 'wide', 'tele', share);
  }
  const choice = command.params.find((param) => param.kind.type === 'choice');
  if (choice === undefined || choice.kind.type !== 'choice') return [];
  return choice.kind.options
    .filter(([option]) => option !== 'stop')
    .map(([option]) => ({
      direction: OPTION_DIRECTIONS[option] ?? null,
      option,
      command: command.name,
      args: { ...otherArgs(command.params, [choice.name], share), [choice.name]: option },
    }));
}

/** All moves that can be held. `share` is how fast, 0 to 1. */
export const heldMoves = (commands: CommandDecl[], share: number): HeldMove[] =>
  commands.filter((command) => command.held).flatMap((command) => movesOf(command, share));

const words = (name: string): string[] => name.split(/[_-]/);

/** The command that ends a held one: a declared stop, the one that shares most words with it; null when there is none. */
export function stopOf(commands: CommandDecl[], held: string): CommandDecl | null {
  const wanted = new Set(words(held));
  const stops = commands.filter((command) => !command.held && words(command.name).includes('stop') && command.params.length === 0);
  const score = (command: CommandDecl): number => words(command.name).filter((word) => wanted.has(word)).length;
  return stops.toSorted((a, b) => score(b) - score(a))[0] ?? null;
}
