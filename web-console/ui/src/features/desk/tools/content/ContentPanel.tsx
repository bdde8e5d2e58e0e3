import { useState } from 'react';

import type { Command } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { SiteSelect } from '../SiteSelect';

/** 双流: who shows, who is asked to, to whom it is locked. */
export function ContentPanel() {
  const words = useWords();
  const { t } = words;
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const [picked, setPicked] = useState<string | null>(null);
  const names = siteNames(snapshot, words);
  const site = picked ?? selected ?? '';
  const seat = snapshot?.sites.find((one) => one.site === site);
  const noSite = seat === undefined ? t('reason.noSite') : seat.seated ? null : t('reason.notSeated');
  const { site: shows, invited, locked_to: lockedTo } = snapshot?.content ?? {};
  const isPending = (cmd: Command['cmd']): boolean => pending.some((one) => one.command.cmd === cmd);
  const heldByLock = lockedTo != null && lockedTo !== site ? t('contentPanel.lockedToOther', { site: names(lockedTo) }) : null;
  const rows = [
    { key: 'shows', site: shows, text: t('contentPanel.shows'), end: t('contentPanel.stop'), command: { cmd: 'stop_content', args: {} } },
    { key: 'invited', site: invited, text: t('contentPanel.invited'), end: t('contentPanel.uninvite'), command: { cmd: 'invite_content', args: { site: null } } },
    { key: 'locked', site: lockedTo, text: t('contentPanel.lockedTo'), end: t('contentPanel.unlock'), command: { cmd: 'lock_content', args: { site: null } } },
  ] satisfies { key: string; site: string | null | undefined; text: string; end: string; command: Command }[];
  return (
    <>
      <section className="tool-card" aria-label={t('contentPanel.title')}>
        {rows.map((row) => (
          <div key={row.key} className="tool-row">
            <span className="tool-grow">
              {row.text} <b>{row.site == null ? t('contentPanel.nobody') : names(row.site)}</b>
            </span>
            <Button reason={reasons(row.command.cmd) ?? (row.site == null ? t('contentPanel.nobody') : null)} pending={isPending(row.command.cmd)} onPress={() => conference.send(row.command)}>
              {row.end}
            </Button>
          </div>
        ))}
      </section>
      <section className="tool-card" aria-label={t('contentPanel.give')}>
        <h3>{t('contentPanel.give')}</h3>
        <div className="tool-row">
          <SiteSelect label={t('contentPanel.site')} value={site} onPick={setPicked} />
        </div>
        <div className="tool-row">
          <Button look="primary" reason={reasons('start_content') ?? noSite ?? heldByLock} pending={isPending('start_content')} onPress={() => conference.send({ cmd: 'start_content', args: { site } })}>
            {t('contentPanel.start')}
          </Button>
          <Button reason={reasons('invite_content') ?? noSite} pending={isPending('invite_content')} onPress={() => conference.send({ cmd: 'invite_content', args: { site } })}>
            {t('contentPanel.invite')}
          </Button>
          <Button reason={reasons('lock_content') ?? noSite} pending={isPending('lock_content')} onPress={() => conference.send({ cmd: 'lock_content', args: { site } })}>
            {t('contentPanel.lock')}
          </Button>
        </div>
        <p className="hint">{t('contentPanel.hint')}</p>
      </section>
    </>
  );
}
