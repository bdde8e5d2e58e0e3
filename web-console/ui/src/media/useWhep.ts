import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { fetchMediaToken } from '../api/console';
import { playWhep } from './whep';
import type { WhepState } from './whep';

/** Plays a monitor into the video element the returned reference is given to. */
export function useWhep(url: string, isPictureDue: boolean): { video: RefObject<HTMLVideoElement | null>; state: WhepState } {
  const video = useRef<HTMLVideoElement | null>(null);
  const due = useRef(isPictureDue);
  const [state, setState] = useState<WhepState>('connecting');
  useEffect(() => {
    due.current = isPictureDue;
  }, [isPictureDue]);
  useEffect(
    () =>
      playWhep({
        url,
        token: fetchMediaToken,
        onState: setState,
        onStream: (stream) => {
          if (video.current !== null) video.current.srcObject = stream;
        },
        isPictureDue: () => due.current,
      }),
    [url],
  );
  return { video, state };
}
