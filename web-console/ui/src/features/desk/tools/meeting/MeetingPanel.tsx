import { useState } from 'react';

import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { SiteSelect } from '../SiteSelect';
import { PlannedEndCard } from './PlannedEndCard';

/** 会议: its end, its lock, its main site. */
export function MeetingPanel() {
  const words = useWords();
  const { t } = words;
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const [picked, setPicked] = useState<string | null>(null);
  const isPending = (...commands: string[]): boolean => pending.some((one) => commands.includes(one.command.cmd));
  const isLocked = snapshot?.settings.locked === true;
  const isFree = snapshot?.settings.free_view === true;
  const main = snapshot?.main_site ?? '';
  const site = picked ?? selected ?? '';
  const seat = snapshot?.sites.find((one) => one.site === site);
  const noSite = seat === undefined ? t('reason.noSite') : seat.seated ? null : t('reason.notSeated');
  return (
    <>
      <PlannedEndCard />
      <section className="tool-card" aria-label={t('meetingPanel.access')}>
        <div className="tool-row">
          <span className="tool-grow">{t(isLocked ? 'meetingPanel.isLocked' : 'meetingPanel.isOpen')}</span>
          <Button pressed={isLocked} reason={reasons('lock')} pending={isPending('lock', 'unlock')} onPress={() => conference.send({ cmd: isLocked ? 'unlock' : 'lock', args: {} })}>
            {t(isLocked ? 'meetingPanel.unlock' : 'meetingPanel.lock')}
          </Button>
        </div>
        <div className="tool-row">
          <span className="tool-grow">{t(isFree ? 'meetingPanel.isFree' : 'meetingPanel.isNotFree')}</span>
          <Button pressed={isFree} reason={reasons('set_free_view')} pending={isPending('set_free_view')} onPress={() => conference.send({ cmd: 'set_free_view', args: { free_view: !isFree } })}>
            {t(isFree ? 'meetingPanel.endFree' : 'meetingPanel.free')}
          </Button>
        </div>
      </section>
      <section className="tool-card" aria-label={t('meetingPanel.main')}>
        <h3>
          {t('meetingPanel.main')} <b>{siteNames(snapshot, words)(main)}</b>
        </h3>
        <div className="tool-row">
          <SiteSelect label={t('meetingPanel.newMain')} value={site} onPick={setPicked} />
          <Button
            reason={reasons('set_main_site') ?? noSite ?? (site === main ? t('action.isMain') : null)}
            pending={isPending('set_main_site')}
            onPress={() => conference.send({ cmd: 'set_main_site', args: { site } })}
          >
            {t('action.makeMain')}
          </Button>
        </div>
      </section>
    </>
  );
}
