import { useQuery } from '@tanstack/react-query';

import { fetchMe } from '../../api/console';
import type { Me } from '../../api/console';
import { ApiError } from '../../api/http';

export const ME_KEY = ['me'];

/** How often the session is looked at: finds a lock or an end within a minute. */
const LOOK_EVERY_MS = 60_000;

async function meOrNobody(): Promise<Me | null> {
  try {
    return await fetchMe();
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null;
    throw error;
  }
}

/** Who is signed in: null for nobody, undefined while not known. An outage keeps what was known, so that the desk stays up. */
export const useMe = () => useQuery({ queryKey: ME_KEY, queryFn: meOrNobody, refetchInterval: LOOK_EVERY_MS, staleTime: LOOK_EVERY_MS });
