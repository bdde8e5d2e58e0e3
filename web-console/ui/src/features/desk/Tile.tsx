import { memo } from 'react';

import type { Picture, SiteSnapshot, WallRect } from '../../api/mcu';
import type { Place } from '../../api/places';
import { useWords } from '../../i18n/useWords';
import { spanText } from '../../ui/clock';
import { useWallNow } from '../../ui/useNow';
import { placeWords } from '../rooms/places';
import { useLive } from './DeskContext';
import { TALLY_SHAPE, tallyOf, tallyWords } from './words';

type Props = {
  site: SiteSnapshot;
  number: number;
  isMain: boolean;
  isChair: boolean;
  shows: boolean;
  hand: number | null;
  rect: WallRect;
  preview: Picture | null | undefined;
  /** Where the site's room is; told while it is not joined here. */
  place: Place | null;
  isSelected: boolean;
  isTabStop: boolean;
  isPending: boolean;
  isTrusted: boolean;
  hasVideo: boolean;
  onSelect: (site: string) => void;
};

const percent = (rect: WallRect) => ({
  left: `${rect.x / 10}%`,
  top: `${rect.y / 10}%`,
  width: `${rect.w / 10}%`,
  height: `${rect.h / 10}%`,
});

function useConnectionWords(site: SiteSnapshot): string {
  const { t } = useWords();
  const offset = useLive((state) => state.clockOffsetMs);
  const now = useWallNow(1000);
  if (!site.seated || site.connection === 'absent') return t('connection.absent');
  const span = spanText(now + offset - site.connection_since_ms);
  return site.connection === 'offline' ? t('connection.offline', { span }) : t(`connection.${site.connection}`);
}

/** What a joined site lacks, in words. */
function troubleKey(site: SiteSnapshot): 'trouble.noPicture' | 'trouble.noSound' | 'trouble.neither' | null {
  if (!site.seated || site.connection !== 'joined') return null;
  if (!site.picture) return site.sound ? 'trouble.noPicture' : 'trouble.neither';
  return site.sound ? null : 'trouble.noSound';
}

/** Signs beside the name: hand with its place in the queue, chair, content, slate, closed loudspeaker. */
function useMarks({ site, isChair, shows, hand }: Props): { text: string; spoken: string }[] {
  const { t } = useWords();
  const marks = [];
  if (hand !== null) marks.push({ text: t('tile.handShort', { number: hand }), spoken: t('tile.hand', { number: hand }) });
  if (isChair) marks.push({ text: t('tile.chair'), spoken: t('tile.chair') });
  if (shows) marks.push({ text: `◫${t('tile.content')}`, spoken: t('tile.content') });
  if (site.slate != null) marks.push({ text: t('tile.slate'), spoken: t('tile.slate') });
  if (site.speaker === 'muted') marks.push({ text: t('tile.speakerMuted'), spoken: t('tile.speakerMutedLong') });
  if (site.talkback === true) marks.push({ text: `☏${t('talk.on')}`, spoken: t('talk.on') });
  if (site.redial != null) marks.push({ text: `↻${site.redial.tries}`, spoken: t('tile.redial', { tries: site.redial.tries }) });
  return marks;
}

function TileOnWall(props: Props) {
  const { site, number, isPending, isTrusted } = props;
  const { t, nameOf, language } = useWords();
  const select = (): void => props.onSelect(site.site);
  const kind = tallyOf(site, props.preview);
  const tally = tallyWords(t, kind, site.tally.cell);
  const connection = useConnectionWords(site);
  const mic = t(site.mic === 'open' ? 'mic.open' : site.mute_locked ? 'mic.locked' : 'mic.closed');
  const isJoined = site.seated && site.connection === 'joined';
  const place = isJoined || props.place === null ? '' : placeWords(t, language, props.place);
  const trouble = troubleKey(site);
  const faults = isJoined ? (site.faults ?? []).map((one) => t(`fault.${one.fault}`)) : [];
  const marks = useMarks(props);
  const loss = (site.loss_permille / 10).toFixed(1);
  const name = nameOf(site);
  const spoken = [number, name, props.isMain ? t('wall.main') : '', tally, mic, connection, place, trouble === null ? '' : t(trouble), site.trouble == null ? '' : t(`trouble.${site.trouble}`), ...faults, ...marks.map((mark) => mark.spoken)];
  const classes = ['tile', `tile-${kind}`];
  if (props.isSelected) classes.push('tile-selected');
  if (isPending) classes.push('is-pending');
  if (!isTrusted) classes.push('is-untrusted');
  if (!isJoined || !props.hasVideo) classes.push('tile-dark');
  if (site.connection === 'offline') classes.push('tile-offline');
  return (
    <div
      role="option"
      aria-selected={props.isSelected}
      aria-busy={isPending}
      aria-label={spoken.filter((word) => word !== '').join(' ') + (isTrusted ? '' : ` ${t('trust.lost')}`)}
      tabIndex={props.isTabStop ? 0 : -1}
      data-site={site.site}
      className={classes.join(' ')}
      style={percent(props.rect)}
      onClick={select}
      onFocus={select}
      onKeyDown={(event) => {
        if (event.code === 'Enter' && !event.ctrlKey) select();
      }}
    >
      <span className="tile-line tile-top">
        <b className="tile-number">{number}</b>
        <span className="tile-name">{name}</span>
        {marks.map((mark) => (
          <span key={mark.text} className="tile-mark" title={mark.spoken}>
            {mark.text}
          </span>
        ))}
        {kind !== 'idle' && (
          <span className={`tally tally-${kind}`}>
            <span aria-hidden="true">{TALLY_SHAPE[kind]}</span>
            {tally}
          </span>
        )}
      </span>
      {!isJoined && (
        <span className="tile-middle">
          {connection}
          {place !== '' && <small className="tile-place">{place}</small>}
        </span>
      )}
      {(trouble !== null || faults.length > 0) && <span className="tile-middle tile-trouble">▲ {[...(trouble === null ? [] : [t(trouble)]), ...faults].join(' ')}</span>}
      {!isTrusted && <span className="tile-middle tile-distrust">{t('trust.lost')}</span>}
      <span className="tile-line tile-bottom">
        <span className={`mic mic-${site.mic}`}>{mic}</span>
        {isJoined && site.trouble == null && <span className="tile-connection">{connection}</span>}
        {isJoined && site.trouble != null && <span className="tile-small">{t(`trouble.${site.trouble}`)}</span>}
        {isJoined && <span className={site.loss_permille >= 10 ? 'loss loss-bad' : 'loss'}>{t('tile.loss', { loss })}</span>}
        {isPending && <span className="tile-pending">{t('pending.short')}</span>}
      </span>
    </div>
  );
}

const SCALARS = ['number', 'isMain', 'isChair', 'shows', 'hand', 'isSelected', 'isTabStop', 'isPending', 'isTrusted', 'hasVideo', 'onSelect'] as const;

/** Every snapshot is a fresh object; a tile is drawn again only when something in its own part differs. */
function isSame(before: Props, after: Props): boolean {
  if (SCALARS.some((name) => before[name] !== after[name])) return false;
  const parts = (props: Props): string => JSON.stringify([props.site, props.rect, props.preview, props.place]);
  return parts(before) === parts(after);
}

export const Tile = memo(TileOnWall, isSame);
