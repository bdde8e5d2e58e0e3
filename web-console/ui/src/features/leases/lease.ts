/** 操作权: whose an area is, seen from one account. Pure. */

import type { Area, Command, Lease, Leases } from '../../api/mcu';

export const AREAS: readonly Area[] = ['picture', 'sound', 'affairs'];

export type Standing = 'free' | 'mine' | 'others';

export function standing(lease: Lease | null | undefined, account: string): Standing {
  if (lease === null || lease === undefined) return 'free';
  return lease.holder === account ? 'mine' : 'others';
}

/** A command whose right is that of the area. */
export const SAMPLE: Record<Area, Command['cmd']> = { picture: 'set_preview', sound: 'set_mic', affairs: 'call' };

export const MARK: Record<Standing, string> = { free: '○', mine: '●', others: '▲' };

/** Areas somebody asks this account for. */
export const askedOf = (leases: Leases, account: string): Area[] => AREAS.filter((area) => leases[area]?.holder === account && leases[area]?.wanted_by != null);
