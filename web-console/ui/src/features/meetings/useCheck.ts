import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { checkBooking } from '../../api/meetings';
import type { BookingBody, CheckAnswer } from '../../api/meetings';
import { problemFrom } from '../../api/http';
import type { Problem } from '../../api/mcu';

/** How long typing may pause before the server is asked. */
const PAUSE_MS = 300;

export type Checked = { answer: CheckAnswer | null; problem: Problem | null; isCurrent: boolean };

/** Whether a booking could be kept as it stands, asked while it is filled in. */
export function useCheck(body: BookingBody, insteadOf: string | null): Checked {
  const text = JSON.stringify(body);
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({ queryKey: ['booking-check', asked, insteadOf], queryFn: () => checkBooking(JSON.parse(asked), insteadOf), retry: false, placeholderData: (before) => before });
  return { answer: query.isError ? null : (query.data ?? null), problem: query.isError ? problemFrom(query.error) : null, isCurrent: asked === text && !query.isPlaceholderData && !query.isFetching };
}
