import { useState } from 'react';

import { CallForm } from './CallForm';
import { ChairCard } from './ChairCard';
import { FloorQueue } from './FloorQueue';
import { Speaking } from './Speaking';
import { limitArgs, noLimit } from './limit';

/** 发言: who speaks and for how long, who wants to, who presides. */
export function SpeechPanel() {
  const [limit, setLimit] = useState(noLimit);
  return (
    <>
      <Speaking />
      <FloorQueue limit={limitArgs(limit)} />
      <CallForm limit={limit} onLimit={setLimit} />
      <ChairCard />
    </>
  );
}
