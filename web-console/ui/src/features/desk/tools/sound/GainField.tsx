import { useEffect, useState } from 'react';

import { useWords } from '../../../../i18n/useWords';
import { useDesk } from '../../DeskContext';
import { wholeNumber } from '../numbers';

/** More than this is a fault of the room, to be mended there. */
const LIMIT_DB = 20;
/** Held arrow keys and typed digits become one command. */
const SETTLE_MS = 500;

type Props = { site: string; name: string; gainDb: number; reason: string | null; isPending: boolean };

/** Gain in dB: what is typed is asked for when it has settled, and then shown as the MCU confirms it. */
export function GainField({ site, name, gainDb, reason, isPending }: Props) {
  const { t } = useWords();
  const { conference } = useDesk();
  const [draft, setDraft] = useState<string | null>(null);
  useEffect(() => {
    const wanted = draft === null ? null : wholeNumber(draft, -LIMIT_DB, LIMIT_DB);
    if (wanted === null) return undefined;
    const timer = setTimeout(() => {
      if (wanted !== gainDb) conference.send({ cmd: 'set_gain', args: { site, gain_db: wanted } });
      setDraft(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [draft, gainDb, site, conference]);
  const isBad = draft !== null && wholeNumber(draft, -LIMIT_DB, LIMIT_DB) === null;
  return (
    <input
      type="number"
      className={isPending ? 'is-pending' : ''}
      min={-LIMIT_DB}
      max={LIMIT_DB}
      step={1}
      aria-label={t('soundPanel.gainLong', { site: name, limit: LIMIT_DB })}
      aria-invalid={isBad}
      title={reason ?? undefined}
      disabled={reason !== null}
      value={draft ?? String(gainDb)}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => {
        if (isBad) setDraft(null);
      }}
    />
  );
}
