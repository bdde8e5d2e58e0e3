import { useEffect } from 'react';

import { useDesk } from '../desk/DeskContext';
import { noteRunTimes } from '../runSheet/runTimes';

/** What the top bar says about people at the desk; it also notes when steps begin, whatever panel is open. */
export function DeskStatus() {
  const { conference } = useDesk();
  useEffect(() => noteRunTimes(conference.store), [conference]);
  return null;
}
