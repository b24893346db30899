// Executions as the engine drives them, every order that may have been sent, every print and what each
// moved. What must never happen is forbidden here, whatever the code does: two executions of one
// opportunity, an order sent twice or changed after it left, a print booked twice, money out of nothing.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await addTransitions(db)
  await createGuards(db)
  await createExecutions(db)
  await createOrders(db)
  await createPrints(db)
  await createEntries(db)
  await widenTrades(db)
}

const machines: Readonly<Record<string, readonly (readonly [from: string, ...to: string[]])[]>> = {
  execution: [
    ['', 'created'],
    ['created', 'preflight', 'aborted'],
    ['preflight', 'legs', 'aborted'],
    ['legs', 'resolving', 'imbalanced', 'exposed', 'settling'],
    ['resolving', 'legs', 'imbalanced', 'exposed', 'settling'],
    ['imbalanced', 'legs', 'resolving', 'hedging', 'exposed', 'settling'],
    ['hedging', 'resolving', 'imbalanced', 'exposed', 'settling'],
    ['exposed', 'legs', 'resolving', 'imbalanced', 'hedging', 'settling'],
    ['settling', 'resolving', 'imbalanced', 'exposed', 'done', 'settled-with-diff', 'aborted'],
    ['done', 'settling', 'imbalanced', 'resolving', 'exposed'],
    ['settled-with-diff', 'settling', 'imbalanced', 'resolving', 'exposed'],
    ['aborted', 'settling', 'imbalanced', 'resolving', 'exposed'],
  ],
  leg: [
    ['', 'intent'],
    ['intent', 'sending', 'void'],
    ['sending', 'acked', 'rejected', 'unknown', 'void'],
    ['unknown', 'acked', 'cancelling', 'filled', 'partial-done', 'cancelled-zero'],
    ['unknown', 'never-accepted', 'escalated'],
    ['acked', 'cancelling', 'filled', 'partial-done', 'cancelled-zero', 'escalated'],
    ['cancelling', 'filled', 'partial-done', 'cancelled-zero', 'escalated'],
    ['escalated', 'cancelling', 'filled', 'partial-done', 'cancelled-zero', 'never-accepted'],
    ['partial-done', 'filled'],
    ['cancelled-zero', 'partial-done', 'filled'],
    ['rejected', 'acked', 'cancelled-zero', 'partial-done', 'filled'],
    ['never-accepted', 'acked', 'cancelled-zero', 'partial-done', 'filled'],
    ['void', 'acked', 'cancelled-zero', 'partial-done', 'filled'],
  ],
  // A late fill makes something of a trade that was nothing, and opens again what was settled.
  trade: [
    ['approved', 'exposed'],
    ['settled', 'exposed'],
    ['abandoned', 'exposed', 'settled'],
    ['exposed', 'settled', 'abandoned'],
  ],
}

async function addTransitions(db: Kysely<unknown>): Promise<void> {
  for (const [machine, rows] of Object.entries(machines)) {
    const pairs = rows.flatMap(([from, ...to]) => to.map((next) => ({ from, next })))
    await sql`
      insert into transitions
      select ${machine}, from_state, to_state
      from unnest(${pairs.map(({ from }) => from)}::text[], ${pairs.map(({ next }) => next)}::text[])
        pair (from_state, to_state)`.execute(db)
  }
}

async function createGuards(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function keep_as_written() returns trigger language plpgsql as $$
    begin
      raise exception '% is only ever added to', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_append_only';
    end $$`.execute(db)
  // An unwind in reserve names the most that may be sent, and becomes exact when it is.
  await sql`
    create function keep_intent() returns trigger language plpgsql as $$
    begin
      if (new.id, new.execution, new.role, new.step, new.attempt, new.venue, new.symbol, new.side,
          new.market, new.created_at)
        is distinct from (old.id, old.execution, old.role, old.step, old.attempt, old.venue,
          old.symbol, old.side, old.market, old.created_at)
        or (old.sent_at is not null and (new.sent_at, new.send_epoch)
          is distinct from (old.sent_at, old.send_epoch))
        or ((old.state <> 'intent' or old.role = 'primary')
          and (new.amount, new.limit_price) is distinct from (old.amount, old.limit_price))
        or new.amount > old.amount
      then
        raise exception 'order % is written down and may not be changed', old.id
          using errcode = 'check_violation', constraint = 'orders_keep_intent';
      end if;
      if old.state = 'intent' and new.state = 'sending' and new.role <> 'primary' and exists (
        select from orders where execution = new.execution and id <> new.id and role <> 'primary'
          and state in ('sending', 'unknown', 'acked', 'cancelling'))
      then
        raise exception 'order % would be the second on the way home', old.id
          using errcode = 'check_violation', constraint = 'orders_go_home_one_by_one';
      end if;
      return new;
    end $$`.execute(db)
  // Whatever is moved comes from somewhere: seen at the end, when all entries of a print are there.
  await sql`
    create function check_balanced() returns trigger language plpgsql as $$
    declare
      moved amount;
    begin
      select sum(amount) into moved from entries
        where transaction = new.transaction and asset = new.asset;
      if moved <> 0 then
        raise exception 'entries of "%" move % % out of nothing', new.transaction, moved, new.asset
          using errcode = 'check_violation', constraint = 'entries_add_up_to_nothing';
      end if;
      return null;
    end $$`.execute(db)
}

async function createExecutions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table executions (
      id text primary key references trades,
      opportunity text not null unique references opportunities,
      approval text not null unique references approvals,
      mode text not null check (mode in ('paper', 'live')),
      state text not null,
      reason text,
      epoch bigint not null default 0,
      version bigint not null check (version >= 0),
      worker text,
      lease_until timestamptz,
      wake_at timestamptz,
      deadline timestamptz not null,
      config_version integer not null,
      engine_version integer not null,
      document jsonb not null,
      created_at timestamptz not null,
      changed_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`
    create index executions_to_drive on executions (mode, wake_at)
    where state not in ('done', 'settled-with-diff', 'aborted')`.execute(db)
  await sql`
    create trigger execution_transition before insert or update of state on executions
    for each row execute function check_transition('execution')`.execute(db)
  // A known key tells nobody twice.
  await sql`
    create table execution_alerts (
      key text primary key,
      execution text not null references executions,
      severity text not null check (severity in ('P0', 'P1', 'P2')),
      kind text not null,
      text text not null,
      told_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`create index execution_alerts_by_execution on execution_alerts (execution)`.execute(db)
  await sql`
    create trigger execution_alerts_stay before update or delete on execution_alerts
    for each row execute function keep_as_written()`.execute(db)
}

async function createOrders(db: Kysely<unknown>): Promise<void> {
  // `id` is our client order id; `send_epoch` is whose commit let it leave.
  await sql`
    create table orders (
      id text primary key check (id ~ '^[a-z0-9]{1,27}$'),
      execution text not null references executions,
      seq smallint not null,
      role text not null check (role in ('primary', 'hedge', 'unwind')),
      step smallint not null check (step >= 0),
      attempt smallint not null check (attempt > 0),
      venue text not null,
      symbol text not null,
      side text not null check (side in ('buy', 'sell')),
      market jsonb not null,
      amount amount not null check (amount > 0),
      limit_price amount not null check (limit_price > 0),
      state text not null,
      reason text,
      created_at timestamptz not null,
      sent_at timestamptz,
      send_epoch bigint,
      not_after timestamptz,
      acked_at timestamptz,
      unknown_since timestamptz,
      ended_at timestamptz,
      order_id text,
      progress jsonb not null,
      unique (execution, role, step, attempt),
      constraint sent_by_somebody check ((sent_at is null) = (send_epoch is null)),
      constraint sent_when_it_left check (state not in ('intent', 'sending')
        or (state = 'sending') = (sent_at is not null))
    )`.execute(db)
  await sql`create index orders_by_venue_id on orders (venue, order_id)`.execute(db)
  await sql`
    create trigger leg_transition before insert or update of state on orders
    for each row execute function check_transition('leg')`.execute(db)
  await sql`
    create trigger orders_keep_intent before update on orders
    for each row execute function keep_intent()`.execute(db)
  await sql`
    create trigger orders_stay before delete on orders
    for each row execute function keep_as_written()`.execute(db)
}

async function createPrints(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table prints (
      venue text not null,
      symbol text not null,
      trade_id text not null,
      client_order_id text not null references orders,
      seq smallint not null,
      order_id text not null,
      amount amount not null check (amount > 0),
      price amount not null check (price > 0),
      fee amount not null,
      fee_asset text not null,
      at timestamptz not null,
      booked_at timestamptz not null default clock_timestamp(),
      primary key (venue, symbol, trade_id),
      unique (client_order_id, seq)
    )`.execute(db)
  await sql`
    create trigger prints_stay before update or delete on prints
    for each row execute function keep_as_written()`.execute(db)
}

async function createEntries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table entries (
      key text primary key,
      transaction text not null,
      execution text not null references executions,
      mode text not null check (mode in ('paper', 'live')),
      venue text,
      asset text not null,
      amount amount not null,
      booked_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`create index entries_by_transaction on entries (transaction, asset)`.execute(db)
  await sql`create index entries_by_execution on entries (execution)`.execute(db)
  await sql`
    create trigger entries_stay before update or delete on entries
    for each row execute function keep_as_written()`.execute(db)
  await sql`
    create constraint trigger entries_balanced after insert on entries
    deferrable initially deferred for each row execute function check_balanced()`.execute(db)
  // A fill is a fact, whatever we thought was there: booking one may leave a deficit, and says so.
  // Nothing else may.
  await sql`
    alter table balances
      add column overdrawn boolean not null default false,
      drop constraint free_is_not_negative,
      add constraint free_is_not_negative check (free >= 0 or overdrawn)`.execute(db)
}

async function widenTrades(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table fills
      add column role text not null default 'primary'
        check (role in ('primary', 'hedge', 'unwind'))`.execute(db)
}
