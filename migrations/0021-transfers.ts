// Transfers between our own accounts: what was asked for, what is known of each, and the money of it. What
// must never happen is forbidden here, whatever the code does: a transfer that leaves twice, one that
// changes after it was asked for, a withdrawal that is two transfers', money out of nothing.
import { sql, type Kysely } from 'kysely'

const transitions: readonly (readonly [from: string, ...to: string[]])[] = [
  ['', 'requested'],
  ['requested', 'sending', 'rejected'],
  ['sending', 'in-transit', 'unknown', 'rejected', 'stuck', 'credited', 'returned'],
  ['unknown', 'in-transit', 'rejected', 'stuck', 'credited', 'returned'],
  ['in-transit', 'stuck', 'credited', 'returned'],
  ['stuck', 'credited', 'returned'],
  ['returned', 'in-transit', 'stuck', 'credited'],
  ['rejected', 'in-transit', 'stuck', 'credited', 'returned'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  const pairs = transitions.flatMap(([from, ...to]) => to.map((next) => ({ from, next })))
  await sql`
    insert into transitions
    select 'transfer', from_state, to_state
    from unnest(${pairs.map(({ from }) => from)}::text[], ${pairs.map(({ next }) => next)}::text[])
      pair (from_state, to_state)`.execute(db)
  await widenLedger(db)
  await createTransfers(db)
}

async function widenLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table ledger
      add column account text not null default 'venue'
        check (account in ('venue', 'in-transit', 'transfer-cost')),
      drop constraint ledger_kind_check,
      add constraint ledger_kind_check check (kind in
        ('opening', 'deposit', 'withdrawal', 'spent', 'received', 'fee', 'transfer')),
      add constraint only_transfers_leave_a_venue check (account = 'venue' or kind = 'transfer')`.execute(
    db,
  )
  // Seen at the end, when all lines of a step are there.
  await sql`
    create function check_transfer_balanced() returns trigger language plpgsql as $$
    declare
      moved amount;
    begin
      select sum(amount) into moved from ledger where txn = new.txn and asset = new.asset;
      if moved <> 0 then
        raise exception '"%" moves % % out of nothing', new.txn, moved, new.asset
          using errcode = 'check_violation', constraint = 'transfers_add_up_to_nothing';
      end if;
      return null;
    end $$`.execute(db)
  await sql`create index ledger_by_transfer on ledger (txn) where kind = 'transfer'`.execute(db)
  await sql`
    create constraint trigger transfers_balanced after insert on ledger
    deferrable initially deferred for each row when (new.kind = 'transfer')
    execute function check_transfer_balanced()`.execute(db)
}

async function createTransfers(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transfers (
      id text primary key check (id ~ '^[a-z0-9]{1,27}$'),
      mode text not null check (mode in ('paper', 'live')),
      asset text not null,
      network text not null,
      from_venue text not null,
      to_venue text not null check (to_venue <> from_venue),
      amount amount not null check (amount > 0),
      fee amount not null check (fee >= 0),
      worth_usdt numeric not null check (worth_usdt >= 0),
      eta_ms bigint not null check (eta_ms > 0),
      requested_by text not null,
      requested_at timestamptz not null,
      expires_at timestamptz not null,
      state text not null,
      sent_at timestamptz,
      facts jsonb not null,
      step integer not null default 0,
      withdrawal_id text,
      deposit_id text,
      changed_at timestamptz not null default clock_timestamp(),
      constraint left_at_some_time check (state <> 'requested' or sent_at is null)
    )`.execute(db)
  await sql`create index transfers_by_time on transfers (mode, requested_at desc)`.execute(db)
  await sql`
    create index transfers_open on transfers (mode, requested_at)
    where state in ('requested', 'sending', 'in-transit', 'unknown', 'stuck')`.execute(db)
  await sql`create index transfers_of_a_day on transfers (mode, sent_at)`.execute(db)
  await sql`
    create unique index one_transfer_a_withdrawal on transfers (mode, from_venue, withdrawal_id)`.execute(
    db,
  )
  await sql`
    create unique index one_transfer_a_deposit on transfers (mode, to_venue, deposit_id)`.execute(
    db,
  )
  await sql`
    create trigger transfer_transition before insert or update of state on transfers
    for each row execute function check_transition('transfer')`.execute(db)
  await sql`
    create function keep_transfer() returns trigger language plpgsql as $$
    begin
      if (new.id, new.mode, new.asset, new.network, new.from_venue, new.to_venue, new.amount, new.fee,
          new.worth_usdt, new.eta_ms, new.requested_by, new.requested_at, new.expires_at)
        is distinct from (old.id, old.mode, old.asset, old.network, old.from_venue, old.to_venue,
          old.amount, old.fee, old.worth_usdt, old.eta_ms, old.requested_by, old.requested_at, old.expires_at)
        or (old.sent_at is not null and new.sent_at is distinct from old.sent_at)
        or (old.state <> 'requested' and old.sent_at is null and new.sent_at is not null)
        or new.step <= old.step
      then
        raise exception 'transfer % is written down and may not be changed', old.id
          using errcode = 'check_violation', constraint = 'transfers_keep_order';
      end if;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger transfers_keep_order before update on transfers
    for each row execute function keep_transfer()`.execute(db)
  await sql`
    create trigger transfers_stay before delete on transfers
    for each row execute function keep_as_written()`.execute(db)
}
