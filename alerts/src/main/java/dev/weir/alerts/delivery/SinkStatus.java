package dev.weir.alerts.delivery;

/**
 * How a sink stands. Immutable.
 *
 * @param pending alerts of the log that are neither delivered nor dead
 * @param oldestNs when the oldest of them came into the log, wall clock, or 0 if there is none or
 *     it was not read yet
 * @param delivered since the start, as the two after it
 * @param failures attempts that failed
 * @param givenUp alerts that became dead letters
 * @param dead dead letters in all
 * @param disabled why nothing is delivered any more, or empty
 * @param isBroken the circuit breaker is open
 * @param trouble what keeps the deliveries themselves from working, or empty
 */
public record SinkStatus(
    String sink,
    long pending,
    long oldestNs,
    long delivered,
    long failures,
    long givenUp,
    int dead,
    String disabled,
    boolean isBroken,
    String trouble) {}
