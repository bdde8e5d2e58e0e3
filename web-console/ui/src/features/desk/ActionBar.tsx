import type { Command, SiteSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { useKeyCaps } from '../../keys/useKeyMap';
import { Button } from '../../ui/Button';
import { rateText } from '../../ui/rate';
import { useDesk, useLive } from './DeskContext';
import { LevelText } from './LevelText';
import { ListenIn } from './ListenIn';
import { TalkButton } from './TalkButton';
import { mainHallChoice, mainHallReleased, mainHallSees, otherMic, previewSite, slate } from './commands';
import { faultWords } from './faultWords';
import { useReasons } from './useReasons';

function SiteFacts({ site, index }: { site: SiteSnapshot; index: number }) {
  const { t } = useWords();
  const line = site.line_bps == null ? t('troubleLong.unknownLine') : rateText(site.line_bps);
  return (
    <div className="site-facts">
      <LevelText index={index} />
      {site.faults?.map((fault) => (
        <small key={fault.fault} className="trouble-text">
          ▲ {faultWords(t, fault)}
        </small>
      ))}
      {site.trouble != null && <small className="trouble-text">{t(`troubleLong.${site.trouble}`, { line })}</small>}
    </div>
  );
}

/** What can be done with the selected site. */
export function ActionBar() {
  const { t, nameOf } = useWords();
  const { conference, selected, listens, setListens } = useDesk();
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
  const keyCap = useKeyCaps();
  const name = site === undefined ? '' : nameOf(site);
  const isOpen = site?.mic === 'open';
  const isSlated = site?.slate != null;
  const text = t('take.slateText');
  return (
    <section className="panel action-bar" aria-label={t('action.title')}>
      <h2 className="selected-name" aria-live="polite">
        {site === undefined ? t('action.nothingSelected') : t('action.selected', { site: name })}
      </h2>
      {site !== undefined && <SiteFacts site={site} index={index} />}
      {site !== undefined && listens && <ListenIn key={site.site} site={site} />}
      <div className="action-buttons" role="toolbar" aria-label={t('action.title')}>
        <Button
          look="preview"
          {...keyCap(`preview.${index + 1}`)}
          reason={noSite ?? reasons('set_preview')}
          pending={pending.some((one) => one.command.cmd === 'set_preview')}
          onPress={send((one) => previewSite(one.site))}
        >
          {t('action.toPreview')}
        </Button>
        <Button look="air" reason={noSite ?? reasons('broadcast_site') ?? notSeated} pending={isOwn('broadcast_site')} onPress={send((one) => ({ cmd: 'broadcast_site', args: { site: one.site } }))}>
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
        <Button {...keyCap('listen')} reason={noSite} pressed={listens} label={site === undefined ? t('listen.key') : t('listen.title', { site: name })} onPress={() => setListens(!listens)}>
          {t('listen.key')}
        </Button>
        <TalkButton key={site?.site} site={site} />
        <Button
          reason={noSite ?? reasons('set_mic')}
          pending={isOwn('set_mic')}
          label={site === undefined ? t('action.closeMic') : t(isOpen ? 'action.closeMicLong' : 'action.openMicLong', { site: name })}
          onPress={send(otherMic)}
        >
          {isOpen ? t('action.closeMic') : t('action.openMic')}
        </Button>
        <Button
          look="air"
          reason={noSite ?? reasons('call_to_speak') ?? notSeated}
          pending={isOwn('call_to_speak')}
          label={t('action.callToSpeakLong', { site: name })}
          onPress={send((one) => ({ cmd: 'call_to_speak', args: { site: one.site } }))}
        >
          {t('action.callToSpeak')}
        </Button>
        <Button
          look="air"
          reason={noSite ?? reasons('dialogue') ?? notSeated ?? (isMain ? t('action.dialogueWithMain') : null)}
          pending={isOwn('dialogue')}
          label={t('action.dialogueLong', { site: name })}
          onPress={send((one) => ({ cmd: 'dialogue', args: { site: one.site } }))}
        >
          {t('action.dialogue')}
        </Button>
        <Button
          reason={noSite ?? reasons('slate')}
          pending={isOwn('slate')}
          pressed={isSlated}
          label={isSlated ? t('action.slateSiteEndLong', { site: name }) : t('action.slateSiteLong', { site: name, text })}
          onPress={send((one) => slate(one.site, one.slate == null ? text : null))}
        >
          {isSlated ? t('action.slateSiteEnd') : t('action.slateSite')}
        </Button>
        <Button
          reason={noSite ?? reasons('set_main_site') ?? notSeated ?? (isMain ? t('action.isMain') : null)}
          pending={isOwn('set_main_site')}
          label={t('action.makeMainLong', { site: name })}
          onPress={send((one) => ({ cmd: 'set_main_site', args: { site: one.site } }))}
        >
          {t('action.makeMain')}
        </Button>
        <Button reason={noSite ?? reasons('call')} pending={isOwn('call') || isOwn('hang_up')} onPress={send((one) => ({ cmd: one.seated ? 'hang_up' : 'call', args: { site: one.site } }))}>
          {site?.seated === false ? t('action.call') : t('action.hangUp')}
        </Button>
        <Button
          reason={noSite ?? reasons('call') ?? notSeated}
          pending={isOwn('call')}
          label={t('action.recallLong', { site: name })}
          onPress={send((one) => ({ cmd: 'call', args: { site: one.site } }))}
        >
          {t('action.recall')}
        </Button>
        <Button
          reason={reasons('call_all_absent') ?? (snapshot?.sites.every((one) => one.seated) === true ? t('reason.allSeated') : null)}
          pending={pending.some((one) => one.command.cmd === 'call_all_absent')}
          onPress={() => conference.send({ cmd: 'call_all_absent', args: {} })}
        >
          {t('action.callAllAbsent')}
        </Button>
      </div>
    </section>
  );
}
