import type { Command } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { useKeyCaps } from '../../../../keys/useKeyMap';
import { Button } from '../../../../ui/Button';
import { spanText, timeText } from '../../../../ui/clock';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { useServerNow } from '../../useServerNow';
import type { LimitArgs } from './limit';

/** The floor queue in its order; whoever is let speak gets the time limit set below. */
export function FloorQueue({ limit }: { limit: LimitArgs }) {
  const { t, nameOf } = useWords();
  const { conference, select } = useDesk();
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const now = useServerNow(1000);
  const queue = snapshot?.floor_queue ?? [];
  const isPending = (cmd: Command['cmd'], site: string | null): boolean =>
    pending.some((one) => one.command.cmd === cmd && (site === null || ('site' in one.command.args && one.command.args.site === site)));
  const isEmpty = queue.length === 0 ? t('speech.queueEmpty') : null;
  return (
    <section className="tool-card" aria-label={t('speech.queue', { total: queue.length })}>
      <div className="tool-row">
        <h3 className="tool-grow">{t('speech.queue', { total: queue.length })}</h3>
        <Button
          look="air"
          {...keyCap('grant_next')}
          reason={reasons('grant_floor') ?? isEmpty}
          pending={pending.some((one) => one.command.cmd === 'grant_floor' && one.command.args.site == null)}
          onPress={() => conference.send({ cmd: 'grant_floor', args: { ...limit } })}
        >
          {t('speech.grantNext')}
        </Button>
        <Button reason={reasons('clear_queue') ?? isEmpty} pending={isPending('clear_queue', null)} onPress={() => conference.send({ cmd: 'clear_queue', args: {} })}>
          {t('speech.clear')}
        </Button>
      </div>
      {queue.length === 0 && <p className="hint">{t('speech.queueEmpty')}</p>}
      <ol className="tool-list">
        {queue.map((id, index) => {
          const site = snapshot?.sites.find((one) => one.site === id);
          if (site === undefined) return null;
          const name = nameOf(site);
          const since = site.floor?.at_ms ?? now;
          return (
            <li key={id} className="tool-row">
              <b className="number tool-number">{index + 1}</b>
              <button type="button" className="button button-quiet tool-grow tool-name" onClick={() => select(id)}>
                {name}
              </button>
              <span className="number hint">
                {timeText(since)} · {spanText(now - since)}
              </span>
              <Button look="air" label={t('speech.grantLong', { site: name })} reason={reasons('grant_floor')} pending={isPending('grant_floor', id)} onPress={() => conference.send({ cmd: 'grant_floor', args: { site: id, ...limit } })}>
                {t('speech.grant')}
              </Button>
              <Button label={t('speech.deferLong', { site: name })} reason={reasons('defer') ?? (queue.length === 1 ? t('speech.onlyOne') : null)} pending={isPending('defer', id)} onPress={() => conference.send({ cmd: 'defer', args: { site: id } })}>
                {t('speech.defer')}
              </Button>
              <Button label={t('speech.withdrawLong', { site: name })} reason={reasons('withdraw')} pending={isPending('withdraw', id)} onPress={() => conference.send({ cmd: 'withdraw', args: { site: id } })}>
                {t('speech.withdraw')}
              </Button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
