/**
 * The made-up stream behind the sample rules for account takeover: customers of a bank who live
 * their usual lives, and cases of fraud planted among them, each with the alert that it must give.
 * Everything follows from one seed. Called by {@link dev.weir.samples.AccountTakeoverData} and by
 * tests, on one thread.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.samples;
