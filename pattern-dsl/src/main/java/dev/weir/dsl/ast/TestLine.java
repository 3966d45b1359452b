package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;

/** A line of a test. Times are offsets from the start of the test, in nanoseconds. */
public sealed interface TestLine {
  Span span();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind of line. */
  interface Visitor<R> {
    R starting(Starting starting);

    R event(Event event);

    R until(Until until);

    R expect(Expect expect);

    R expectNothing(ExpectNothing expectNothing);
  }

  /** {@code starting "2026-01-01T00:00:00Z"}: where offset 0 is; 1970-01-01T00:00Z unless told. */
  record Starting(Span span, String time) implements TestLine {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.starting(this);
    }
  }

  /** {@code at 10s Payment { card "c1", amount 2.00 }}. */
  record Event(Span span, long offsetNs, Name type, List<FieldValue> values) implements TestLine {
    public Event {
      values = List.copyOf(values);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.event(this);
    }
  }

  /** {@code until 2h}: event time moves on to here behind the last event. */
  record Until(Span span, long offsetNs) implements TestLine {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.until(this);
    }
  }

  /** {@code expect card_testing at 5m { spent 4.00 } because "…"}. */
  record Expect(
      Span span, Name rule, Optional<Long> offsetNs, List<FieldValue> values, Optional<String> why)
      implements TestLine {
    public Expect {
      values = List.copyOf(values);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.expect(this);
    }
  }

  /** {@code expect nothing because "without"}. */
  record ExpectNothing(Span span, Optional<String> why) implements TestLine {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.expectNothing(this);
    }
  }

  /** {@code amount 2.00} in an event or an expectation. */
  record FieldValue(Span span, Name field, Expression value) {}
}
