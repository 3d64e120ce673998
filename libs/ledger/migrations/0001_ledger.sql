-- Version 1. Every statement is harmless where it was run before: ledgers were laid before versions were kept.
CREATE TABLE IF NOT EXISTS {service}.{service}_events (
  originator_id uuid NOT NULL,
  originator_version bigint NOT NULL,
  topic text NOT NULL,
  state bytea NOT NULL,
  notification_id bigint NOT NULL,
  PRIMARY KEY (originator_id, originator_version));
CREATE UNIQUE INDEX IF NOT EXISTS {service}_events_notification_id_idx ON {service}.{service}_events (notification_id);
CREATE TABLE IF NOT EXISTS {service}.leaves (
  idx bigint PRIMARY KEY,
  originator_id uuid NOT NULL,
  originator_version bigint NOT NULL,
  leaf bytea NOT NULL,
  UNIQUE (originator_id, originator_version));
CREATE TABLE IF NOT EXISTS {service}.answers (
  actor text NOT NULL,
  key text NOT NULL,
  request bytea NOT NULL,
  answer bytea NOT NULL,
  position bigint,
  kept_until date,
  PRIMARY KEY (actor, key));
CREATE TABLE IF NOT EXISTS {service}.vault (
  ref uuid PRIMARY KEY,
  subject uuid NOT NULL,
  sealed bytea NOT NULL);
CREATE INDEX IF NOT EXISTS vault_subject_idx ON {service}.vault (subject);
-- Which of these files the ledger has been through.
CREATE TABLE IF NOT EXISTS {service}.migrations (
  version int PRIMARY KEY,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now());
