-- One ledger. {service} is replaced by the service's name; run by a role that may create roles.
-- All of it is run at every start, in one transaction; what stands already stays.
-- Two roles: the owner cannot log in and writes only through append(); the run-time role reads and calls it.
-- Three schemas: {service} holds the history, {service}_read the read models, which may be dropped and rebuilt;
-- {service}_read_next is empty unless they are just being rebuilt beside the live ones.
DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('dhakira/provision'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{service}_owner') THEN CREATE ROLE {service}_owner NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{service}_run') THEN CREATE ROLE {service}_run LOGIN; END IF;
  EXECUTE format('GRANT {service}_owner, {service}_run TO %I', current_user);
END $$;
CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {service}_owner;
CREATE SCHEMA IF NOT EXISTS {service}_read AUTHORIZATION {service}_run;
CREATE SCHEMA IF NOT EXISTS {service}_read_next AUTHORIZATION {service}_run;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SET ROLE {service}_owner;

-- The history's tables: those of libs/ledger/migrations that this ledger has not been through yet.
{migrations}
CREATE OR REPLACE FUNCTION {service}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
CREATE OR REPLACE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {service}.{service}_events
  FOR EACH STATEMENT EXECUTE FUNCTION {service}.refuse();
CREATE OR REPLACE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {service}.leaves
  FOR EACH STATEMENT EXECUTE FUNCTION {service}.refuse();
ALTER TABLE {service}.{service}_events ENABLE ALWAYS TRIGGER keep;
ALTER TABLE {service}.leaves ENABLE ALWAYS TRIGGER keep;

-- The only writer of history. Commands (c_), their events (e_) and their secrets (s_) come as parallel
-- arrays joined by ord. Ids are dense and given under the table lock, so a reader that has seen id n has
-- seen all before it; the leaf index is id - 1. Each command is answered for itself: recorded, answered
-- (its key was used for the same request before), key reused, or conflict.
-- The planner settings keep plans that were cached while the tables were empty from scanning them later.
CREATE OR REPLACE FUNCTION {service}.append(
  c_ord int[], c_actor text[], c_key text[], c_request bytea[], c_answer bytea[], c_kept_until date[],
  e_ord int[], e_stream uuid[], e_version bigint[], e_topic text[], e_state bytea[], e_leaf bytea[],
  s_ord int[], s_ref uuid[], s_subject uuid[], s_sealed bytea[])
RETURNS TABLE (ord int, outcome text, first_id bigint, last_id bigint, answer bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {service}, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $body$
DECLARE
  base bigint;
  bad int[] := '{}';
BEGIN
  LOCK TABLE {service}.{service}_events IN EXCLUSIVE MODE;
  SELECT coalesce((SELECT notification_id FROM {service}.{service}_events ORDER BY notification_id DESC LIMIT 1), 0) INTO base;
  FOR attempt IN 1..2 LOOP
    BEGIN
      INSERT INTO {service}.{service}_events
        SELECT n.stream, n.version, n.topic, n.state, base + row_number() OVER (ORDER BY n.place)
        FROM unnest(e_ord, e_stream, e_version, e_topic, e_state) WITH ORDINALITY AS n (ord, stream, version, topic, state, place)
        WHERE n.ord <> ALL (bad);
      INSERT INTO {service}.leaves
        SELECT base - 1 + row_number() OVER (ORDER BY n.place), n.stream, n.version, n.leaf
        FROM unnest(e_ord, e_stream, e_version, e_leaf) WITH ORDINALITY AS n (ord, stream, version, leaf, place)
        WHERE n.ord <> ALL (bad);
      INSERT INTO {service}.vault
        SELECT s.ref, s.subject, s.sealed FROM unnest(s_ord, s_ref, s_subject, s_sealed) AS s (ord, ref, subject, sealed)
        WHERE s.ord <> ALL (bad);
      RETURN QUERY
        WITH spans AS (
          SELECT m.ord, base + min(m.r) AS a, base + max(m.r) AS z
          FROM (SELECT n.ord, row_number() OVER (ORDER BY n.place) AS r FROM unnest(e_ord) WITH ORDINALITY AS n (ord, place)
                WHERE n.ord <> ALL (bad)) m
          GROUP BY m.ord),
        kept AS (
          INSERT INTO {service}.answers AS k
            SELECT c.actor, c.key, c.request, c.answer, d.z, c.kept_until
            FROM unnest(c_ord, c_actor, c_key, c_request, c_answer, c_kept_until) AS c (ord, actor, key, request, answer, kept_until)
            LEFT JOIN spans d ON d.ord = c.ord
            WHERE c.ord <> ALL (bad))
        SELECT c.ord, 'recorded', d.a, d.z, c.answer
        FROM unnest(c_ord, c_answer) AS c (ord, answer) LEFT JOIN spans d ON d.ord = c.ord
        WHERE c.ord <> ALL (bad);
      RETURN;
    EXCEPTION WHEN unique_violation THEN
      IF attempt = 2 THEN RAISE; END IF;
      RETURN QUERY
        SELECT c.ord, CASE WHEN a.request = c.request THEN 'answered' ELSE 'key reused' END, NULL::bigint, a.position, a.answer
        FROM unnest(c_ord, c_actor, c_key, c_request) AS c (ord, actor, key, request)
        JOIN {service}.answers a ON a.actor = c.actor AND a.key = c.key;
      bad := ARRAY(
        SELECT c.ord FROM unnest(c_ord, c_actor, c_key) AS c (ord, actor, key)
        JOIN {service}.answers a ON a.actor = c.actor AND a.key = c.key);
      RETURN QUERY
        SELECT DISTINCT n.ord, 'conflict', NULL::bigint, NULL::bigint, NULL::bytea
        FROM unnest(e_ord, e_stream, e_version) AS n (ord, stream, version)
        JOIN {service}.{service}_events e ON e.originator_id = n.stream AND e.originator_version = n.version
        WHERE n.ord <> ALL (bad);
      bad := bad || ARRAY(
        SELECT DISTINCT n.ord FROM unnest(e_ord, e_stream, e_version) AS n (ord, stream, version)
        JOIN {service}.{service}_events e ON e.originator_id = n.stream AND e.originator_version = n.version
        WHERE n.ord <> ALL (bad));
    END;
  END LOOP;
END $body$;

-- Erasure: the only way to remove a vault row; every proof still verifies, because no leaf holds it.
CREATE OR REPLACE FUNCTION {service}.forget(who uuid) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = {service}, pg_temp AS $$
  WITH gone AS (DELETE FROM {service}.vault WHERE subject = who RETURNING 1) SELECT count(*) FROM gone $$;
-- Answers to people's keys expire; those of reactions (kept_until is null) are kept for ever.
CREATE OR REPLACE FUNCTION {service}.expire_answers() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = {service}, pg_temp AS $$
  WITH gone AS (DELETE FROM {service}.answers WHERE kept_until < current_date RETURNING 1) SELECT count(*) FROM gone $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {service} FROM PUBLIC;
GRANT USAGE ON SCHEMA {service} TO {service}_run;
GRANT SELECT ON ALL TABLES IN SCHEMA {service} TO {service}_run;
GRANT EXECUTE ON FUNCTION {service}.append, {service}.forget, {service}.expire_answers TO {service}_run;
RESET ROLE;

SET ROLE {service}_run;
CREATE TABLE IF NOT EXISTS {service}_read.positions (
  projection text NOT NULL,
  source text NOT NULL,
  incarnation text NOT NULL DEFAULT '',
  stream_sequence bigint NOT NULL DEFAULT 0,
  sequence bigint NOT NULL DEFAULT 0,
  last_id text NOT NULL DEFAULT '',
  PRIMARY KEY (projection, source));
-- Which tables of read models stand, and the digest of the statements that laid them.
CREATE TABLE IF NOT EXISTS {service}_read.laid (shape text NOT NULL, tables text[] NOT NULL);
CREATE TABLE IF NOT EXISTS {service}_read.quarantine (
  reaction text NOT NULL,
  event_id text NOT NULL,
  subject text NOT NULL,
  headers jsonb NOT NULL,
  body bytea NOT NULL,
  cause text NOT NULL,
  deliveries int NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  PRIMARY KEY (reaction, event_id));
RESET ROLE;
