/**
 * Alerts: what suppress holds back, the log in which each stands once, the forms in which they
 * leave.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.alerts;
