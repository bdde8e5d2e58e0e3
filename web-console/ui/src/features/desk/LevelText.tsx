import { useWords } from '../../i18n/useWords';
import { useNow } from '../../ui/useNow';
import { useDesk } from './DeskContext';

/** A site's level in words, renewed every two seconds: readable, and spoken without chatter. */
export function LevelText({ index }: { index: number }) {
  const { t } = useWords();
  const { conference } = useDesk();
  const level = conference.meters.at(index, useNow(2000));
  const db = level?.rmsDb ?? -60;
  const text = level === null ? t('level.none') : t('level.db', { db });
  return (
    <span className="fact level-text" role="meter" aria-label={t('level.title')} aria-valuemin={-60} aria-valuemax={0} aria-valuenow={Math.max(-60, Math.min(0, db))} aria-valuetext={text}>
      {text}
    </span>
  );
}
