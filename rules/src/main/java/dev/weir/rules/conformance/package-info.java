/**
 * Cases of other engines (a pattern, events, the matches that the other engine gave), run in Weir's
 * engine: each pattern is translated to a rule, and what the rule matches is compared. Called by
 * {@code weir conformance} and by tests; no threads, reads the files it is given.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.rules.conformance;
