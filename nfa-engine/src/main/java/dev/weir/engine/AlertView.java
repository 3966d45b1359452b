package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.event.EventType;
import org.agrona.DirectBuffer;

/**
 * An alert as the engine gives it out: a flyweight, valid during {@link AlertSink#onAlert}. Each
 * {@link Value} is reused by the next call of the same method. Reading allocates nothing.
 */
public interface AlertView {
  RulePlan rule();

  /** What it is about: 0 a match, i + 1 the notice i of the rule's match: a stage or a timeout. */
  int kind();

  /** What is said: the rule's alert, or that of the stage or timeout. */
  RulePlan.AlertPlan alert();

  /** Number of the rule in the rule set, ascending by the UTF-8 bytes of the names. */
  int ruleIndex();

  /** Event time of the instant: of the last event, or the deadline. */
  long timeNs();

  /** Position of the record whose folding let the alert out. */
  long releasePosition();

  /** 0: of a rule on arrival, at the release position; 1: of a rule on watermark. */
  int phase();

  /** Whether the instant is a deadline: those at one time come before the events at that time. */
  boolean isDeadline();

  /**
   * Orders the instants of one kind at one time: of an event its place in stream order, counted
   * from 1; of a deadline the position of the record that armed it. The same in every engine that
   * is given the same records.
   */
  long instant();

  /** Number of the role under which the key was offered. */
  int role();

  /** Place among the alerts of the same rule, role and key at this instant, from 0. */
  int ordinal();

  /** Canonical bytes of the key, from offset 0. */
  DirectBuffer keyBytes();

  int keyLength();

  /** Canonical bytes of the values that {@code suppress} groups by, from offset 0. */
  DirectBuffer suppressBytes();

  int suppressLength();

  /** Part of the key, in the order of {@link RulePlan#keyNames()}. */
  Value key(int part);

  /** Value of the hole at this place of the alert's text; only where the part is a hole. */
  Value textValue(int part);

  /** Value of a named field of the alert, in the order of {@link #alert()}. */
  Value field(int index);

  /** The score; 0 where the rule says none. */
  Value score();

  /**
   * Events of the match, in the order taken; 1 for a {@code when} rule, none where the alert is
   * about all matches of an instant.
   */
  int eventCount();

  /** The step's name, or empty. */
  String eventStep(int event);

  EventType eventType(int event);

  long eventPosition(int event);

  long eventTimeNs(int event);

  /** How many of the event's fields were kept. */
  int eventValueCount(int event);

  /** Index of the field in the event's type. */
  int eventField(int event, int value);

  Value eventValue(int event, int value);
}
