import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { fetchRehearsal } from '../../api/rehearsal';

/** How often the list is looked at; remaining times are counted here meanwhile. */
const LOOK_EVERY_MS = 2000;

const keyOf = (conference: string): string[] => ['rehearsal', conference];

/** The rehearsal as the server tells of it, with its clock beside ours. */
export const useRehearsal = (conference: string) =>
  useQuery({
    queryKey: keyOf(conference),
    queryFn: async () => {
      const state = await fetchRehearsal(conference);
      return { ...state, offsetMs: state.now_ms - Date.now() };
    },
    refetchInterval: LOOK_EVERY_MS,
  });

/** An act on it; the list is looked at again whatever came of it. */
export function useAct<T>(conference: string, act: (asked: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => queries.invalidateQueries({ queryKey: keyOf(conference) }) });
}
