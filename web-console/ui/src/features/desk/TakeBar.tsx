import { useWords } from '../../i18n/useWords';
import { useKeyCaps } from '../../keys/useKeyMap';
import { touchedMonitor } from '../../live/state';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from './DeskContext';
import { FADE, slate } from './commands';
import { useReasons } from './useReasons';
import { pictureWords, siteNames } from './words';

/** What everybody sees besides the picture: slate, content, a locked program. */
function AirFacts() {
  const words = useWords();
  const { t } = words;
  const snapshot = useLive((state) => state.snapshot);
  const names = siteNames(snapshot, words);
  const content = snapshot?.content;
  const shows = content?.site == null ? t('take.nobodyShows') : names(content.site);
  return (
    <p className="air-facts">
      <span className="fact">
        {t('take.content')} <b>{shows}</b> {content?.locked_to != null && t('take.lockedContent')}
      </span>
      {snapshot?.settings.slate != null && <span className="fact fact-bad">■ {t('take.slateOn', { text: snapshot.settings.slate })}</span>}
      {snapshot?.desk.program_locked_by != null && <span className="fact fact-bad">{t('take.programLocked', { holder: snapshot.desk.program_locked_by })}</span>}
    </p>
  );
}

/** What goes on air: cut, fade, previous picture, end of broadcast, slate, everybody's microphones. */
export function TakeBar() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const isPending = (...commands: string[]): boolean => pending.some((one) => commands.includes(one.command.cmd));
  const isForced = snapshot?.forced != null;
  const isTaking = pending.some((one) => touchedMonitor(one.command) === 'program');
  const noPreview = reasons('take') ?? (snapshot?.preview == null ? t('reason.noPreview') : null);
  const isSlated = snapshot?.settings.slate != null;
  const text = t('take.slateText');
  return (
    <div className="panel take-bar" role="toolbar" aria-label={t('take.title')}>
      <Button look="air" {...keyCap('cut')} pending={isTaking} reason={noPreview} onPress={() => conference.send({ cmd: 'take', args: { transition: 'cut' } })}>
        {t('action.cut')}
      </Button>
      <Button look="air" {...keyCap('fade.second')} pending={isTaking} reason={noPreview} label={t('take.fadeLong')} onPress={() => conference.send(FADE)}>
        {t('take.fade')}
      </Button>
      <Button
        {...keyCap('previous')}
        reason={reasons('previous_picture')}
        pending={isPending('previous_picture')}
        label={t('take.previousLong', { picture: pictureWords(t, snapshot?.previous, siteNames(snapshot, words)) })}
        onPress={() => conference.send({ cmd: 'previous_picture', args: {} })}
      >
        {t('take.previous')}
      </Button>
      <Button
        reason={reasons('cancel_broadcast') ?? (isForced ? null : t('reason.notForced'))}
        pending={isPending('cancel_broadcast')}
        onPress={() => conference.send({ cmd: 'cancel_broadcast', args: {} })}
      >
        {t('action.cancelBroadcast')}
      </Button>
      <Button
        reason={reasons('slate')}
        pending={pending.some((one) => one.command.cmd === 'slate' && one.command.args.site == null)}
        pressed={isSlated}
        label={isSlated ? t('take.slateEndLong') : t('take.slateLong', { text })}
        onPress={() => conference.send(slate(null, isSlated ? null : text))}
      >
        {isSlated ? t('take.slateEnd') : t('take.slate')}
      </Button>
      <Button reason={reasons('mute_all')} pending={isPending('mute_all')} label={t('action.muteAllLong')} onPress={() => conference.send({ cmd: 'mute_all', args: {} })}>
        {t('action.muteAll')}
      </Button>
      <AirFacts />
    </div>
  );
}
