import { useWords } from '../../../../i18n/useWords';
import { useKeyCaps } from '../../../../keys/useKeyMap';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { SoundRow } from './SoundRow';

/** 声音: every site's microphone, lock, loudspeaker and gain. */
export function SoundPanel() {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const isPending = (cmd: string): boolean => pending.some((one) => one.command.cmd === cmd);
  const closesOnJoin = snapshot?.settings.mute_on_join === 'closed';
  const open = snapshot?.sites.filter((one) => one.mic === 'open').length ?? 0;
  return (
    <>
      <div className="tool-row">
        <Button {...keyCap('mute_all')} label={t('action.muteAllLong')} reason={reasons('mute_all')} pending={isPending('mute_all')} onPress={() => conference.send({ cmd: 'mute_all', args: {} })}>
          {t('action.muteAll')}
        </Button>
        <Button
          pressed={closesOnJoin}
          reason={reasons('set_mute_on_join')}
          pending={isPending('set_mute_on_join')}
          onPress={() => conference.send({ cmd: 'set_mute_on_join', args: { mic: closesOnJoin ? 'open' : 'closed' } })}
        >
          {t(closesOnJoin ? 'soundPanel.closedOnJoin' : 'soundPanel.openOnJoin')}
        </Button>
        <span className="hint">{t('soundPanel.open', { open })}</span>
      </div>
      <table className="tool-table sound-table" aria-label={t('soundPanel.title')}>
        <thead>
          <tr>
            <th scope="col">{t('soundPanel.site')}</th>
            <th scope="col">{t('soundPanel.mic')}</th>
            <th scope="col">{t('soundPanel.lock')}</th>
            <th scope="col">{t('soundPanel.speaker')}</th>
            <th scope="col">{t('soundPanel.gain')}</th>
          </tr>
        </thead>
        <tbody>
          {snapshot?.sites.map((site, index) => (
            <SoundRow key={site.site} site={site} number={index + 1} />
          ))}
        </tbody>
      </table>
    </>
  );
}
