/**
 * Alerts on their way out: each sink reads the alert log behind a durable cursor of its own, so
 * that detection never waits for a receiver. At least once, under the alert's id; in order for each
 * key. One agent works all sinks; only webhooks use threads, of an executor that is given.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.alerts.delivery;
