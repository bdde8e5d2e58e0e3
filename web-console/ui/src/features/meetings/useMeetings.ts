import { useQuery } from '@tanstack/react-query';

import { fetchBookings, fetchTemplates } from '../../api/meetings';

export const BOOKINGS_KEY = ['bookings'] as const;
export const TEMPLATES_KEY = ['templates'] as const;
/** A meeting that is being opened changes its state within a second or two. */
const REFRESH_MS = 3000;

/** Bookings between two times, ms since 1970. */
export const useBookings = (fromMs: number, untilMs: number) =>
  useQuery({ queryKey: [...BOOKINGS_KEY, fromMs, untilMs], queryFn: () => fetchBookings(fromMs, untilMs), refetchInterval: REFRESH_MS, retry: false, placeholderData: (before) => before });

export const useTemplates = () => useQuery({ queryKey: TEMPLATES_KEY, queryFn: fetchTemplates, staleTime: REFRESH_MS });
