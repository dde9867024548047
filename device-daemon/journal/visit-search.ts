import type Database from 'better-sqlite3';

/** Which visits are looked for; what is absent does not matter. */
export interface VisitQuery {
  /** Visits that ran at some time from here (ISO, UTC) … */
  readonly from?: string;
  /** … and before there. */
  readonly to?: string;
  /** The case code, or how it begins. */
  readonly case?: string;
  /** Something of that kind happened meanwhile. */
  readonly event?: string;
  /** Something was said of that device meanwhile. */
  readonly device?: string;
  /** Only such that began before this entry: where the last page ended. */
  readonly before?: number;
}

/** One visit as the list has it. */
export interface FoundVisit {
  /** Of the entry with which it began. */
  readonly seq: number;
  readonly visit: string;
  readonly case: string;
  readonly began: string;
  readonly end?: {
    readonly seq: number;
    readonly at: string;
    readonly reason: string;
    readonly card: string;
    readonly seconds: number;
  };
}

/** No visit that covers a minute began longer before it; one that was cut off may have its end told days later. */
const longestVisitMs = 60 * 60_000;

interface Row {
  readonly seq: number;
  readonly visit: string;
  readonly case: string;
  readonly began: string;
  readonly endSeq: number | null;
  readonly ended: string;
  readonly reason: string;
  readonly card: string;
  readonly seconds: number;
}

/**
 * The visits that are looked for, the newest first.
 *
 * What is said during a visit has its id, or nobody's: a device fails, a host is away, the machine is cut off. The ways
 * into the table are the index on visit and the number of the entry: a plus keeps SQLite from that on event, whose every
 * entry it would look at once for each visit.
 */
export function findVisits(db: Database.Database, query: VisitQuery, limit: number): readonly FoundVisit[] {
  const { from, to, before, event, device } = query;
  const rows = db
    .prepare(
      `WITH began AS (
          SELECT seq, at, visit, json_extract(body, '$.case') AS code,
            (SELECT max(seq) FROM entries o WHERE o.visit = entries.visit) AS lastSeq
          FROM entries WHERE event = 'visit.began' AND seq < @before
            AND (@earliest IS NULL OR at >= @earliest) AND (@to IS NULL OR at < @to))
        SELECT b.seq, b.visit, b.code AS "case", b.at AS began, e.seq AS endSeq, e.at AS ended,
          json_extract(e.body, '$.reason') AS reason, json_extract(e.body, '$.card') AS card,
          json_extract(e.body, '$.seconds') AS seconds
        FROM began b LEFT JOIN entries e ON e.visit = b.visit AND +e.event = 'visit.ended'
        WHERE (@from IS NULL OR e.at IS NULL OR e.at >= @from)
          AND (@case IS NULL OR substr(b.code, 1, length(@case)) = @case)
          AND (@event IS NULL
            OR EXISTS (SELECT 1 FROM entries m WHERE m.visit = b.visit AND +m.event = @event)
            OR EXISTS (SELECT 1 FROM entries m WHERE +m.visit IS NULL AND +m.event = @event
              AND m.seq BETWEEN b.seq AND coalesce(e.seq, b.lastSeq)))
          AND (@device IS NULL
            OR EXISTS (SELECT 1 FROM entries m WHERE m.visit = b.visit AND json_extract(m.body, '$.device') = @device)
            OR EXISTS (SELECT 1 FROM entries m WHERE +m.visit IS NULL AND json_extract(m.body, '$.device') = @device
              AND m.seq BETWEEN b.seq AND coalesce(e.seq, b.lastSeq)))
        ORDER BY b.seq DESC LIMIT @limit`,
    )
    .all({
      before: before ?? Number.MAX_SAFE_INTEGER,
      from: from ?? null,
      earliest: from === undefined ? null : new Date(Date.parse(from) - longestVisitMs).toISOString(),
      to: to ?? null,
      case: query.case ?? null,
      event: event ?? null,
      device: device ?? null,
      limit,
    }) as Row[];
  return rows.map(({ seq, visit, began, endSeq, ended, reason, card, seconds, ...row }) => ({
    ...{ seq, visit, began, case: row.case },
    ...(endSeq !== null && { end: { seq: endSeq, at: ended, reason, card, seconds } }),
  }));
}
