"""The schema, as ordered steps.

Steps are never edited after they shipped: a change is a new step at the end.
"""

MIGRATIONS: tuple[tuple[str, str], ...] = (
    (
        "market data",
        """
        -- No key: delete + insert is 2.6 times faster; the write path keeps (symbol, timeframe, source, date) unique.
        CREATE TABLE bars (
            symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL, date TIMESTAMPTZ NOT NULL,
            open DOUBLE NOT NULL, high DOUBLE NOT NULL, low DOUBLE NOT NULL, close DOUBLE NOT NULL,
            volume DOUBLE NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE coverage (
            symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            start TIMESTAMPTZ NOT NULL, stop TIMESTAMPTZ NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE quality (
            symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL,
            score DOUBLE NOT NULL, record JSON NOT NULL);
        CREATE TABLE headlines (
            id VARCHAR PRIMARY KEY, source VARCHAR NOT NULL, title VARCHAR NOT NULL, url VARCHAR NOT NULL,
            symbols VARCHAR[] NOT NULL, published_at TIMESTAMPTZ NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE headline_fetches (symbol VARCHAR PRIMARY KEY, fetched_at TIMESTAMPTZ NOT NULL);
        """,
    ),
    (
        "models, cycles and their stages",
        """
        CREATE TABLE models (
            id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            horizon VARCHAR NOT NULL, recipe VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL,
            trained_until TIMESTAMPTZ NOT NULL, trained_at TIMESTAMPTZ NOT NULL, path VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, skill DOUBLE NOT NULL);
        CREATE TABLE cycles (
            id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            mode VARCHAR NOT NULL, world VARCHAR, book_id VARCHAR, as_of TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL,
            seconds DOUBLE, verdict VARCHAR NOT NULL, words VARCHAR, confidence DOUBLE, report JSON);
        CREATE TABLE stages (
            cycle_id VARCHAR NOT NULL, position INTEGER NOT NULL, stage VARCHAR NOT NULL, state VARCHAR NOT NULL,
            seconds DOUBLE NOT NULL, summary VARCHAR NOT NULL, source VARCHAR NOT NULL, input_hash VARCHAR,
            problems JSON NOT NULL, output JSON, PRIMARY KEY (cycle_id, position));
        """,
    ),
    (
        "paper books",
        """
        CREATE TABLE books (
            id VARCHAR PRIMARY KEY, world VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL, active BOOLEAN NOT NULL,
            initial_cash DOUBLE NOT NULL, cash DOUBLE NOT NULL, clock TIMESTAMPTZ, record JSON NOT NULL);
        CREATE TABLE orders (
            id VARCHAR PRIMARY KEY, book_id VARCHAR NOT NULL, cycle_id VARCHAR NOT NULL, symbol VARCHAR NOT NULL,
            side VARCHAR NOT NULL, type VARCHAR NOT NULL, quantity DOUBLE NOT NULL, status VARCHAR NOT NULL,
            submitted_at TIMESTAMPTZ NOT NULL, filled DOUBLE NOT NULL, average DOUBLE, fee DOUBLE NOT NULL,
            reason VARCHAR NOT NULL, record JSON NOT NULL);
        CREATE TABLE fills (
            book_id VARCHAR NOT NULL, order_id VARCHAR NOT NULL, symbol VARCHAR NOT NULL, side VARCHAR NOT NULL,
            quantity DOUBLE NOT NULL, price DOUBLE NOT NULL, reference DOUBLE NOT NULL, fee DOUBLE NOT NULL,
            time TIMESTAMPTZ NOT NULL, reason VARCHAR NOT NULL);
        CREATE TABLE trades (
            book_id VARCHAR NOT NULL, symbol VARCHAR NOT NULL, quantity DOUBLE NOT NULL,
            entry_time TIMESTAMPTZ NOT NULL, entry_price DOUBLE NOT NULL,
            exit_time TIMESTAMPTZ NOT NULL, exit_price DOUBLE NOT NULL, fees DOUBLE NOT NULL, pnl DOUBLE NOT NULL,
            return_ DOUBLE NOT NULL, exit_reason VARCHAR NOT NULL, entry_order_id VARCHAR NOT NULL);
        CREATE TABLE equity (
            book_id VARCHAR NOT NULL, time TIMESTAMPTZ NOT NULL, equity DOUBLE NOT NULL, cash DOUBLE NOT NULL);
        """,
    ),
    (
        "jobs",
        """
        CREATE TABLE jobs (
            id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, key VARCHAR NOT NULL, arguments JSON NOT NULL,
            state VARCHAR NOT NULL, progress DOUBLE NOT NULL, message VARCHAR NOT NULL, log JSON NOT NULL,
            result_id VARCHAR, error VARCHAR, submitted_at TIMESTAMPTZ NOT NULL,
            started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ, bad_input BOOLEAN NOT NULL);
        CREATE TABLE backtests (
            id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            strategy VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL, summary JSON NOT NULL,
            curves BLOB NOT NULL, trades BLOB NOT NULL);
        """,
    ),
    (
        "series, revisions, quarantine and calls",
        """
        CREATE TABLE series (
            series INTEGER PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL);
        INSERT INTO series SELECT row_number() OVER (ORDER BY symbol, timeframe, source), symbol, timeframe, source
            FROM (SELECT DISTINCT symbol, timeframe, source FROM bars);
        -- Joined on one number instead of three texts: half the time of an upsert.
        CREATE TABLE numbered (
            series INTEGER NOT NULL, date TIMESTAMPTZ NOT NULL, open DOUBLE NOT NULL, high DOUBLE NOT NULL,
            low DOUBLE NOT NULL, close DOUBLE NOT NULL, volume DOUBLE NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        INSERT INTO numbered SELECT s.series, b.date, b.open, b.high, b.low, b.close, b.volume, b.fetched_at
            FROM bars b JOIN series s USING (symbol, timeframe, source) ORDER BY s.series, b.date;
        DROP TABLE bars;
        ALTER TABLE numbered RENAME TO bars;
        CREATE TABLE bar_revisions (
            series INTEGER NOT NULL, date TIMESTAMPTZ NOT NULL, open DOUBLE NOT NULL, high DOUBLE NOT NULL,
            low DOUBLE NOT NULL, close DOUBLE NOT NULL, volume DOUBLE NOT NULL, fetched_at TIMESTAMPTZ NOT NULL,
            replaced_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE forming_bars (
            series INTEGER NOT NULL, date TIMESTAMPTZ NOT NULL, open DOUBLE NOT NULL, high DOUBLE NOT NULL,
            low DOUBLE NOT NULL, close DOUBLE NOT NULL, volume DOUBLE NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE quarantine (
            symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL, date TIMESTAMPTZ NOT NULL,
            open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE,
            reason VARCHAR NOT NULL, action VARCHAR NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE source_calls (
            source VARCHAR NOT NULL, asked_at TIMESTAMPTZ NOT NULL, seconds DOUBLE NOT NULL, outcome VARCHAR NOT NULL,
            rows INTEGER NOT NULL, reason VARCHAR NOT NULL, rest_until TIMESTAMPTZ);
        """,
    ),
    (
        "news of several kinds, readings, search",
        """
        ALTER TABLE headlines ADD COLUMN kind VARCHAR DEFAULT 'news';
        ALTER TABLE headlines ADD COLUMN summary VARCHAR DEFAULT '';
        ALTER TABLE headlines ADD COLUMN language VARCHAR DEFAULT '';
        ALTER TABLE headlines ADD COLUMN dated BOOLEAN DEFAULT true;
        ALTER TABLE headlines ADD COLUMN cluster VARCHAR DEFAULT '';
        -- Stems of title and summary; null where they are not made yet.
        ALTER TABLE headlines ADD COLUMN stems VARCHAR;
        CREATE TABLE readings (
            source VARCHAR NOT NULL, name VARCHAR NOT NULL, symbol VARCHAR NOT NULL, time TIMESTAMPTZ NOT NULL,
            value DOUBLE NOT NULL, words VARCHAR NOT NULL, fetched_at TIMESTAMPTZ NOT NULL);
        DROP TABLE headline_fetches;
        CREATE TABLE news_fetches (
            source VARCHAR NOT NULL, symbol VARCHAR NOT NULL, asked_at TIMESTAMPTZ NOT NULL, etag VARCHAR NOT NULL,
            last_modified VARCHAR NOT NULL);
        """,
    ),
    (
        "trials",
        """
        -- Append-only: what was tried was tried, whatever happens to its report.
        CREATE TABLE trials (
            id VARCHAR NOT NULL, batch VARCHAR NOT NULL, kind VARCHAR NOT NULL, symbol VARCHAR NOT NULL,
            timeframe VARCHAR NOT NULL, strategy VARCHAR NOT NULL, parameters JSON NOT NULL,
            start TIMESTAMPTZ NOT NULL, stop TIMESTAMPTZ NOT NULL, bars INTEGER NOT NULL, sharpe DOUBLE,
            recorded_at TIMESTAMPTZ NOT NULL);
        """,
    ),
    (
        "bars and fills of backtests",
        """
        ALTER TABLE backtests ADD COLUMN bars BLOB;
        ALTER TABLE backtests ADD COLUMN fills BLOB;
        """,
    ),
    (
        "searches, their cells and windows",
        """
        CREATE TABLE search_runs (
            id VARCHAR PRIMARY KEY, study VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
            source VARCHAR NOT NULL, strategy VARCHAR NOT NULL, method VARCHAR NOT NULL,
            created_at TIMESTAMPTZ NOT NULL, request JSON NOT NULL, summary JSON, curve BLOB);
        -- part: 0 for a search, the number of the window + 1 in a walk-forward.
        CREATE TABLE search_cells (
            study VARCHAR NOT NULL, part INTEGER NOT NULL, position INTEGER NOT NULL, cell DOUBLE[] NOT NULL,
            total_return DOUBLE, sharpe DOUBLE, max_drawdown DOUBLE, trades DOUBLE, pruned BOOLEAN NOT NULL);
        CREATE TABLE search_windows (
            study VARCHAR NOT NULL, number INTEGER NOT NULL, record JSON NOT NULL, equity DOUBLE[] NOT NULL,
            trade_returns DOUBLE[] NOT NULL);
        """,
    ),
    (
        "simulations",
        """
        CREATE TABLE simulations (
            id VARCHAR PRIMARY KEY, backtest_id VARCHAR NOT NULL, method VARCHAR NOT NULL,
            created_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        """,
    ),
    (
        "what spread and slippage took of a fill",
        """
        ALTER TABLE fills ADD COLUMN spread DOUBLE DEFAULT 0;
        ALTER TABLE fills ADD COLUMN slippage DOUBLE DEFAULT 0;
        """,
    ),
    (
        "life of models: standing, scores, drift, contests, tuning",
        """
        ALTER TABLE models ADD COLUMN algo VARCHAR DEFAULT 'xgboost';
        ALTER TABLE models ADD COLUMN status VARCHAR DEFAULT 'retired';
        -- Whether cycles of its time may use it; false for challengers and for what was rolled back.
        ALTER TABLE models ADD COLUMN serves BOOLEAN DEFAULT true;
        ALTER TABLE models ADD COLUMN parent VARCHAR;
        ALTER TABLE models ADD COLUMN seconds DOUBLE;
        ALTER TABLE models ADD COLUMN rows INTEGER DEFAULT 0;
        UPDATE models SET status = 'champion' WHERE id IN (
            SELECT arg_max(id, (as_of, trained_at)) FROM models GROUP BY symbol, timeframe, source, horizon);
        CREATE TABLE model_scores (model_id VARCHAR PRIMARY KEY, record JSON NOT NULL);
        CREATE TABLE model_forecasts (model_id VARCHAR PRIMARY KEY, frame BLOB NOT NULL);
        CREATE TABLE drift_checks (
            model_id VARCHAR NOT NULL, checked_at TIMESTAMPTZ NOT NULL, drifted BOOLEAN NOT NULL, record JSON NOT NULL);
        CREATE TABLE contests (
            id VARCHAR PRIMARY KEY, champion_id VARCHAR NOT NULL, challenger_id VARCHAR NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        CREATE TABLE tuning_runs (
            id VARCHAR PRIMARY KEY, study VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
            source VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        CREATE TABLE tuning_trials (study VARCHAR NOT NULL, number INTEGER NOT NULL, record JSON NOT NULL);
        -- Parameters that trainings of a series use instead of the settings'.
        CREATE TABLE tuned_parameters (
            symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL, run_id VARCHAR NOT NULL,
            since TIMESTAMPTZ NOT NULL, record JSON NOT NULL, PRIMARY KEY (symbol, timeframe, source));
        """,
    ),
    (
        "null tests and combinatorial cross-validations",
        """
        CREATE TABLE validation_runs (
            id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
            source VARCHAR NOT NULL, horizon VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        """,
    ),
    (
        "features of past bars",
        """
        CREATE TABLE feature_blocks (
            series INTEGER NOT NULL, recipe VARCHAR NOT NULL, block BIGINT NOT NULL, bars_sha256 VARCHAR NOT NULL,
            features INTEGER NOT NULL, content BLOB NOT NULL);
        """,
    ),
    (
        "language models: calls, exchanges, answers",
        """
        -- Append-only: the answers of a run are its replay record.
        CREATE TABLE llm_calls (
            id VARCHAR PRIMARY KEY, asked_at TIMESTAMPTZ NOT NULL, use VARCHAR NOT NULL, model VARCHAR NOT NULL,
            endpoint VARCHAR NOT NULL, prompt VARCHAR NOT NULL, symbols VARCHAR[] NOT NULL, units INTEGER NOT NULL,
            state VARCHAR NOT NULL, cycle_id VARCHAR NOT NULL, mode VARCHAR NOT NULL, tokens_in INTEGER NOT NULL,
            tokens_out INTEGER NOT NULL, cost DOUBLE, seconds DOUBLE NOT NULL, attempts INTEGER NOT NULL,
            reason VARCHAR NOT NULL);
        CREATE TABLE llm_exchanges (call_id VARCHAR NOT NULL, content BLOB NOT NULL);
        CREATE TABLE llm_answers (
            key VARCHAR NOT NULL, use VARCHAR NOT NULL, model VARCHAR NOT NULL, symbol VARCHAR NOT NULL,
            answered_at TIMESTAMPTZ NOT NULL, expires_at TIMESTAMPTZ, call_id VARCHAR NOT NULL, content BLOB NOT NULL);
        """,
    ),
    (
        "visits of assets",
        """
        CREATE TABLE visits (symbol VARCHAR NOT NULL, visited_at TIMESTAMPTZ NOT NULL);
        """,
    ),
    (
        "explanations and summaries in words",
        """
        CREATE TABLE plain_words (
            kind VARCHAR NOT NULL, subject VARCHAR NOT NULL, written_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL,
            PRIMARY KEY (kind, subject));
        """,
    ),
    (
        "forecasts of language models and their outcomes",
        """
        CREATE TABLE llm_opinions (
            id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            world VARCHAR NOT NULL, horizon VARCHAR NOT NULL, model VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL,
            asked_at TIMESTAMPTZ NOT NULL, contaminated BOOLEAN NOT NULL, record JSON NOT NULL);
        CREATE TABLE llm_outcomes (
            opinion_id VARCHAR PRIMARY KEY, settled_at TIMESTAMPTZ NOT NULL, labelled_at TIMESTAMPTZ NOT NULL,
            record JSON NOT NULL);
        """,
    ),
    (
        "audit trail and tokens",
        """
        CREATE TABLE audit (
            position BIGINT PRIMARY KEY, done_at TIMESTAMPTZ NOT NULL, who VARCHAR NOT NULL, origin VARCHAR NOT NULL,
            action VARCHAR NOT NULL, subject VARCHAR NOT NULL, before VARCHAR NOT NULL, after VARCHAR NOT NULL,
            previous VARCHAR NOT NULL, hash VARCHAR NOT NULL);
        CREATE TABLE tokens (
            name VARCHAR PRIMARY KEY, role VARCHAR NOT NULL, secret_hash VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL,
            expires_at TIMESTAMPTZ, revoked_at TIMESTAMPTZ);
        """,
    ),
    (
        "weights of sources and meta-models",
        """
        -- Append-only: what each source said in a cycle and the weight that it had.
        CREATE TABLE source_weights (
            cycle_id VARCHAR NOT NULL, written_at TIMESTAMPTZ NOT NULL, symbol VARCHAR NOT NULL,
            timeframe VARCHAR NOT NULL, data_source VARCHAR NOT NULL, world VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL,
            source VARCHAR NOT NULL, direction TINYINT NOT NULL, confidence DOUBLE NOT NULL, contribution DOUBLE NOT NULL,
            prior DOUBLE NOT NULL, weight DOUBLE NOT NULL, gain DOUBLE, effective DOUBLE NOT NULL,
            contaminated BOOLEAN NOT NULL);
        CREATE TABLE meta_models (
            id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            recipe VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL, trained_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        """,
    ),
    (
        "flips of decisions",
        """
        CREATE TABLE flips (cycle_id VARCHAR PRIMARY KEY, searched_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        """,
    ),
    (
        "risk log of books, and when a trade was known",
        """
        -- Append-only: trips of the breaker, halts and resets by hand.
        CREATE TABLE risk_events (
            book_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, "at" TIMESTAMPTZ NOT NULL, made_at TIMESTAMPTZ NOT NULL,
            cycle_id VARCHAR NOT NULL, record JSON NOT NULL);
        -- Clock of the book when the trade was booked: its exit is dated to the open of a bar that closed later.
        ALTER TABLE trades ADD COLUMN known_at TIMESTAMPTZ;
        """,
    ),
    (
        "agents that learn: runs, live curves, checkpoints, tested parts and files",
        """
        CREATE TABLE agent_runs (
            id VARCHAR PRIMARY KEY, study VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
            source VARCHAR NOT NULL, asked_at TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ, record JSON NOT NULL);
        CREATE TABLE agent_points (
            study VARCHAR NOT NULL, seed INTEGER NOT NULL, step INTEGER NOT NULL, error DOUBLE, learn DOUBLE,
            watch DOUBLE, seconds DOUBLE NOT NULL, PRIMARY KEY (study, seed, step));
        CREATE TABLE agent_checkpoints (
            study VARCHAR NOT NULL, seed INTEGER NOT NULL, step INTEGER NOT NULL, error DOUBLE, content BLOB NOT NULL);
        CREATE TABLE agent_tests (run_id VARCHAR PRIMARY KEY, frame BLOB NOT NULL);
        CREATE TABLE agent_files (
            model_id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            as_of TIMESTAMPTZ NOT NULL, trained_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        """,
    ),
    (
        "signals of many assets",
        """
        CREATE TABLE signal_scans (
            id VARCHAR PRIMARY KEY, made_at TIMESTAMPTZ NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            record JSON NOT NULL);
        """,
    ),
    (
        "autopilot",
        """
        -- Append-only: the last row says whether it is on.
        CREATE TABLE autopilot_switches (
            switched_at TIMESTAMPTZ NOT NULL, who VARCHAR NOT NULL, running BOOLEAN NOT NULL, assets VARCHAR[] NOT NULL,
            timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL);
        CREATE TABLE autopilot_steps (
            step VARCHAR NOT NULL, subject VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, seconds DOUBLE NOT NULL,
            ok BOOLEAN NOT NULL, words VARCHAR NOT NULL, failures INTEGER NOT NULL, rests_until TIMESTAMPTZ,
            PRIMARY KEY (step, subject));
        CREATE TABLE autopilot_heartbeat (id INTEGER PRIMARY KEY, beat_at TIMESTAMPTZ NOT NULL);
        """,
    ),
    (
        "alerts",
        """
        CREATE TABLE alerts (
            key VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, severity VARCHAR NOT NULL, happened_at TIMESTAMPTZ NOT NULL,
            subject VARCHAR NOT NULL, words VARCHAR NOT NULL, live BOOLEAN NOT NULL, noticed_at TIMESTAMPTZ NOT NULL,
            read BOOLEAN NOT NULL, told_at TIMESTAMPTZ, attempts INTEGER NOT NULL);
        CREATE TABLE alert_messages (sent_at TIMESTAMPTZ NOT NULL, alerts INTEGER NOT NULL);
        """,
    ),
    (
        "logins of the pages",
        """
        CREATE TABLE logins (
            hash VARCHAR PRIMARY KEY, who VARCHAR NOT NULL, address VARCHAR NOT NULL, began_at TIMESTAMPTZ NOT NULL,
            until TIMESTAMPTZ NOT NULL, ended_at TIMESTAMPTZ);
        """,
    ),
    (
        "daily reports",
        """
        -- The record is JSON under zlib.
        CREATE TABLE daily_reports (
            day DATE PRIMARY KEY, written_at TIMESTAMPTZ NOT NULL, assets VARCHAR[] NOT NULL, words VARCHAR NOT NULL,
            told_by VARCHAR NOT NULL, record BLOB NOT NULL);
        """,
    ),
    (
        "daily optimisations",
        """
        -- A row for each run as it stands, and one for each of its steps.
        CREATE TABLE improvements (
            id VARCHAR PRIMARY KEY, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL,
            horizon VARCHAR NOT NULL, state VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL);
        CREATE TABLE improvement_steps (
            run_id VARCHAR NOT NULL, position INTEGER NOT NULL, step VARCHAR NOT NULL, verdict VARCHAR NOT NULL,
            done_at TIMESTAMPTZ NOT NULL, record JSON NOT NULL, PRIMARY KEY (run_id, position));
        -- Parameters of one horizon, stronger than those of its series.
        CREATE TABLE tuned_by_horizon (
            symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL, source VARCHAR NOT NULL, horizon VARCHAR NOT NULL,
            run_id VARCHAR NOT NULL, since TIMESTAMPTZ NOT NULL, record JSON NOT NULL,
            PRIMARY KEY (symbol, timeframe, source, horizon));
        """,
    ),
    (
        "autopilot nights",
        """
        CREATE TABLE autopilot_nights (day DATE PRIMARY KEY, begun_at TIMESTAMPTZ NOT NULL);
        """,
    ),
    (
        "passports, each value once",
        """
        -- Of cycles that have not ended; what they came to is moved into the passport.
        CREATE TABLE stage_outputs (
            cycle_id VARCHAR NOT NULL, position INTEGER NOT NULL, stage VARCHAR NOT NULL, output VARCHAR NOT NULL,
            PRIMARY KEY (cycle_id, position));
        INSERT INTO stage_outputs SELECT cycle_id, position, stage, output FROM stages s WHERE output IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM passports p WHERE p.cycle_id = s.cycle_id);
        ALTER TABLE stages DROP COLUMN output;
        ALTER TABLE cycles DROP COLUMN report;
        """,
    ),
)
