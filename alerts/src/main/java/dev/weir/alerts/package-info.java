/** Alerts: what suppress holds back, and the forms in which they leave. */
@org.jspecify.annotations.NullMarked
package dev.weir.alerts;
