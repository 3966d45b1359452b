package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.Literals;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.testkit.reference.ReferenceEvent.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An example in the notation of {@code docs/language/semantics.md}, section "How to read the
 * examples".
 */
public record Example(String name, String rule, String events, String alerts) {
  private static final long YEAR_NS = 365L * 86_400 * 1_000_000_000L;
  private static final Pattern OTHER_ALERT =
      Pattern.compile("(stage \\w+ after \\w+ (\\{[0-9]+\\} )?|on timeout )alert \"");
  private static final Pattern EVENT =
      Pattern.compile("([a-z]+)(?:\\(([^)]*)\\))?@(\\w+)(?:!(late|repeat))?(?:/(\\w+))?");

  static final String TYPES =
      Stream.of("A", "B", "C", "D", "X")
              .map(
                  type ->
                      "event "
                          + type
                          + " { k text?, n int?, m money?, t text?, p geo?, i ip?, d duration?,"
                          + " at time } keep 1d\n")
              .collect(Collectors.joining())
          + "event Y { k text?, n int?, at time, then n } late 10s\n"
          + "event Move { src text?, dst text?, m money?, at time } keep 1d\n";

  /** What the reference says, in the notation of the last column. */
  public String got() {
    return shown(outcome().alerts());
  }

  /** Alerts in the notation of the last column. */
  public String shown(List<ReferenceAlert> all) {
    String shown = all.stream().map(this::shown).collect(Collectors.joining(" "));
    return shown.isEmpty() ? "none" : shown;
  }

  Outcome outcome() {
    return Reference.run(List.of(file()), records(), OptionalLong.of(endNs()));
  }

  /** Where stream time ends. */
  public long endNs() {
    long greatestNs = Long.MIN_VALUE;
    for (String word : events.strip().split(" +")) {
      Matcher matcher = EVENT.matcher(word);
      if (matcher.matches() && matcher.group(1).equals("end")) {
        return duration(matcher.group(3));
      }
      if (matcher.matches()) {
        greatestNs = Math.max(greatestNs, duration(matcher.group(3)));
      }
    }
    return greatestNs + YEAR_NS;
  }

  /** The events. */
  public List<ReferenceEvent> records() {
    List<ReferenceEvent> records = new ArrayList<>();
    RuleFile file = file();
    long greatestNs = Long.MIN_VALUE;
    for (String word : events.strip().split(" +")) {
      Matcher matcher = EVENT.matcher(word);
      if (!matcher.matches()) {
        throw new AssertionError("not an event: " + word);
      }
      long timeNs = duration(matcher.group(3));
      if (matcher.group(1).equals("end")) {
        continue;
      }
      Declaration.Event type = type(file, matcher.group(1));
      Verdict verdict =
          matcher.group(4) == null
              ? Verdict.IN_TIME
              : matcher.group(4).equals("late") ? Verdict.LATE : Verdict.REPEAT;
      greatestNs = Math.max(greatestNs, timeNs);
      long watermarkNs = matcher.group(5) == null ? greatestNs : duration(matcher.group(5));
      records.add(
          new ReferenceEvent(
              type.name().text(),
              timeNs,
              records.size(),
              verdict,
              watermarkNs,
              values(type, matcher.group(2))));
    }
    return records;
  }

  RuleFile file() {
    SourceText source = source();
    var parsed = RuleParser.parse(source);
    return parsed
        .value()
        .orElseThrow(
            () ->
                new AssertionError(
                    parsed.diagnostics().stream()
                        .map(DiagnosticText::render)
                        .collect(Collectors.joining("\n"))));
  }

  /** The rule file. */
  public SourceText source() {
    String body = rule.strip();
    if (!body.contains("rule ")) {
      String by = body.startsWith("by ") || body.startsWith("global ") ? "" : "by k ";
      body = body.replaceFirst("^global ", "");
      long ofOthers = OTHER_ALERT.matcher(body).results().count();
      long all = Pattern.compile("alert \"").matcher(body).results().count();
      String alert = all > ofOthers ? "" : " alert \"x\"";
      body = "rule r { " + by + body + alert + " }";
    }
    return new SourceText(name, TYPES + body);
  }

  private static Declaration.Event type(RuleFile file, String word) {
    return file.declarations().stream()
        .filter(Declaration.Event.class::isInstance)
        .map(Declaration.Event.class::cast)
        .filter(e -> e.name().text().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no event type: " + word));
  }

  private static long duration(String text) {
    return text.matches("[0-9]+")
        ? Long.parseLong(text) * 1_000_000_000L
        : Literals.duration(text).orElseThrow();
  }

  private static Map<String, Object> values(Declaration.Event type, String written) {
    Map<String, Object> values = new HashMap<>();
    boolean hasKey = type.fields().stream().anyMatch(f -> f.name().text().equals("k"));
    if (hasKey) {
      values.put("k", "k");
    }
    for (String pair : written == null ? new String[0] : written.split(",")) {
      String[] parts = pair.split("=", 2);
      String word =
          type.fields().stream()
              .filter(f -> f.name().text().equals(parts[0]))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no field: " + parts[0]))
              .type()
              .word();
      if (parts[1].equals("?")) {
        values.remove(parts[0]);
        continue;
      }
      values.put(
          parts[0],
          switch (word) {
            case "int" -> Long.parseLong(parts[1]);
            case "money" -> new java.math.BigDecimal(parts[1]).movePointRight(2).longValueExact();
            case "duration" -> duration(parts[1]);
            case "geo" -> geo(parts[1]);
            case "ip" -> ip(parts[1]);
            default -> parts[1];
          });
    }
    return values;
  }

  private static long geo(String text) {
    String[] parts = text.split(";");
    long latitude = new java.math.BigDecimal(parts[0]).movePointRight(7).longValueExact();
    long longitude = new java.math.BigDecimal(parts[1]).movePointRight(7).longValueExact();
    return latitude << 32 | longitude & 0xffffffffL;
  }

  private static byte[] ip(String text) {
    byte[] bytes = new byte[16];
    bytes[10] = -1;
    bytes[11] = -1;
    String[] parts = text.split("\\.");
    for (int i = 0; i < 4; i++) {
      bytes[12 + i] = (byte) Integer.parseInt(parts[i]);
    }
    return bytes;
  }

  private String shown(ReferenceAlert alert) {
    List<String> labels = labels();
    StringBuilder out = new StringBuilder();
    if (!alert.rule().equals("r")) {
      out.append(alert.rule()).append(':');
    }
    if (!alert.kind().equals("alert")) {
      out.append(alert.kind().replace("stage ", ""));
    }
    List<String> inside = new ArrayList<>();
    alert.events().forEach(e -> inside.add(labels.get((int) e.position())));
    if (!alert.text().equals("x")) {
      inside.add("\"" + alert.text() + "\"");
    }
    alert.fields().forEach((n, value) -> inside.add(n + "=" + value.shown()));
    if (alert.suppressed() > 0) {
      inside.add("+" + alert.suppressed());
    }
    out.append('{').append(String.join(" ", inside)).append("}@");
    long timeNs = alert.timeNs();
    boolean isShort = timeNs % 1_000_000_000L == 0 && timeNs < 100_000_000_000L && timeNs >= 0;
    return out.append(
            isShort ? Long.toString(timeNs / 1_000_000_000L) : Literals.printDuration(timeNs))
        .toString();
  }

  /** {@code a1 a2 b1 …}: the type and its number, by position. */
  private List<String> labels() {
    Map<String, Integer> seen = new HashMap<>();
    List<String> labels = new ArrayList<>();
    for (String word : events.strip().split(" +")) {
      Matcher matcher = EVENT.matcher(word);
      if (matcher.matches() && !matcher.group(1).equals("end")) {
        labels.add(matcher.group(1) + seen.merge(matcher.group(1), 1, Integer::sum));
      }
    }
    return labels;
  }
}
