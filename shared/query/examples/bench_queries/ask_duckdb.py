"""The questions of questions.rs, asked of DuckDB over the same Parquet files.

Usage: ask_duckdb.py FOLDER ROUNDS plain|newest. `plain` aggregates the rows as they are, which is easier; `newest` keeps
the newest version of each id, as the product always does. Prints JSON: names to milliseconds (best of the rounds) and
mean milliseconds of all processors, and rows, times in microseconds since 1970. `cold` is a connection that has not
seen the files yet, `warm` one that has them open.
"""

import json
import sys
import time

import duckdb

DAY = "epoch_us(date_trunc('day', created_at))"
HOUR = "epoch_us(date_trunc('hour', created_at))"
START, HALF, END = "'2026-01-01 00:00:00+00'", "'2026-02-15 00:00:00+00'", "'2026-04-01 00:00:00+00'"
CRITICAL = "count(*) FILTER (severity = 'critical')"


def grouped(keys, figures, order="ALL"):
    return f"SELECT {keys}, {figures} FROM t WHERE created_at >= {START} AND created_at < {END} GROUP BY ALL ORDER BY {order}"


def top(key):
    return (
        f"SELECT {key}, count(*) AS n, {CRITICAL} FROM t WHERE created_at >= {START} AND created_at < {END} "
        f"AND {key} IS NOT NULL GROUP BY {key} ORDER BY n DESC, length({key}), {key} LIMIT 10"
    )


def summary(start, end):
    minutes = "(epoch_us({0}) - epoch_us(created_at)) / 60e6"
    found = "{0} >= created_at"
    ack = (minutes.format("acknowledged_at"), found.format("acknowledged_at"))
    done = (minutes.format("resolved_at"), found.format("resolved_at"))
    return (
        f"SELECT count(*), {CRITICAL}, count(*) FILTER (severity = 'high'), "
        f"count(*) FILTER (resolved_at IS NULL OR resolved_at >= {end}), count(*) FILTER (action = 'blocked'), "
        "count(*) FILTER (action = 'blocked') / count(action), "
        f"avg({ack[0]}) FILTER ({ack[1]}), quantile_cont({ack[0]}, 0.5) FILTER ({ack[1]}), "
        f"avg({done[0]}) FILTER ({done[1]}), quantile_cont({done[0]}, 0.5) FILTER ({done[1]}), "
        "count(*) FILTER (auto_resolved) / count(auto_resolved), count(*) FILTER (sla_met) / count(sla_met), "
        'count(DISTINCT "user"), count(DISTINCT agent_id) '
        f"FROM t WHERE created_at >= {start} AND created_at < {end}"
    )


ACTIONS = ", ".join(
    f"count(*) FILTER (action = '{action}')" for action in ("blocked", "allowed", "quarantined", "alerted")
)
QUESTIONS = {
    "trend by day and severity": [grouped(f"{DAY}, coalesce(severity, 'unrated')", "count(*)")],
    "trend by hour": [grouped(HOUR, "count(*)")],
    "trend by day and policy": [grouped(f"{DAY}, policy_id", "count(*)")],
    "top users": [top('"user"')],
    "top agents": [top("agent_id")],
    "data types": [grouped("data_type", "count(*), avg(confidence)")],
    "policy violations": [
        grouped("policy_id", f"count(*), {ACTIONS}, {CRITICAL}, epoch_us(max(created_at))")
    ],
    "severity distribution": [grouped("coalesce(severity, 'unrated')", "count(*)")],
    "summary and the period before": [summary(HALF, END), summary(START, HALF)],
}


def connect(folder, mode):
    """A connection that knows nothing yet, with the files as table `t`."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET enable_object_cache = true; SET TimeZone = 'UTC'")
    files = f"read_parquet('{folder}/*.parquet', union_by_name = true, filename = true)"
    newest = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY updated_at DESC NULLS LAST, filename DESC, _line DESC) = 1"
    if mode == "plain":
        connection.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{folder}/*.parquet', union_by_name = true)")
    else:
        connection.execute(f"CREATE VIEW t AS SELECT * FROM {files} {newest}")
    return connection


def ask(connection, statements):
    return [list(row) for sql in statements for row in connection.execute(sql).fetchall()]


def timed(rounds, run):
    """What the last round gave, milliseconds of the best by the clock, and the mean of all processors."""
    best, cpu, rows = float("inf"), time.process_time(), []
    for _ in range(rounds):
        began = time.perf_counter()
        rows = run()
        best = min(best, (time.perf_counter() - began) * 1e3)
    return rows, best, (time.process_time() - cpu) * 1e3 / rounds


def main():
    folder, rounds, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    answers = {}
    for name, statements in QUESTIONS.items():
        _, cold, cold_cpu = timed(rounds, lambda: ask(connect(folder, mode), statements))
        connection = connect(folder, mode)
        ask(connection, statements)
        rows, warm, warm_cpu = timed(rounds, lambda: ask(connection, statements))
        answers[name] = {"cold": cold, "cold_cpu": cold_cpu, "warm": warm, "warm_cpu": warm_cpu, "rows": rows}
    print(json.dumps({"version": duckdb.__version__, "figures": answers}))


if __name__ == "__main__":
    main()
