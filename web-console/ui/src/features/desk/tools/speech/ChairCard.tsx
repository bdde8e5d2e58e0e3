import { useState } from 'react';

import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { SiteSelect } from '../SiteSelect';

/** 主席: who holds the token, who asks for it. */
export function ChairCard() {
  const words = useWords();
  const { t } = words;
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const [picked, setPicked] = useState<string | null>(null);
  const names = siteNames(snapshot, words);
  const chair = snapshot?.speech.chair ?? null;
  const asking = snapshot?.sites.filter((one) => one.wants_chair) ?? [];
  const site = picked ?? selected ?? '';
  const isGranting = (id: string): boolean => pending.some((one) => one.command.cmd === 'grant_chair' && one.command.args.site === id);
  const grant = (id: string): void => conference.send({ cmd: 'grant_chair', args: { site: id } });
  return (
    <section className="tool-card" aria-label={t('speech.chair')}>
      <div className="tool-row">
        <h3 className="tool-grow">
          {t('speech.chair')} <b>{chair === null ? t('speech.noChair', { site: names(snapshot?.main_site ?? '') }) : names(chair)}</b>
        </h3>
        <Button reason={reasons('revoke_chair') ?? (chair === null ? t('speech.nobodyPresides') : null)} pending={pending.some((one) => one.command.cmd === 'revoke_chair')} onPress={() => conference.send({ cmd: 'revoke_chair', args: {} })}>
          {t('speech.revokeChair')}
        </Button>
      </div>
      {asking.map((one) => (
        <div key={one.site} className="tool-row">
          <span className="tool-grow">{t('speech.wantsChair', { site: names(one.site) })}</span>
          <Button reason={reasons('grant_chair')} pending={isGranting(one.site)} label={t('speech.grantChairLong', { site: names(one.site) })} onPress={() => grant(one.site)}>
            {t('speech.grantChair')}
          </Button>
        </div>
      ))}
      <div className="tool-row">
        <SiteSelect label={t('speech.site')} value={site} onPick={setPicked} />
        <Button reason={reasons('grant_chair') ?? (site === '' ? t('reason.noSite') : null)} pending={isGranting(site)} onPress={() => grant(site)}>
          {t('speech.grantChair')}
        </Button>
      </div>
    </section>
  );
}
