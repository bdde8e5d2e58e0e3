import type { Area, Command } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { timeOfDay } from '../commandText/timeOfDay';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { AREAS, MARK, SAMPLE, standing } from './lease';

/** 控制权: take, ask for, give back, take over; and the lock of the program. */
export function LeasesPanel() {
  const { t } = useWords();
  const { conference, me } = useDesk();
  const reasons = useReasons();
  const desk = useLive((state) => state.snapshot?.desk);
  const pending = useLive((state) => state.pending);
  if (desk === undefined) return <p className="hint-line">{t('reason.noState')}</p>;
  const lockedBy = desk.program_locked_by ?? null;
  const row = (area: Area) => {
    const lease = desk.leases[area] ?? null;
    const stands = standing(lease, me.account);
    const name = t(`leases.area.${area}`);
    const button = (cmd: 'take_lease' | 'request_lease' | 'release_lease' | 'take_over_lease', look: 'plain' | 'danger' = 'plain', why: string | null = null) => {
      const command: Command = { cmd, args: { area } };
      const isPending = pending.some((one) => one.command.cmd === cmd && 'area' in one.command.args && one.command.args.area === area);
      return (
        <Button look={look} label={`${t(`leases.do.${cmd}`)} ${name}`} reason={reasons(SAMPLE[area]) ?? why} pending={isPending} onPress={() => conference.send(command)}>
          {t(`leases.do.${cmd}`)}
        </Button>
      );
    };
    return (
      <li key={area} className={`overlay-row lease-row lease-${stands}`} aria-label={name}>
        <p>
          <b>
            {MARK[stands]} {t(`leases.says.${stands}`, { area: name, holder: lease?.holder ?? '' })}
          </b>{' '}
          {lease !== null && <small className="soft">{t('leases.since', { time: timeOfDay(lease.since_ms) })}</small>}
        </p>
        <p className="soft">{t(`leases.covers.${area}`)}</p>
        {lease?.wanted_by != null && <p className="stale-line">{t('leases.asks', { account: lease.wanted_by })}</p>}
        <div className="tool-row">
          {stands === 'free' && button('take_lease')}
          {stands === 'others' && button('request_lease', 'plain', lease?.wanted_by === me.account ? t('leases.askedAlready') : null)}
          {stands === 'others' && button('take_over_lease', 'danger')}
          {stands === 'mine' && button('release_lease')}
        </div>
      </li>
    );
  };
  return (
    <div className="tool-body">
      <p className="hint-line">{t('leases.how')}</p>
      <ul className="tool-list">{AREAS.map(row)}</ul>
      <div className="overlay-row">
        <p>
          <b>{lockedBy === null ? t('leases.unlocked') : `■ ${t('leases.lockedBy', { account: lockedBy })}`}</b>
        </p>
        <p className="soft">{t('leases.lockHow')}</p>
        <div className="tool-row">
          <Button
            reason={reasons('lock_program') ?? (lockedBy === null ? null : t('leases.lockedBy', { account: lockedBy }))}
            pending={pending.some((one) => one.command.cmd === 'lock_program')}
            onPress={() => conference.send({ cmd: 'lock_program', args: {} })}
          >
            {t('leases.lock')}
          </Button>
          <Button
            reason={reasons('unlock_program') ?? (lockedBy === null ? t('leases.unlocked') : null)}
            pending={pending.some((one) => one.command.cmd === 'unlock_program')}
            onPress={() => conference.send({ cmd: 'unlock_program', args: {} })}
          >
            {t('leases.unlock')}
          </Button>
        </div>
      </div>
    </div>
  );
}
