import type { Command, SiteSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { siteKeyCap } from '../../keys/keymap';
import { Button } from '../../ui/Button';
import { rateText } from '../../ui/rate';
import { useNow } from '../../ui/useNow';
import { mainHallChoice, mainHallReleased, mainHallSees, otherMic, previewSite } from './commands';
import { useDesk, useLive } from './DeskContext';
import { useReasons } from './useReasons';

/** The selected site's level in words, renewed every two seconds: readable, and spoken without chatter. */
function LevelText({ index }: { index: number }) {
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

/** What can be done with the selected site. */
export function ActionBar() {
  const { t, nameOf } = useWords();
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const index = snapshot?.sites.findIndex((one) => one.site === selected) ?? -1;
  const site: SiteSnapshot | undefined = snapshot?.sites[index];
  const noSite = site === undefined ? t('reason.noSite') : null;
  const notSeated = site !== undefined && !site.seated ? t('reason.notSeated') : null;
  const isMain = site !== undefined && site.site === snapshot?.main_site;
  const isChosen = snapshot !== null && site !== undefined && mainHallChoice(snapshot) === site.site;
  const isOwn = (cmd: Command['cmd']): boolean =>
    pending.some((one) => one.command.cmd === cmd && 'site' in one.command.args && one.command.args.site === site?.site);
  const send = (make: (site: SiteSnapshot) => Command) => () => {
    if (site !== undefined) conference.send(make(site));
  };
  const keyCap = siteKeyCap(index);
  const isOpen = site?.mic === 'open';
  return (
    <div className="bar action-bar" role="toolbar" aria-label={t('action.title')}>
      <span className="selected-name" aria-live="polite">
        {site === undefined ? t('action.nothingSelected') : t('action.selected', { site: nameOf(site) })}
        {site?.trouble != null && (
          <small className="trouble-text">
            {t(`troubleLong.${site.trouble}`, { line: site.line_bps == null ? t('troubleLong.unknownLine') : rateText(site.line_bps) })}
          </small>
        )}
      </span>
      {site !== undefined && <LevelText index={index} />}
      <Button
        look="preview"
        {...(keyCap === null ? {} : { keyCap })}
        reason={noSite ?? reasons('set_preview')}
        pending={pending.some((one) => one.command.cmd === 'set_preview')}
        onPress={send((one) => previewSite(one.site))}
      >
        {t('action.toPreview')}
      </Button>
      <Button
        look="air"
        reason={noSite ?? reasons('broadcast_site') ?? notSeated}
        pending={isOwn('broadcast_site')}
        onPress={send((one) => ({ cmd: 'broadcast_site', args: { site: one.site } }))}
      >
        {t('action.broadcast')}
      </Button>
      <Button
        reason={noSite ?? reasons('select_view') ?? (isMain ? t('reason.mainSeesItself') : null)}
        pending={pending.some((one) => one.command.cmd === 'select_view')}
        pressed={isChosen}
        label={isChosen ? t('action.selectViewEndLong') : t('action.selectViewLong')}
        onPress={send((one) => {
          if (snapshot === null) return { cmd: 'select_view', args: { viewer: one.site, source: { kind: 'none' } } };
          return isChosen ? mainHallReleased(snapshot) : mainHallSees(snapshot, one.site);
        })}
      >
        {isChosen ? t('action.selectViewEnd') : t('action.selectView')}
      </Button>
      <Button
        reason={noSite ?? reasons('set_mic')}
        pending={isOwn('set_mic')}
        label={site === undefined ? t('action.closeMic') : t(isOpen ? 'action.closeMicLong' : 'action.openMicLong', { site: nameOf(site) })}
        onPress={send(otherMic)}
      >
        {isOpen ? t('action.closeMic') : t('action.openMic')}
      </Button>
      <Button
        reason={noSite ?? reasons('call')}
        pending={isOwn('call') || isOwn('hang_up')}
        onPress={send((one) => ({ cmd: one.seated ? 'hang_up' : 'call', args: { site: one.site } }))}
      >
        {site?.seated === false ? t('action.call') : t('action.hangUp')}
      </Button>
      <Button
        reason={reasons('call_all_absent') ?? (snapshot?.sites.every((one) => one.seated) === true ? t('reason.allSeated') : null)}
        pending={pending.some((one) => one.command.cmd === 'call_all_absent')}
        onPress={() => conference.send({ cmd: 'call_all_absent', args: {} })}
      >
        {t('action.callAllAbsent')}
      </Button>
    </div>
  );
}
