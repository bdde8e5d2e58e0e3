import type { Command, SiteSnapshot } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { otherMic } from '../../commands';
import { useReasons } from '../../useReasons';
import { GainField } from './GainField';

/** One site's sound; both words for the two kinds of mute (glossary). */
export function SoundRow({ site, number }: { site: SiteSnapshot; number: number }) {
  const { t, nameOf } = useWords();
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const pending = useLive((state) => state.pending);
  const name = nameOf(site);
  const isOpen = site.mic === 'open';
  const isMuted = site.speaker === 'muted';
  const isPending = (cmd: Command['cmd']): boolean =>
    pending.some((one) => one.command.cmd === cmd && 'site' in one.command.args && one.command.args.site === site.site);
  const mic = (
    <Button pressed={isOpen} label={t(isOpen ? 'soundPanel.micOpenLong' : 'soundPanel.micClosedLong', { site: name })} reason={reasons('set_mic')} pending={isPending('set_mic')} onPress={() => conference.send(otherMic(site))}>
      <span className={`mic mic-${site.mic}`}>{t(`mic.${site.mic}`)}</span>
    </Button>
  );
  return (
    <tr className={selected === site.site ? 'row-picked' : ''}>
      <th scope="row">
        {number} {name}
      </th>
      <td>{mic}</td>
      <td>
        <Button
          pressed={site.mute_locked}
          label={t(site.mute_locked ? 'soundPanel.lockedLong' : 'soundPanel.unlockedLong', { site: name })}
          reason={reasons('mute_lock')}
          pending={isPending('mute_lock')}
          onPress={() => conference.send({ cmd: 'mute_lock', args: { site: site.site, locked: !site.mute_locked } })}
        >
          {t(site.mute_locked ? 'soundPanel.locked' : 'soundPanel.unlocked')}
        </Button>
      </td>
      <td>
        <Button
          pressed={isMuted}
          label={t(isMuted ? 'soundPanel.speakerMutedLong' : 'soundPanel.speakerOnLong', { site: name })}
          reason={reasons('set_speaker')}
          pending={isPending('set_speaker')}
          onPress={() => conference.send({ cmd: 'set_speaker', args: { site: site.site, speaker: isMuted ? 'on' : 'muted' } })}
        >
          {t(isMuted ? 'soundPanel.speakerMuted' : 'soundPanel.speakerOn')}
        </Button>
      </td>
      <td>
        <GainField site={site.site} name={name} gainDb={site.gain_db} reason={reasons('set_gain')} isPending={isPending('set_gain')} />
      </td>
    </tr>
  );
}
