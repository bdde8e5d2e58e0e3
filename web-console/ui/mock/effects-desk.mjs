// What the run sheet, plans, leases, overlays, outputs and the default layout do in the fake conference. `world` has the snapshot, `run` applies another command.
const changed = (before, after) => ({ event: 'changed', data: { before, after } });

export function deskEffects(world, run) {
  const s = () => world.snapshot;
  const desk = () => s().desk;
  const put = (field, holder, key, value, name) => {
    const before = holder[key] ?? null;
    holder[key] = value;
    return changed({ field, value: { [name ?? key]: before } }, { field, value: { [name ?? key]: value } });
  };
  const refuse = (code, detail, detailZh) => ({ problem: { status: 409, code, detail, detail_zh: detailZh } });
  const plan = (name) => desk().plans.find((one) => one.plan.name === name);
  const lease = (area, value) => {
    const before = desk().leases[area] ?? null;
    desk().leases = { ...desk().leases, [area]: value };
    return changed({ field: 'lease', value: { area, lease: before } }, { field: 'lease', value: { area, lease: value } });
  };
  const fresh = (holder) => ({ holder, since_ms: Date.now(), wanted_by: null });
  const planChanged = (name) => changed({ field: 'plan', value: { name } }, { field: 'plan', value: { name, armed: plan(name) ?? null } });
  return {
    end: () => {
      s().phase = 'ended';
      return { event: 'ended', data: {} };
    },
    set_layout: (args) => put('multi_picture', s().settings, 'multi_picture', args.layout, 'layout'),
    set_overlays: (args) => put('overlays', s().settings, 'overlays', args.overlays),
    set_output: ({ audience, picture }) => {
      const key = { hall_screen: 'hall_screen', record: 'record_picture', live: 'live_picture' }[audience];
      s().output = { ...s().output, [key]: picture };
      return changed({ field: 'output_picture', value: { audience } }, { field: 'output_picture', value: { audience, picture } });
    },
    set_record: (args) => put('record', s().output, 'record', args.record),
    set_live: (args) => {
      if (typeof args.delay_s === 'number') s().output.live_delay_s = args.delay_s;
      return put('live', s().output, 'live', args.live);
    },
    load_run_sheet: (args) => {
      desk().next_step = 0;
      return put('run_sheet', desk(), 'run_sheet', args.sheet, 'sheet');
    },
    set_run_step: (args) => put('next_step', desk(), 'next_step', args.next, 'next'),
    next_step: () => {
      const step = desk().run_sheet?.steps[desk().next_step];
      if (step === undefined) return refuse('mcu.item.unknown', 'there is no such step', '没有此导播单步骤');
      for (const command of step.commands ?? []) run(command);
      return put('next_step', desk(), 'next_step', desk().next_step + 1, 'next');
    },
    arm_plan: ({ plan: given }) => {
      desk().plans = [...desk().plans.filter((one) => one.plan.name !== given.name), { plan: given, ran: null }];
      return planChanged(given.name);
    },
    disarm_plan: ({ name }) => {
      desk().plans = desk().plans.filter((one) => one.plan.name !== name);
      return planChanged(name);
    },
    run_plan: ({ name }) => {
      for (const command of plan(name).plan.commands) run(command);
      desk().plans = desk().plans.map((one) => (one.plan.name === name ? { ...one, ran: s().rev + 1 } : one));
      return planChanged(name);
    },
    roll_back_plan: ({ name }) => {
      desk().plans = desk().plans.map((one) => (one.plan.name === name ? { ...one, ran: null } : one));
      return planChanged(name);
    },
    take_lease: ({ area }, _, { author }) => {
      const holder = desk().leases[area]?.holder;
      if (holder !== undefined && holder !== author) return refuse('mcu.lease.held', `${holder} holds it; request it or take it over`, `操作权由 ${holder} 持有,请先申请或接管`);
      return lease(area, fresh(author));
    },
    request_lease: ({ area }, _, { author }) => lease(area, { ...desk().leases[area], wanted_by: author }),
    release_lease: ({ area }) => lease(area, desk().leases[area]?.wanted_by ? fresh(desk().leases[area].wanted_by) : null),
    take_over_lease: ({ area }, _, { author }) => lease(area, fresh(author)),
    lock_program: (_, snapshot, { author }) => put('program_lock', desk(), 'program_locked_by', author, 'by'),
    unlock_program: () => put('program_lock', desk(), 'program_locked_by', null, 'by'),
  };
}

/** Commands that ask first. */
export const ASK_FIRST = new Set(['end', 'run_plan', 'take_over_lease']);
