// From opportunity to settled trade. What must never happen is forbidden here, whatever the code does:
// two open questions on a route, a grant without its trade, a fill booked twice, money out of nothing.
import { sql, type Kysely } from 'kysely'

/** One planned order, of an opportunity as of a trade. */
const legColumns = sql.raw(`
  seq smallint not null,
  venue text not null,
  symbol text not null,
  base text not null,
  quote text not null,
  side text not null check (side in ('buy', 'sell')),
  amount amount not null check (amount > 0),
  limit_price amount not null check (limit_price > 0),
  average_price amount not null check (average_price > 0),
  notional amount not null check (notional >= 0),
  fee amount not null,
  fee_asset text not null,
  fee_rate amount not null,
  fee_source text not null check (fee_source in ('account', 'market', 'venue', 'default')),
  spends amount not null check (spends >= 0),
  spends_asset text not null,
  receives amount not null check (receives >= 0),
  receives_asset text not null,
  book_age_ms double precision not null
`)

export async function up(db: Kysely<unknown>): Promise<void> {
  await createTransitions(db)
  await createOpportunities(db)
  await createApprovals(db)
  await createTrades(db)
  await createLedger(db)
}

/** The state machines as rows, so that a later state is a row and not a new trigger. */
async function createTransitions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transitions (
      machine text not null,
      from_state text not null,
      to_state text not null,
      primary key (machine, from_state, to_state)
    )`.execute(db)
  await sql`
    insert into transitions values
      ('approval', '', 'asked'),
      ('approval', 'asked', 'granted'),
      ('approval', 'asked', 'refused'),
      ('approval', 'asked', 'expired'),
      ('approval', 'asked', 'superseded'),
      ('trade', '', 'approved'),
      ('trade', 'approved', 'executing'),
      ('trade', 'approved', 'abandoned'),
      ('trade', 'executing', 'settled'),
      ('trade', 'executing', 'exposed'),
      ('trade', 'executing', 'abandoned')`.execute(db)
  await sql`
    create function check_transition() returns trigger language plpgsql as $$
    declare
      was text := '';
    begin
      if tg_op = 'UPDATE' then
        was := old.state;
        if was = new.state then return new; end if;
      end if;
      perform 1 from transitions
        where machine = tg_argv[0] and from_state = was and to_state = new.state;
      if not found then
        raise exception '% % may not go from "%" to "%"', tg_argv[0], new.id, was, new.state
          using errcode = 'check_violation', constraint = tg_argv[0] || '_transition';
      end if;
      return new;
    end $$`.execute(db)
}

async function createOpportunities(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table opportunities (
      id text primary key,
      kind text not null check (kind in ('cross', 'cycle')),
      route text not null,
      venues text[] not null,
      asset text not null,
      notional amount not null,
      gross amount not null,
      fees amount not null,
      net amount not null,
      net_percent double precision not null,
      net_usdt numeric not null,
      notional_usdt numeric not null,
      net_at_top double precision not null,
      identity text not null,
      wallet text not null,
      leg_skew_ms double precision not null,
      first_seen_at timestamptz not null,
      detected_at timestamptz not null,
      ended_at timestamptz,
      constraint net_is_gross_minus_fees check (net = gross - fees)
    )`.execute(db)
  await sql`create index opportunities_by_time on opportunities (detected_at)`.execute(db)
  await sql`create index live_opportunities on opportunities (detected_at) where ended_at is null`.execute(
    db,
  )
  await sql`
    create table opportunity_legs (
      opportunity text not null references opportunities on delete cascade,
      ${legColumns},
      primary key (opportunity, seq)
    )`.execute(db)
}

async function createApprovals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table approvals (
      id text primary key,
      mode text not null check (mode in ('paper', 'live')),
      opportunity text not null references opportunities,
      route text not null,
      asset text not null,
      shown_net amount not null,
      shown_notional amount not null,
      state text not null default 'asked'
        check (state in ('asked', 'granted', 'refused', 'expired', 'superseded')),
      asked_at timestamptz not null,
      expires_at timestamptz not null check (expires_at > asked_at),
      closed_at timestamptz,
      answered_by text,
      reason text,
      trade text unique,
      unique (id, trade),
      constraint closed_when_not_asked check ((state <> 'asked') = (closed_at is not null)),
      constraint answered_by_somebody
        check ((state in ('granted', 'refused')) = (answered_by is not null)),
      constraint answered_in_time
        check (state not in ('granted', 'refused') or closed_at < expires_at),
      constraint granted_with_a_trade check ((state = 'granted') = (trade is not null)),
      constraint superseded_for_a_reason check ((state = 'superseded') = (reason is not null))
    )`.execute(db)
  await sql`create unique index one_open_approval_per_route on approvals (mode, route) where state = 'asked'`.execute(
    db,
  )
  await sql`create index approvals_by_opportunity on approvals (opportunity)`.execute(db)
  await sql`
    create trigger approval_transition before insert or update of state on approvals
    for each row execute function check_transition('approval')`.execute(db)
}

async function createTrades(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table trades (
      id text primary key,
      mode text not null check (mode in ('paper', 'live')),
      opportunity text not null unique references opportunities,
      approval text not null unique,
      route text not null,
      kind text not null check (kind in ('cross', 'cycle')),
      asset text not null,
      state text not null default 'approved'
        check (state in ('approved', 'executing', 'settled', 'exposed', 'abandoned')),
      expected_net amount not null,
      notional amount not null,
      notional_usdt numeric not null,
      epoch bigint not null default 0,
      worker text,
      lease_until timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      begun_at timestamptz,
      finished_at timestamptz,
      reason text,
      found_net amount,
      realised_net amount,
      realised_usdt numeric,
      foreign key (approval, id) references approvals (id, trade),
      constraint finished_when_over
        check ((state in ('settled', 'exposed', 'abandoned')) = (finished_at is not null)),
      constraint realised_when_traded
        check ((state in ('settled', 'exposed')) = (realised_net is not null)
          and (realised_net is null) = (realised_usdt is null)),
      constraint reason_when_failed check (state not in ('exposed', 'abandoned') or reason is not null)
    )`.execute(db)
  // Each names the other, so neither a grant without its trade nor a trade without its grant can be
  // committed. The approval is written first, hence its side is checked at the end.
  await sql`
    alter table approvals add foreign key (trade) references trades
    deferrable initially deferred`.execute(db)
  await sql`
    create unique index one_unfinished_trade_per_route on trades (mode, route)
    where state in ('approved', 'executing')`.execute(db)
  await sql`create index trades_by_time on trades (created_at)`.execute(db)
  await sql`create index finished_trades on trades (finished_at)`.execute(db)
  await sql`
    create trigger trade_transition before insert or update of state on trades
    for each row execute function check_transition('trade')`.execute(db)
  await sql`
    create table legs (
      trade text not null references trades,
      ${legColumns},
      primary key (trade, seq)
    )`.execute(db)
}

async function createLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table fills (
      trade text not null,
      leg smallint not null,
      venue text not null,
      symbol text not null,
      side text not null check (side in ('buy', 'sell')),
      order_id text not null,
      filled amount not null check (filled > 0),
      average_price amount not null check (average_price > 0),
      fee amount not null,
      fee_asset text not null,
      spent amount not null check (spent >= 0),
      spent_asset text not null,
      received amount not null check (received >= 0),
      received_asset text not null,
      sent_at timestamptz not null,
      filled_at timestamptz not null,
      booked_at timestamptz not null default clock_timestamp(),
      primary key (venue, order_id),
      foreign key (trade, leg) references legs (trade, seq)
    )`.execute(db)
  await sql`create index fills_by_trade on fills (trade)`.execute(db)
  await sql`
    create table residuals (
      trade text not null references trades,
      seq smallint not null,
      asset text not null,
      amount amount not null,
      primary key (trade, seq)
    )`.execute(db)
  // Paper money and real money never share a row.
  await sql`
    create table balances (
      mode text not null check (mode in ('paper', 'live')),
      venue text not null,
      asset text not null,
      free amount not null constraint free_is_not_negative check (free >= 0),
      reserved amount not null default 0 constraint reserved_is_not_negative check (reserved >= 0),
      changed_at timestamptz not null default clock_timestamp(),
      primary key (mode, venue, asset)
    )`.execute(db)
  // What a trade may still spend; over all open trades it adds up to what the balances call reserved.
  await sql`
    create table reservations (
      trade text not null references trades,
      venue text not null,
      asset text not null,
      held amount not null constraint held_is_not_negative check (held >= 0),
      primary key (trade, venue, asset)
    )`.execute(db)
}
